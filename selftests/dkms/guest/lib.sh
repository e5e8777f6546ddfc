# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# KTAP for the tests in the guest.

NUMBER=0
FAILURES=0

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
