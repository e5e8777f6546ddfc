#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The bond has carrier, but no port forwards: what the host sends is lost.

. "$(dirname "$0")/lib.sh"

setup

plan 4
mute 0 eth1
mute 0 eth2
check "carrier-without-port is critical" \
	within 20 problem_is carrier-without-port bond0 critical
check "which comes with its causes only" within 10 is \
	"carrier-without-port:bond0 lacp-one-way:eth1 lacp-one-way:eth2" problems
check "the kernel does show carrier" is 1 cat /sys/class/net/bond0/carrier
nft flush ruleset
wake_lacp
check "it is cleared" within 20 is "" problems
finish
