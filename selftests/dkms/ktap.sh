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
