# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2153 # used and set by run
#
# What run says of a guest. The guest puts the number of the test that a line belongs
# to in front of it. Lines of the first test that has not ended are shown at
# once, those of later ones are kept until it is their turn: the order is that of
# the list, whichever end first.

# read_report: passes the guest's report on; sets RC when its mark arrives
read_report()
{
	local line

	[ "$JOB" != tests ] || printf 'KTAP version 1\n1..%s\n' "$PLANNED"
	# UEFI firmware shows its console on this port, too.
	while IFS= read -r line && [[ $line != *"$MARK" ]]; do :; done
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		*"$MARK "*)
			printf %s "${line%%"$MARK "*}"
			RC=${line##*"$MARK "}
			return
			;;
		esac
		if [ "$JOB" = tests ]; then
			sort_in "${line%% *}" "${line#* }"
		else
			printf '%s\n' "$line"
		fi
	done
}

# sort_in NUMBER LINE
sort_in()
{
	if ! [[ $1 =~ ^[0-9]+$ ]] || [ "$1" -lt "$NOW" ]; then
		printf '# %s %s\n' "$1" "$2"	# something wrote to the port itself
	elif [ "$1" -gt "$NOW" ]; then
		printf '%s\n' "$2" >>"$WORK/report.$1"
	else
		show "$2"
		show_kept
	fi
}

# show_kept: what the tests whose turn it is now have said meanwhile
show_kept()
{
	local line kept

	while [ -z "$TEST" ] && kept=$WORK/report.$NOW && [ -f "$kept" ]; do
		while IFS= read -r line; do
			show "$line"
		done <"$kept"
	done
}

# show LINE: of the test NOW. Keeps the totals; a test that printed a failure did
# not pass, whatever it returned.
show()
{
	local line=$1

	case $line in
	"ok "*"# SKIP"*) SKIPPED=$((SKIPPED + 1)) ;;
	"ok "*)
		if [ "$BAD" -gt 0 ]; then
			line="not $line # exit code 0, but $BAD failed inside"
			FAILED=$((FAILED + 1))
		else
			PASSED=$((PASSED + 1))
		fi
		;;
	"not ok "*) FAILED=$((FAILED + 1)) ;;
	"    # Subtest: "*) TEST=${line#*: } ;;
	"    not ok "*"# SKIP"* | "    not ok "*"# TODO"* | "    not ok "*"# XFAIL"*) ;;
	"    not ok "*) BAD=$((BAD + 1)) ;;
	esac
	printf '%s\n' "$line"
	case $line in
	"ok "* | "not ok "*) NOW=$((NOW + 1)) BAD=0 TEST='' ;;
	esac
}

# console_tail: the last lines, and the line that names the cause before them
console_tail()
{
	local cause='Kernel panic|BUG:|WARNING:|Oops|protection fault'

	echo "# last lines of the console:"
	tr -d '\r' <"$WORK/console" | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g' >"$WORK/plain"
	if head -n -30 "$WORK/plain" | grep -m 1 -E "$cause" | sed 's/^/#   /' | grep .; then
		echo "#   ..."
	fi
	tail -n 30 "$WORK/plain" | sed 's/^/#   /'
}

# why_ended QEMU_RC: sets WHY and RC for a guest that did not report its end
why_ended()
{
	RC=1
	if [ "$1" -eq 124 ]; then
		RC=124
		WHY="no end after $LIMIT s"
	elif grep -q 'Kernel panic' "$WORK/console"; then
		WHY="the guest's kernel panicked"
	elif [ "$1" -eq 0 ]; then
		WHY="the guest switched itself off"
	else
		die "QEMU failed: $(tail -n 1 "$WORK/qemu")"
	fi
}

# lost: names each test that began and did not end, or else the one to come
lost()
{
	local why=${WHY:-the guest lost it} next=$NOW

	show_kept
	while [ -n "$TEST" ]; do
		show "not ok $NOW $TEST # $why"
		next=
		show_kept
	done
	if [ "$next" = 1 ]; then
		show "not ok 1 boot # $why"
	elif [ -n "$next" ] && [ "$NOW" -le "$PLANNED" ]; then
		show "not ok $NOW ${TESTS[NOW - 1]} # $why"
	fi
	console_tail
	FAILED=$((FAILED + PLANNED + 1 - NOW))
}

# finish QEMU_RC: says what the guest could not say itself; exits
finish()
{
	WHY=
	[ -n "$RC" ] || why_ended "$1"
	if [ "$JOB" != tests ]; then
		[ -z "$WHY" ] || { echo "# $WHY"; console_tail; } >&2
		exit "$RC"
	fi
	[ "$NOW" -gt "$PLANNED" ] || lost
	[ "$FAILED" -eq 0 ] || [ "$RC" -ne 0 ] || RC=1
	echo "# totals: $PASSED passed, $FAILED failed, $SKIPPED skipped"
	echo "# wall time: $SECONDS s"
	exit "$RC"
}
