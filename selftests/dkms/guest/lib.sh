# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# KTAP for the tests in the guest.

NUMBER=0
FAILURES=0

# plan COUNT
plan()
{
	PLANNED=$1
	echo 'KTAP version 1'
	echo "1..$1"
}

# finish: exits
finish()
{
	ok 'all planned tests have run' test "$((NUMBER + 1))" -eq "$PLANNED"
	[ "$FAILURES" -eq 0 ]
	exit
}

# ok NAME COMMAND...
ok()
{
	name=$1
	shift
	NUMBER=$((NUMBER + 1))
	if "$@"; then
		echo "ok $NUMBER $name"
	else
		echo "not ok $NUMBER $name ($*)"
		FAILURES=$((FAILURES + 1))
	fi
}

# is NAME GOT WANTED
is()
{
	ok "$1" test "$2" = "$3"
}
