#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# NeighborBroadcast=yes switches the driver's option on when a bond appears;
# who switches it off later is reported, not fought.

. "$(dirname "$0")/lib.sh"

setup
option=/sys/class/net/bond0/bonding/broadcast_neighbor
[ -e "$option" ] || skip_all "this driver lacks the option"

set_option()
{
	busctl call org.dualhome1 "$BOND" org.dualhome1.Bond \
		SetNeighborBroadcast b "$1"
}

# half_silent: ARP does not leave on eth2, whatever the driver does
half_silent()
{
	nft -f - <<-END
	table netdev silent {
		chain out {
			type filter hook egress device eth2 priority 0
			ether type arp drop
		}
	}
	END
}

wish()
{
	config <<-END
	[Bond bond0]
	NeighborBroadcast=$1
	END
	reload
}

plan 18
check "off at first" is 0 cat "$option"
check "and the bus says so" is '"off"' property "$BOND" Bond NeighborBroadcast
wish yes
check "yes switches it on" within 3 is 1 cat "$option"
check "the bus says so" within 2 is '"on"' property "$BOND" Bond NeighborBroadcast
check "by our driver" is '"dkms"' property "$BOND" Bond NeighborBroadcastSource
check "no problem" is "" problems

echo 0 >"$option"
check "somebody else's off is a fault" \
	within 12 problem_is neighbor-broadcast-off bond0 degraded
check "and stays off" is 0 cat "$option"
reload
check "a reload switches it on again" within 3 is 1 cat "$option"
check "which clears the fault" within 3 is "" problems

ip link del bond0
make_host_bond
check "a bond that reappears gets it" within 3 is 1 cat "$option"
within 20 both_usable

# Read back it is on; what counts is what leaves.
half_silent
ip neigh replace 192.0.2.1 lladdr "$GATEWAY_MAC" dev bond0 nud permanent
systemctl restart dualhomed
check "ARP that leaves on one port only is a fault" \
	within 40 problem_is neighbor-broadcast-off bond0 degraded
check "the text names the port" says_of neighbor-broadcast-off bond0 eth2
check "and nothing else" is "neighbor-broadcast-off:bond0" problems
nft flush ruleset
check "which is seen to be over" within 120 is "" problems
ip neigh del 192.0.2.1 dev bond0

wish no
check "no switches it off" within 3 is 0 cat "$option"
wish keep
set_option true
check "SetNeighborBroadcast works" is 1 cat "$option"
check "keep leaves it alone" is "" problems
finish
