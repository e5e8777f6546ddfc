#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the kernel itself sends from the bond and from its VLAN devices: ARP
# requests and replies, RS, NS and NA reach both leaves, once each.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# setup_dev DEV IPV4 IPV6: one request for each address that is asked for
setup_dev()
{
	ip -n "$1" link set "$2" up
	netns_sysctl "$1" "ipv6/conf/$2/disable_ipv6" 0
	netns_sysctl "$1" "ipv4/neigh/$2/mcast_solicit" 1
	netns_sysctl "$1" "ipv6/neigh/$2/mcast_solicit" 1
	ip -n "$1" addr add "$3" dev "$2"
	ip -n "$1" addr add "$4" dev "$2" nodad
}

# send_to NETNS PREFIX: eight addresses that nobody has
send_to()
{
	ip netns exec "$1" bash -c \
		"for i in 11 12 13 14 15 16 17 18; do echo >/dev/udp/$2\$i/9; done"
}

# seen COUNT PATTERN: on each leaf
seen()
{
	local leaf

	for leaf in "${leaves[@]}"; do
		wait_until 5 watched "$1" "^$leaf/.* $2" || return
	done
}

# asks PREFIX COUNT PATTERN
asks()
{
	start_watch
	send_to "$host" "$1"
	seen "$2" "$3"
}

# The first leaf asks; the unicast answer goes to both.
answers()
{
	start_watch
	ip netns exec "${leaves[0]}" bash -c "echo >/dev/udp/$1/9"
	seen 1 "$2"
}

solicits_routers()
{
	start_watch
	ip -n "$host" addr add fe80::d/64 dev bond0 nodad
	seen 1 "tags=- nd type=133 .*from=fe80::d to=ff02::2"
}

plan 8
setup_fabric
ip -n "$host" link set bond0 addrgenmode none
ip -n "$host" link add link bond0 name vlan type vlan id 10
ip -n "$host" link set vlan addrgenmode none
# Without header reordering the tag is in the frame, not accelerated.
ip -n "$host" link add link bond0 name svlan type vlan proto 802.1ad id 20 \
	reorder_hdr off
ip -n "$host" link set svlan addrgenmode none
setup_dev "$host" bond0 192.0.2.1/26 2001:db8::1/64
setup_dev "$host" vlan 192.0.2.65/26 2001:db8:10::1/64
setup_dev "$host" svlan 192.0.2.129/26 2001:db8:20::1/64
ip -n "${leaves[0]}" link set bond0 addrgenmode none
setup_dev "${leaves[0]}" bond0 192.0.2.2/26 2001:db8::2/64
netns_sysctl "$host" ipv6/conf/bond0/router_solicitations 1

option_on
try "ARP requests" asks 192.0.2. 8 "tags=- arp op=1 from=192.0.2.1 "
try "NS" asks 2001:db8:: 8 "tags=- nd type=135 from=2001:db8::1 "
try "ARP requests of a VLAN device" asks 192.0.2.7 8 \
	"tags=8100.10 arp op=1 from=192.0.2.65 "
try "NS of a VLAN device without header reordering" asks 2001:db8:20:: 8 \
	"tags=88a8.20 nd type=135 from=2001:db8:20::1 "
try "ARP reply" answers 192.0.2.1 "tags=- arp op=2 from=192.0.2.1 "
try "NA" answers 2001:db8::1 "tags=- nd type=136 .*target=2001:db8::1"
try "RS" solicits_routers
finish
