#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each peer is probed through every usable port, not through the one that the
# hash picks, and each answer counts for the port of its probe.

. "$(dirname "$0")/lib.sh"

# One interval is 1 s with a jitter of a quarter, so that between the first and
# the last of n requests n - 1 times 0.75 s have passed; a third of that may be
# the guest's.
at_interval()
{
	awk '{ times[++n] = $1 }
	END {
		print n + 0 " requests in " times[n] - times[1] " s"
		exit n < 4 || (n - 1) * 0.5 > times[n] - times[1]
	}' "$WORK/heard$1"
}

# requested FILTER: what each leaf hears of it comes once an interval
requested()
{
	local number status=0

	listen -tt "$1"
	for number in 1 2; do
		within 30 at_interval "$number" || status=1
	done
	stop_listening
	return "$status"
}

answered()
{
	[ "$(port "$1" KeepalivesAnswered)" -ge "$2" ]
}

# more_than COUNT PORT
more_than()
{
	[ "$(port "$2" KeepalivesSent)" -gt "$1" ]
}

rests()
{
	local before

	before=$(port eth2 KeepalivesSent)
	sleep 3
	is "$before" port eth2 KeepalivesSent
}

list_peers()
{
	busctl --json=short call org.dualhome1 "$BOND" org.dualhome1.Bond ListPeers |
		jq -c '.data[0] | map(.[0:4])'
}

setup

plan 12
check "both leaves hear echo requests" requested "icmp[icmptype] = icmp-echo"
check "eth1 has its answers" within 5 answered eth1 2
check "eth2 has its answers" within 5 answered eth2 2
check "the round trip is known" test "$(port eth2 RttUSec)" -gt 0
check "the peer is reachable" within 3 is 1 reachable
check "ListPeers says how" is \
	"[[\"192.0.2.1\",\"bond0\",\"192.0.2.10\",\"$GATEWAY_MAC\"]]" list_peers

printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeers=2001:db8::1\nPeerSources=\n' | config
reload
check "both leaves hear ICMPv6 requests" requested "icmp6 and ip6[40] = 128"
check "the peer is reachable" within 3 is 1 reachable

ip -n leaf2 link set p0 down
within 3 problem port-down eth2 >/dev/null
check "a port that is down rests" rests
sent=$(port eth1 KeepalivesSent)
check "and the other one does not" within 10 more_than "$sent" eth1

printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeers=198.51.100.1\nPeerSources=\n' | config
reload
check "a peer of another network is named once" within 15 journal_has \
	"bond0: peer 198.51.100.1 cannot be probed: it is on none of the bond's networks"
check "and is not reachable" is 0 reachable
finish
