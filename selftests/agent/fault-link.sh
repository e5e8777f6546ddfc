#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Faults of links: port-flapping, min-links, speed-mismatch.

. "$(dirname "$0")/lib-fault.sh"

# A cable with a tap device at each end, because a tap can be told its speed:
# eth3 of the host, p1 of leaf2
plug_cable()
{
	modprobe tun
	"$(dirname "$0")/cable.py" eth3 p1 &
	within 10 test -e /sys/class/net/p1
	ethtool -s eth3 speed 10000 duplex full
	ethtool -s p1 speed 10000 duplex full
	ip link set p1 netns leaf2
	ip link set eth2 nomaster
	ip link set eth2 down
	ip -n leaf2 link set p0 nomaster
	ip -n leaf2 link set p1 master bond0
	ip link set eth3 master bond0
	within 30 lacp_is_up
}

unplug_cable()
{
	ip link set eth3 nomaster
	ip link set eth2 down
	ip -n leaf2 link set p1 nomaster
	ip -n leaf2 link set p0 down
	ip -n leaf2 link set p0 master bond0
	ip link set eth2 master bond0
}

# renegotiate SPEED: as a network card does, with its link down
renegotiate()
{
	ip link set eth3 down
	ethtool -s eth3 speed "$1" duplex full
	ip link set eth3 up
}

begin 26

# The first two changes are a port that is down and up again.
caused ip -n leaf2 link set p0 down
raised 1000 degraded port-down eth2
caused ip -n leaf2 link set p0 up
cleared 1000 port-down eth2
caused ip -n leaf2 link set p0 down
raised 1000 degraded port-flapping eth2
caused ip -n leaf2 link set p0 up
check "the text counts" says "eth2 changes its carrier again and again, "
nothing_else "port-flapping:eth2"
cleared 60000-61500 port-flapping eth2
all_clear

ip link set bond0 type bond min_links 2
all_clear
caused ip -n leaf2 link set p0 down
raised 1000 critical min-links bond0
raised 1000 degraded port-down eth2
check "the text counts" says "bond0 has 1 usable ports, fewer than its min_links of 2"
nothing_else "min-links:bond0 port-down:eth2"
caused ip -n leaf2 link set p0 up
cleared 1000 port-down eth2
cleared 6000 min-links bond0
all_clear
ip link set bond0 type bond min_links 0

plug_cable
setup
all_clear
caused renegotiate 1000
raised 1000 degraded port-down eth3
cleared 1500 port-down eth3
raised 4000 degraded speed-mismatch eth3
check "the text compares" says "eth3 runs at 1000 Mb/s full duplex, eth1 at 10000"
nothing_else "speed-mismatch:eth3"
sleep 60			# sooner it would be flapping as well
caused renegotiate 10000
raised 1000 degraded port-down eth3
cleared 1500 port-down eth3
cleared 1500 speed-mismatch eth3
all_clear
unplug_cable
finish
