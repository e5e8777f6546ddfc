#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf that presents another LACP system: mis-cabling, or an M-LAG split.

. "$(dirname "$0")/lib.sh"

count_problems()
{
	problems | wc -w
}

setup

# text: of the problem, whichever port it is about
text()
{
	property "$BOND" Bond Problems | jq -r '.[0][4]'
}

says()
{
	text | grep -F "$1"
}

# On a live leaf: links that go down and up would be a fault of their own.
present()
{
	ip -n leaf2 link set bond0 type bond ad_actor_system "$1"
}

plan 5
present 02:00:00:00:02:02

# which of the two aggregators stays active is the kernel's choice
split()
{
	problem_is partner-system-mismatch eth1 degraded ||
		problem_is partner-system-mismatch eth2 degraded
}
check "partner-system-mismatch is raised" within 20 split
check "it names both systems" \
	says "different LACP system 02:00:00:00:0"
check "and nothing else" within 8 is 1 count_problems
check "one port is left" is 1 property "$BOND" Bond UsablePorts
present "$SYSTEM"
check "it is cleared" within 25 is "" problems
finish
