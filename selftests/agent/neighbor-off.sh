#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A driver that acknowledges the option and does not do it is found out.

. "$(dirname "$0")/lib.sh"

setup
[ ! -e /sys/class/net/bond0/bonding/broadcast_neighbor ] ||
	skip_all "this driver has the option"

wrong_mode()
{
	problem neighbor-broadcast-off bond7 bond7 |
		grep -F "bond7 is in mode active-backup"
}

set_refused()
{
	! busctl call org.dualhome1 "$BOND" org.dualhome1.Bond \
		SetNeighborBroadcast b true
}

plan 9
check "unsupported" is '"unsupported"' property "$BOND" Bond NeighborBroadcast
check "source none" is '"none"' property "$BOND" Bond NeighborBroadcastSource
printf '[Bond *]\nNeighborBroadcast=yes\n' | config
reload
check "neighbor-broadcast-off is raised" \
	within 3 problem_is neighbor-broadcast-off bond0 degraded
check "and nothing else" is "neighbor-broadcast-off:bond0" problems
check "the text says what to do" says_of neighbor-broadcast-off bond0 "install dualhome-bonding-dkms and reboot"
# as dkms leaves it
mkdir -p /var/lib/dkms/dualhome-bonding
ln -s "9.9/$(uname -r)/x86_64" \
	"/var/lib/dkms/dualhome-bonding/kernel-$(uname -r)-x86_64"
reload
check "or what is left to do" within 3 says_of neighbor-broadcast-off bond0 "dualhome-bonding-dkms is installed"
rm -r /var/lib/dkms
check "SetNeighborBroadcast fails" set_refused

ip link add bond7 type bond mode active-backup
ip link set bond7 up
printf '[Bond bond7]\nNeighborBroadcast=yes\n' | config
reload
check "a bond of another mode is told why" within 3 wrong_mode
ip link del bond7
check "the fault is gone without the wish" is "" problems
finish
