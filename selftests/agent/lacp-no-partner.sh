#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf stops speaking LACP with its link up: first the partner is silent
# (EXPIRED, 3 s after the last LACPDU), then nobody is there (3 s later).

. "$(dirname "$0")/lib.sh"

# actor_has BIT: the kernel's word on eth2. Its timers count runs of its work,
# which a slow guest stretches, so no clock of ours can foretell it.
actor_has()
{
	local state

	state=$(awk '/^Slave Interface: / { port = $3 }
		/details actor lacp pdu/ { actor = port == "eth2" }
		/port state:/ && actor { print $3; exit }' /proc/net/bonding/bond0)
	[ $((state & $1)) -ne 0 ]
}

setup

plan 7
mute 2 p0
within 15 actor_has 0x80
expired=$(now_usec)
within 15 actor_has 0x40
defaulted=$(now_usec)
# It lasts for 3 s only, which a slow guest may need to ask for it.
check "lacp-partner-silent when the partner has expired" \
	within 3 journal_has "fallen silent" CODE=lacp-partner-silent PORT=eth2
# no event tells it: the daemon looks each second
check "within two seconds" named_by lacp-partner-silent eth2 $((expired + 2000000))
check "lacp-no-partner when it is gone, degraded on one port" \
	within 3 problem_is lacp-no-partner eth2 degraded
check "within two seconds" named_by lacp-no-partner eth2 $((defaulted + 2000000))
check "and has taken the place of lacp-partner-silent" \
	is "lacp-no-partner:eth2" problems
mute 1 p0
check "it is critical on all ports" \
	within 20 problem_is lacp-no-partner eth1 critical
leaf 1 nft flush ruleset
leaf 2 nft flush ruleset
wake_lacp
check "all is cleared" within 15 is "" problems
finish
