#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Both leaves dead: critical, named first; each port keeps its own fault.

. "$(dirname "$0")/lib.sh"

health()
{
	property /org/dualhome1 Manager Health
}

setup

plan 5
ip -n leaf1 link set p0 down
within 3 problem port-down eth1 >"$WORK/first"
ip -n leaf2 link set p0 down
check "bond-down is critical" within 3 problem_is bond-down bond0 critical
check "it comes first, the ports follow" is \
	"bond-down:bond0 port-down:eth1 port-down:eth2" problems
check "the first port keeps its since" is "$(cat "$WORK/first")" problem port-down eth1
check "the manager is critical" is '"critical"' health
ip -n leaf1 link set p0 up
ip -n leaf2 link set p0 up
check "all is cleared" within 15 is "" problems
finish
