#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf that presents another LACP system makes an aggregator of its own.

. "$(dirname "$0")/lib.sh"

count_problems()
{
	problems | wc -w
}

setup

plan 4
unmake_leaf 2
make_leaf 2 02:00:00:00:02:02

# which of the two aggregators stays active is the kernel's choice
split()
{
	problem_is aggregator-split eth1 degraded ||
		problem_is aggregator-split eth2 degraded
}
check "aggregator-split is raised" within 20 split
check "and nothing else" within 8 is 1 count_problems
check "one port is left" is 1 property "$BOND" Bond UsablePorts
unmake_leaf 2
make_leaf 2
check "it is cleared" within 25 is "" problems
finish
