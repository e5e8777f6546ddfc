#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Faults of LACP between a port and its leaf: lacp-partner-silent,
# port-not-usable, lacp-churn, lacp-loopback, aggregator-split.

. "$(dirname "$0")/lib-fault.sh"

# 802.1AX-2020, 6.4.2.3: the actor's state, the 33rd byte of the frame
readonly HELD_BACK="@ll,256,8 set 0x07"		# active, fast, no SYNC

# reflect: leaf1 sends back what it hears
reflect()
{
	leaf 1 nft -f - <<-END
	table netdev reflect {
		chain in {
			type filter hook ingress device p0 priority 0
			ether type 0x8809 dup to p0
		}
	}
	END
}

# user_key KEY: only ports that are attached from then on take it
user_key()
{
	ip link set bond0 down
	ip link set bond0 type bond ad_user_port_key "$1"
	ip link set bond0 up
	ip link set eth2 nomaster
	ip link set eth2 down
	ip link set eth2 master bond0
}

begin 31

# EXPIRED 3 s after the last LACPDU; the leaf is back before there is nobody.
caused mute 2 p0
raised 2000-4500 degraded lacp-partner-silent eth2
check "the text shows the state" says "EXPIRED"
caused unwritten 2
cleared 8000 lacp-partner-silent eth2
all_clear

caused rewrite 2 "$HELD_BACK"
raised 3000-5000 degraded port-not-usable eth2
check "the text says what is missing" says "the partner is not in sync"
nothing_else "port-not-usable:eth2"
caused unwritten 2
cleared 6000 port-not-usable eth2
all_clear

# A leaf that comes back and never takes the port in
rewrite 2 "$HELD_BACK"
caused bounce 2
raised 1000 degraded port-down eth2
cleared 2000 port-down eth2
raised 5000-11000 degraded port-not-usable eth2
check "the text tells the likely story" says "an M-LAG leaf holds a port that returns back"
nothing_else "port-not-usable:eth2"
# the driver says churn after 60 s already, of a port that is held back for 240
raised 300000-312000 degraded lacp-churn eth2
expect "port-not-usable has become it" 312000 "ok port-not-usable eth2"
check "the text says who churns" says "churn detection are over, and the partner is not in sync"
nothing_else "lacp-churn:eth2"
caused unwritten 2
cleared 6000 lacp-churn eth2
all_clear

caused reflect
raised 2000 critical lacp-loopback eth1
check "the text says whose" says "eth1 hears LACPDUs of this host"
nothing_else "lacp-loopback:eth1"
caused unwritten 1
cleared 6000 lacp-loopback eth1
all_clear

caused user_key 7
raised 3000-10000 degraded aggregator-split eth2
check "the text names both" says "eth2 is in aggregator "
nothing_else "aggregator-split:eth2"
caused user_key 0
cleared 10000 aggregator-split eth2
all_clear
finish
