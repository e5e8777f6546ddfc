#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# NeighborBroadcast=yes switches the driver's option on when a bond appears;
# who switches it off later is reported, not fought.

. "$(dirname "$0")/lib.sh"

setup
option=/sys/class/net/bond0/bonding/broadcast_neighbor
[ -e "$option" ] || skip_all "this driver lacks the option"

set_option()
{
	busctl call org.dualhome1 "$BOND" org.dualhome1.Bond \
		SetNeighborBroadcast b "$1"
}

wish()
{
	config <<-END
	[Bond bond0]
	NeighborBroadcast=$1
	END
	reload
}

plan 14
check "off at first" is 0 cat "$option"
check "and the bus says so" is '"off"' property "$BOND" Bond NeighborBroadcast
wish yes
check "yes switches it on" within 3 is 1 cat "$option"
check "the bus says so" within 2 is '"on"' property "$BOND" Bond NeighborBroadcast
check "by our driver" is '"dkms"' property "$BOND" Bond NeighborBroadcastSource
check "no problem" is "" problems

echo 0 >"$option"
check "somebody else's off is a fault" \
	within 12 problem_is neighbor-broadcast-off bond0 degraded
check "and stays off" is 0 cat "$option"
reload
check "a reload switches it on again" within 3 is 1 cat "$option"
check "which clears the fault" within 3 is "" problems

ip link del bond0
make_host_bond
check "a bond that reappears gets it" within 3 is 1 cat "$option"
within 20 both_usable
wish no
check "no switches it off" within 3 is 0 cat "$option"
wish keep
set_option true
check "SetNeighborBroadcast works" is 1 cat "$option"
check "keep leaves it alone" is "" problems
finish
