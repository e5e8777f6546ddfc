#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the kernel itself sends from the bond and from its VLAN devices: ARP
# requests and replies, RS, NS and NA reach both leaves, once each.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# One request for each address that is asked for
ask_once()
{
	local family

	for family in ipv4 ipv6; do
		echo 1 >"/proc/sys/net/$family/neigh/$1/mcast_solicit"
	done
}

# send_to PREFIX: PREFIX1 to PREFIX8, addresses that nobody has
send_to()
{
	local i

	for i in {1..8}; do
		echo >"/dev/udp/$1$i/9"
	done
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
	send_to "$1"
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
	ip addr add fe80::d/64 dev bond0 nodad
	seen 1 "tags=- nd type=133 .*from=fe80::d to=ff02::2"
}

plan 8
setup_fabric
# Without header reordering the tag is in the frame, not accelerated.
ip -batch - <<-END
	link add link bond0 name vlan type vlan id 10
	link add link bond0 name svlan type vlan proto 802.1ad id 20 reorder_hdr off
	link set vlan addrgenmode none
	link set svlan addrgenmode none
	link set vlan up
	link set svlan up
	addr add 192.0.2.1/26 dev bond0
	addr add 2001:db8::1/64 dev bond0 nodad
	addr add 192.0.2.65/26 dev vlan
	addr add 2001:db8:10::1/64 dev vlan nodad
	addr add 192.0.2.129/26 dev svlan
	addr add 2001:db8:20::1/64 dev svlan nodad
END
ip -n "${leaves[0]}" -batch - <<-END
	addr add 192.0.2.2/26 dev bond0
	addr add 2001:db8::2/64 dev bond0 nodad
END
for dev in bond0 vlan svlan; do
	ask_once "$dev"
done
echo 1 >/proc/sys/net/ipv6/conf/bond0/router_solicitations

option_on
try "ARP requests" asks 192.0.2.1 8 "tags=- arp op=1 from=192.0.2.1 "
try "NS" asks 2001:db8::1 8 "tags=- nd type=135 from=2001:db8::1 "
try "ARP requests of a VLAN device" asks 192.0.2.7 8 \
	"tags=8100.10 arp op=1 from=192.0.2.65 "
try "NS of a VLAN device without header reordering" asks 2001:db8:20::1 8 \
	"tags=88a8.20 nd type=135 from=2001:db8:20::1 "
try "ARP reply" answers 192.0.2.1 "tags=- arp op=2 from=192.0.2.1 "
try "NA" answers 2001:db8::1 "tags=- nd type=136 .*target=2001:db8::1"
try "RS" solicits_routers
finish
