#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf stops speaking LACP with its link up: first the port is not usable
# (EXPIRED, 3 s after the last LACPDU), then nobody is there (3 s later).

. "$(dirname "$0")/lib.sh"

setup

plan 7
before=$(now_usec)
mute 2 p0
check "port-not-usable while the partner is silent" \
	within 6 problem_is port-not-usable eth2 degraded
check "within a second of the kernel's timeout" \
	named_by port-not-usable eth2 $((before + 4200000))
check "lacp-no-partner is degraded on one port" \
	within 6 problem_is lacp-no-partner eth2 degraded
check "within a second of the kernel's timeout" \
	named_by lacp-no-partner eth2 $((before + 7400000))
check "and has taken the place of port-not-usable" \
	is "lacp-no-partner:eth2" problems
mute 1 p0
check "it is critical on all ports" \
	within 12 problem_is lacp-no-partner eth1 critical
leaf 1 nft flush ruleset
leaf 2 nft flush ruleset
check "all is cleared" within 15 is "" problems
finish
