# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Test functions with a name in words; a failed check ends its function only.

NUMBER=0
FAILURES=0

# plan FUNCTION...
plan()
{
	echo 'KTAP version 1'
	echo "1..$#"
}

# run FUNCTION: "good_build" is reported as "good build"
run()
{
	local output status

	NUMBER=$((NUMBER + 1))
	# Not in a condition: there "set -e" would not count.
	set +e
	output=$(
		set -e
		"$1" 2>&1
	)
	status=$?
	if [ $status -eq 0 ]; then
		# Results of a guest are subtests.
		printf '%s\n' "$output" | grep -E '^ +(not )?ok [0-9]' || true
		echo "ok $NUMBER ${1//_/ }"
	else
		printf '%s\n' "$output" | sed 's/^/# /'
		echo "not ok $NUMBER ${1//_/ }"
		FAILURES=$((FAILURES + 1))
	fi
}

# run_all FUNCTION...: false if one failed
run_all()
{
	plan "$@"
	for test; do
		run "$test"
	done
	[ $FAILURES -eq 0 ]
}

# check WHAT COMMAND...: shows why a test failed
check()
{
	local what=$1

	shift
	"$@" || {
		echo "failed: $what ($*)"
		exit 1
	}
}

# is WHAT GOT WANTED
is()
{
	[ "$2" = "$3" ] || {
		printf 'failed: %s: "%s", not "%s"\n' "$1" "$2" "$3"
		exit 1
	}
}

# ends CODE COMMAND...: its output is in WORK/log
ends()
{
	local code=$1 status=0

	shift
	"$@" >"$WORK/log" 2>&1 || status=$?
	[ "$status" -eq "$code" ] || cat "$WORK/log"
	is "exit code of $*" "$status" "$code"
}

# says PATTERN: the last command that ended
says()
{
	grep -Eq "$1" "$WORK/log" || {
		cat "$WORK/log"
		check "output is like $1" false
	}
}

# says_only PATTERN...: a line like each, and nothing else of ours
says_only()
{
	for pattern; do
		says "^dualhome-bonding: $pattern"
	done
	is "lines of ours in $(cat "$WORK/log")" \
		"$(grep -c '^dualhome-bonding: ' "$WORK/log")" $#
}
