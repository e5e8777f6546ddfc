#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With one usable port, ARP and ND leave on that port only, once. A port is not
# usable without carrier, without LACP (its carrier stays), or when its partner
# is another LACP system.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

kinds=("${arp_kinds[@]}" "${nd_kinds[@]}")

# What leaves on the second port is seen there: its leaf may be deaf.
test_one_port()
{
	test_copies "1:0:0" "once on p1, none on p2, $1" \
		< <(frames -x p2 bond0 "${kinds[@]}")
}

test_both_ports()
{
	test_copies "1:1" "on both ports again" \
		< <(frames bond0 "${some_kinds[@]}")
}

partner_of_p2_is()
{
	awk '/^Slave Interface:/ { mine = $3 == "p2" }
		/details partner/ { partner = 1 }
		mine && partner && /system mac address:/ { print $4 }
		' /proc/net/bonding/bond0 | grep -qx "$1"
}

plan $((1 + 3 * ${#kinds[@]} + 3 + 2 * ${#some_kinds[@]}))
setup_fabric
option_on

ip -n "${leaves[1]}" link set eth0 down
wait_until 5 carrier_is p2 0
try "data uses p1 only" wait_until 5 flows_use_only 1:0
test_one_port "p2 without carrier"
ip -n "${leaves[1]}" link set eth0 up
wait_until 20 usable_again 2
test_both_ports

ip -n "${leaves[1]}" link set bond0 down
wait_until 15 port_not_distributing p2
try "data uses p1 only" wait_until 5 flows_use_only 1:0
carrier_is p2 1
test_one_port "p2 without LACP"
ip -n "${leaves[1]}" link set bond0 up
wait_until 20 usable_again 2
test_both_ports

ip -n "${leaves[1]}" link set bond0 type bond ad_actor_system 02:00:00:00:02:02
wait_until 15 partner_of_p2_is 02:00:00:00:02:02
try "data uses p1 only" wait_until 5 flows_use_only 1:0
test_one_port "p2 with another partner"
finish
