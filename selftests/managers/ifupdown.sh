#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ifupdown takes a bond down and makes a new one when it is restarted; the daemon
# follows that. "ifup -a" changes nothing of what is up.

. "$(dirname "$0")/lib.sh"

made_anew()
{
	local index

	index=$(cat /sys/class/net/bond0/ifindex)
	systemctl restart networking
	echo "bond0 was $index, is $(cat /sys/class/net/bond0/ifindex)"
	[ "$(cat /sys/class/net/bond0/ifindex)" -ne "$index" ]
}

plan 17
booted
bond_is_made networking.service
check "ifup -a disturbs nothing" undisturbed ifup -a
before=$(pid)
check "a restart makes a new bond" made_anew
check "which becomes ok" within 30 is_up
check "with the option on" option_is 1
check "all this to one daemon" is "$before" pid
check "status is ok" status_ok
finish
