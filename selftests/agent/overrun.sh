#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# More events than the socket holds: the daemon notices, reads everything again
# and forgets what is gone.

. "$(dirname "$0")/lib.sh"

# flood N: 2 N events of 2 kB and more; the buffer has 8 MB
flood()
{
	local i

	for ((i = 0; i < $1; i++)); do
		echo "link set d7 mtu 1400"
		echo "link set d7 mtu 1500"
	done | ip -batch -
}

# The kernel counts what it dropped. The port ID of a process's first netlink
# socket is its process ID, here of the one that listens.
lost()
{
	[ "$(awk -v pid="$pid" '$2 == 0 && $3 == pid { print $9 }' \
		/proc/net/netlink)" -gt 0 ]
}

flood_until_lost()
{
	local i

	for ((i = 0; i < 30; i++)); do
		flood 200
		lost && return
	done
	return 1
}

setup
pid=$(pid)
# In a slow guest the flood takes longer than the watchdog waits.
systemctl service-watchdogs no
ip link add d7 type dummy
ip link add bond7 type bond mode active-backup
ip link add bond6 type bond mode active-backup

plan 5
check "three bonds at first" within 3 is "bond0 bond6 bond7" bonds
kill -STOP "$pid"
ip link del bond7
# The news of bond6 is queued and late, that it is gone is lost.
flood 400
ip link set bond6 mtu 1400
check "the buffer overflows" flood_until_lost
ip link del bond6
ip link add bond8 type bond mode active-backup
ip -n leaf2 link set p0 down
kill -CONT "$pid"
check "the overrun is noticed" within 10 journal_has "events were lost"
check "what is gone is forgotten, what is new is known" \
	within 5 is "bond0 bond8" bonds
check "the fault is named" within 5 problem_is port-down eth2 degraded
systemctl service-watchdogs yes
ip link del bond8
ip link del d7
finish
