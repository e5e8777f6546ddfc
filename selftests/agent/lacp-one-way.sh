#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf that no longer hears us says so in its LACPDUs.

. "$(dirname "$0")/lib.sh"

setup

plan 5
mute 0 eth2
check "lacp-one-way is raised for eth2" \
	within 8 problem_is lacp-one-way eth2 degraded
check "and nothing else" is "lacp-one-way:eth2" problems
check "the text says who does not hear" within 2 says_of lacp-one-way eth2 "does not hear eth2"
check "the text shows both states" within 2 says_of lacp-one-way eth2 "partner state 0x"
nft flush ruleset
# A leaf that has given up meanwhile speaks every 30 s.
check "it is cleared" within 45 is "" problems
finish
