#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each peer is probed through every usable port, not through the one that the
# hash picks, and each answer counts for the port of its probe.

. "$(dirname "$0")/lib.sh"

# requests NUMBER FILTER: what the leaf hears in 4 s
requests()
{
	leaf "$1" timeout 4 tcpdump -Qin -nni p0 -c 1000 "$2" 2>"$WORK/tcpdump.$1" \
		>"$WORK/requests.$1" || :
	wc -l <"$WORK/requests.$1"
}

# One interval is 1 s with a jitter of a quarter
several()
{
	local count

	count=$(requests "$@")
	echo "$count requests"
	[ "$count" -ge 2 ] && [ "$count" -le 7 ]
}

answered()
{
	[ "$(port "$1" KeepalivesAnswered)" -ge "$2" ]
}

rests()
{
	local before

	before=$(port eth2 KeepalivesSent)
	sleep 3
	is "$before" port eth2 KeepalivesSent
}

reachable()
{
	property "$BOND" Bond PeersReachable
}

list_peers()
{
	busctl --json=short call org.dualhome1 "$BOND" org.dualhome1.Bond ListPeers |
		jq -c '.data[0] | map(.[0:4])'
}

setup

plan 14
check "leaf1 hears echo requests" several 1 "icmp[icmptype] = icmp-echo"
check "leaf2 hears them as well" several 2 "icmp[icmptype] = icmp-echo"
check "eth1 has its answers" within 5 answered eth1 2
check "eth2 has its answers" within 5 answered eth2 2
check "the round trip is known" test "$(port eth2 RttUSec)" -gt 0
check "the peer is reachable" within 3 is 1 reachable
check "ListPeers says how" is \
	"[[\"192.0.2.1\",\"bond0\",\"192.0.2.10\",\"$GATEWAY_MAC\"]]" list_peers

printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeers=2001:db8::1\nPeerSources=\n' | config
reload
check "leaf1 hears ICMPv6 requests" several 1 "icmp6 and ip6[40] = 128"
check "leaf2 hears them as well" several 2 "icmp6 and ip6[40] = 128"
check "the peer is reachable" within 3 is 1 reachable

ip -n leaf2 link set p0 down
within 3 problem port-down eth2 >/dev/null
check "a port that is down rests" rests
check "and the other one does not" several 1 "icmp6 and ip6[40] = 128"

printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeers=198.51.100.1\nPeerSources=\n' | config
reload
check "a peer of another network is named once" within 15 journal_has \
	"bond0: peer 198.51.100.1 cannot be probed: it is on none of the bond's networks"
check "and is not reachable" is 0 reachable
finish
