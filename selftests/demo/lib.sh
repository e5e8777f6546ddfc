# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How the demo talks: steps, commands with their output, tables, verdicts.
# Plain text of 80 columns; bold, green and red only if COLOR is set.

BOLD='' GREEN='' RED='' OFF=''
if [ -n "${COLOR:-}" ]; then
	BOLD=$'\e[1m' GREEN=$'\e[32m' RED=$'\e[31m' OFF=$'\e[0m'
fi

: "${STEPS:=0}"	# how many there are
STEP=0		# the one that is being told
BAD=0		# verdicts of this step that did not hold
DONE=()		# titles of those that held
TOLD=''		# the story has come to its end, good or bad

# step NUMBER TITLE
step()
{
	STEP=$1 TITLE=$2 BAD=0
	printf '\n%s[%d/%d] %s%s\n\n' "$BOLD" "$STEP" "$STEPS" "$TITLE" "$OFF"
}

# say TEXT: prose
say()
{
	echo "$*" | fold -s -w 78 | sed 's/ *$//'
}

# show COMMAND...: the command line and what it prints; with CUT set, lines
# that are too long are cut, else they go on in the next line
show()
{
	printf '  $ %s\n' "$*"
	"$@" 2>&1 | expand | awk -v width=78 -v cut="${CUT:-}" '
		length <= width || cut { print "  " substr($0, 1, width); next }
		{
			match($0, /^ */)
			margin = sprintf("%*s", RLENGTH + 4, "")
			while (length > width) {
				for (at = width + 1; at > length(margin); at--)
					if (substr($0, at, 1) == " ")
						break
				if (at == length(margin))
					at = width
				print "  " substr($0, 1, at)
				$0 = margin substr($0, at + 1)
			}
			print "  " $0
		}' | sed 's/ *$//'
}

# row NAME SENT LEAF1 LEAF2
row()
{
	printf '  %-44s %8s %8s %8s\n' "$@"
}

# holds SENTENCE COMMAND...: the verdict is the command's exit code
holds()
{
	local sentence=$1

	shift
	if "$@"; then
		printf '  %s[ok]%s %s\n' "$GREEN" "$OFF" "$sentence"
	else
		printf '  %s[NO]%s %s\n' "$RED" "$OFF" "$sentence"
		BAD=$((BAD + 1))
	fi
}

# step_ends: the demo goes on only if every verdict of the step held
step_ends()
{
	[ "$BAD" -eq 0 ] || give_up "$BAD verdict(s) above did not hold"
	DONE+=("$TITLE")
}

# expect SECONDS WHAT COMMAND...: what the story cannot go on without
expect()
{
	local seconds=$1 what=$2

	shift 2
	await "$seconds" "$@" || give_up "$what: not within $seconds s"
}

# summary: one line per step; check reads it
summary()
{
	local n

	TOLD=yes
	printf '\n'
	for ((n = 0; n < ${#DONE[@]}; n++)); do
		printf 'step %d %sheld%s: %s\n' $((n + 1)) "$GREEN" "$OFF" "${DONE[n]}"
	done
	if [ ${#DONE[@]} -eq "$STEPS" ]; then
		echo "All $STEPS steps were seen to hold, in $SECONDS s."
		return
	fi
	printf 'step %d %sDID NOT HOLD%s: %s\n' "$STEP" "$RED" "$OFF" "$TITLE"
	if [ "$STEP" -lt "$STEPS" ]; then
		echo "The steps after it were not tried."
	fi
}

# ended: when the shell exits, whoever wanted it
ended()
{
	[ "$STEP" -eq 0 ] || [ -n "$TOLD" ] || give_up 'the story broke off'
}

# give_up REASON: shows the facts; they are never needed otherwise
give_up()
{
	trap - ERR
	TOLD=yes
	set +e
	printf '\n%sStep %d did not hold: %s.%s The facts:\n\n' "$RED" "$STEP" "$1" "$OFF"
	(facts) 2>&1
	summary
	exit 1
}
