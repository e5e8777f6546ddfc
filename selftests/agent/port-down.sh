#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A dead leaf is named within a second, once, and cleared once.

. "$(dirname "$0")/lib.sh"

events()
{
	jq -r '.payload.data[1]' "$WORK/Event" | grep -c '^port-down$'
}

setup
signals Event

plan 10
ip -n leaf2 link set p0 down
down=$(now_usec)
check "port-down is raised for eth2" within 3 problem_is port-down eth2 degraded
check "within a second" named_by port-down eth2 $((down + 1000000))
check "nothing else is" is "port-down:eth2" problems
check "the port's health is degraded" is '"degraded"' port eth2 Health
check "STATUS says it" status_has "bond0 degraded: eth2 has no carrier since "
check "Event says it" within 2 event degraded port-down eth2
check "the journal has it with fields" within 2 journal_has \
	"bond0: eth2 has no carrier" BOND=bond0 PORT=eth2 CODE=port-down

ip -n leaf2 link set p0 up
check "it is cleared" within 5 no_problem port-down eth2
check "Event says so" within 2 event ok port-down eth2
within 15 both_usable
check "two events in all, and nothing left" is 2 events
finish
