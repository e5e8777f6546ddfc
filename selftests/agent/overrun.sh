#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# More events than the socket holds: the daemon notices, reads everything again
# and forgets what is gone.

. "$(dirname "$0")/lib.sh"

bonds()
{
	busctl --json=short call org.dualhome1 /org/dualhome1 \
		org.dualhome1.Manager ListBonds | jq -r '.data[0][][0]' |
		sort | paste -sd' '
}

# flood N: 2 N events of 2 kB and more; the buffer has 8 MB
flood()
{
	local i

	for ((i = 0; i < $1; i++)); do
		echo "link set d7 mtu 1400"
		echo "link set d7 mtu 1500"
	done | ip -batch -
}

setup
ip link add d7 type dummy
ip link add bond7 type bond mode active-backup
ip link add bond6 type bond mode active-backup

plan 4
check "three bonds at first" within 3 is "bond0 bond6 bond7" bonds
kill -STOP "$(systemctl show -P MainPID dualhomed)"
ip link del bond7
# The news of bond6 is queued and late, that it is gone is lost.
flood 400
ip link set bond6 mtu 1400
flood 3000
ip link del bond6
ip link add bond8 type bond mode active-backup
ip -n leaf2 link set p0 down
kill -CONT "$(systemctl show -P MainPID dualhomed)"
check "the overrun is noticed" within 10 journal_has "events were lost"
check "what is gone is forgotten, what is new is known" \
	within 5 is "bond0 bond8" bonds
check "the fault is named" within 5 problem_is port-down eth2 degraded
ip link del bond8
ip link del d7
finish
