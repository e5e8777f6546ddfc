#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Without any Peers=, the agent finds whom to probe, and probes them through each
# port in the tags of their interface:
#
#   bond0 ---- bond0.10 ------------ gateway 10.10.0.1, 2001:db8:10::1
#         \--- bond0.100 (802.1ad) -- bond0.100.200 -- neighbor 10.20.0.1
#         \--- bond0.30 -- br0 ----- neighbor 10.30.0.1
#                           \------- vm 10.30.0.20 (not through the bond)

. "$(dirname "$0")/lib.sh"

readonly VMMAC=02:00:00:00:30:20
readonly QUIET=(not ether proto 0x8809)

make_vlans()
{
	local run

	for run in "" "-n leaf1" "-n leaf2"; do
		# shellcheck disable=SC2086
		ip $run -batch - <<-END
		link add link bond0 name bond0.10 type vlan id 10
		link add link bond0 name bond0.30 type vlan id 30
		link add link bond0 name bond0.100 type vlan proto 802.1ad id 100
		link add link bond0.100 name bond0.100.200 type vlan id 200
		link set bond0.10 up
		link set bond0.30 up
		link set bond0.100 up
		link set bond0.100.200 up
		END
	done
	for run in leaf1 leaf2; do
		ip -n "$run" addr add 10.10.0.1/24 dev bond0.10
		ip -n "$run" addr add 2001:db8:10::1/64 dev bond0.10 nodad
		ip -n "$run" addr add 10.20.0.1/24 dev bond0.100.200
		ip -n "$run" addr add 10.30.0.1/24 dev bond0.30
	done
	ip addr add 10.10.0.10/24 dev bond0.10
	ip addr add 2001:db8:10::10/64 dev bond0.10 nodad
	ip addr add 10.20.0.10/24 dev bond0.100.200
}

make_bridge()
{
	ip link add br0 address 02:00:00:00:30:10 type bridge
	ip link set bond0.30 master br0
	ip addr add 10.30.0.10/24 dev br0
	ip link set br0 up
	ip netns add vm
	ip link add vm0 type veth peer name eth0 address "$VMMAC" netns vm
	ip link set vm0 master br0 up
	ip -n vm addr add 10.30.0.20/24 dev eth0
	ip -n vm link set eth0 up
}

# Into the neighbor table
meet()
{
	ip route add default via 10.10.0.1
	within 10 ping -q -c 1 -W 1 10.20.0.1
	within 10 ping -q -c 1 -W 1 10.30.0.1
	within 10 ping -q -c 1 -W 1 10.30.0.20
	within 10 ping -q -c 1 -W 1 2001:db8:10::1
}

list_peers()
{
	busctl --json=short call org.dualhome1 "$BOND" org.dualhome1.Bond ListPeers |
		jq -c '.data[0][] | [.[0:3], [.[4][] | .[2] > 0]]'
}

# answered PEER INTERFACE SOURCE: through both ports
answered()
{
	list_peers | grep -F "[[\"$1\",\"$2\",\"$3\"],[true,true]]"
}

not_listed()
{
	! list_peers | grep -F "\"$1\""
}

# heard REGEX: on each leaf more than once, so it is not by chance
heard()
{
	local number

	for number in 1 2; do
		count_heard "$number" 2 "$1" || return
	done
}

not_heard()
{
	never_heard 1 "$1" && never_heard 2 "$1"
}

both_forms()
{
	local number

	for number in 1 2; do
		count_heard "$number" 1 "vlan 10, .*Request who-has 10\.10\.0\.10 .*tell 10\.10\.0\.10" &&
			count_heard "$number" 1 "vlan 10, .*Reply 10\.10\.0\.10 is-at" || return
	done
}

settings()
{
	printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\n'
	[ $# = 0 ] || printf '%s\n' "$@"
}

setup
make_vlans
make_bridge
settings | config
reload
meet >/dev/null

plan 15
check "a gateway in a VLAN answers on both ports" within 10 \
	answered 10.10.0.1 bond0.10 10.10.0.10
check "so does a neighbor in two tags" within 10 \
	answered 10.20.0.1 bond0.100.200 10.20.0.10
check "and one behind a bridge" within 10 answered 10.30.0.1 br0 10.30.0.10
check "and an IPv6 neighbor" within 10 \
	answered 2001:db8:10::1 bond0.10 2001:db8:10::10
check "what is on the bridge's other port is no peer" not_listed 10.30.0.20
listen -e "${QUIET[@]}"
check "leaves hear the VLAN's tag" within 20 heard \
	"vlan 10, .*10\.10\.0\.10 > 10\.10\.0\.1: ICMP echo request"
check "leaves hear both tags" within 20 heard \
	"802\.1Q-QinQ.* vlan 100, .*vlan 200, .*10\.20\.0\.10 > 10\.20\.0\.1: ICMP echo request"
check "leaves hear the bridge's MAC in the tag below it" within 20 heard \
	"02:00:00:00:30:10 > $GATEWAY_MAC, .*vlan 30, .*10\.30\.0\.1: ICMP echo request"
check "nothing leaves for the machine behind the bridge" not_heard \
	"> $VMMAC|10\.30\.0\.20"
stop_listening

settings Method=solicit "ExcludePrefixes=10.20.0.0/16 fe80::/10" | config
reload
check "an excluded neighbor is no peer any more" within 10 not_listed 10.20.0.1
listen -e "${QUIET[@]}"
check "ARP requests go to one MAC, on both ports" within 20 heard \
	"> $GATEWAY_MAC, .*vlan 10, .*Request who-has 10\.10\.0\.1 .*tell 10\.10\.0\.10"
check "neighbor solicitations as well" within 20 heard \
	"> $GATEWAY_MAC, .*vlan 10, .*2001:db8:10::10 > 2001:db8:10::1: .*neighbor solicitation"
stop_listening

settings Method=announce PeerSources=gateway | config
reload
check "what is no source any more is no peer" within 10 not_listed 10.30.0.1
listen -e "${QUIET[@]}"
check "gratuitous ARP leaves in both forms" within 20 both_forms
stop_listening

ip route del default
check "without its route a gateway is no peer" within 10 not_listed 10.10.0.1

ip link del br0
ip netns del vm
for device in bond0.10 bond0.30 bond0.100; do
	ip link del "$device"
	ip -n leaf1 link del "$device"
	ip -n leaf2 link del "$device"
done
finish
