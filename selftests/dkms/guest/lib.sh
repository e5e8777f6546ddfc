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

# --- the driver, built and not installed ---------------------------------------

# dkms_name: name/version; to ask dkms takes seconds
dkms_name()
{
	echo /usr/src/dualhome-bonding-* | sed 's,^/usr/src/\(.*\)-,\1/,'
}

# built: the module
built()
{
	echo "/var/lib/dkms/$(dkms_name)/$(uname -r)/$(uname -m)/module/bonding.ko"
}

# refused NAME LINE: its installation is, with that line and no other of ours
refused()
{
	dkms install "$(dkms_name)" >/tmp/install 2>&1
	is "$1: how dkms ends" $? 101
	is "$1: what it says" "$(grep dualhome-bonding: /tmp/install)" \
		"dualhome-bonding: $2; the kernel's own bonding stays"
}

# would_refuse NAME LINE: the same, without dkms around it
would_refuse()
{
	said=$("/var/lib/dkms/$(dkms_name)/source/secure-boot" "$(uname -r)" "$(built)" 2>&1)
	is "$1" "$?: $said" "1: dualhome-bonding: $2; the kernel's own bonding stays"
}

# own_stays: nothing has been touched
own_stays()
{
	ok 'nothing is installed' test ! -e "/lib/modules/$(uname -r)/updates"
	is "the kernel's own module is the installed one" "$(modinfo -F filename bonding)" \
		"/lib/modules/$(uname -r)/kernel/drivers/net/bonding/bonding.ko"
}
