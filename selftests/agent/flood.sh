#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leaf that floods frames for others is named, with whom they are for; so is a
# peer that answers through no port.

. "$(dirname "$0")/lib.sh"

readonly FORGOTTEN=02:00:00:00:00:77
readonly PEER=192.0.2.77

# flood: 40 frames a second from the second leaf, in the background
flood()
{
	ip netns exec leaf2 python3 - "$FORGOTTEN" <<-'END' &
	import socket, sys, time
	link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	link.bind(('p0', 0))
	to = bytes.fromhex(sys.argv[1].replace(':', ''))
	while True:
	    link.send(to + bytes.fromhex('020000000078') + b'\x08\x00' + bytes(46))
	    time.sleep(0.025)
	END
	flood=$!
}

setup
plan 11
flood
check "a leaf that floods is named" within 60 problem_is unicast-flood eth2 warning
check "with whom the frames are for" says_of unicast-flood eth2 "$FORGOTTEN"
check "the other leaf is not" no_problem unicast-flood eth1
check "and nothing else" is "unicast-flood:eth2" problems
kill "$flood"
check "it is cleared when the flood ends" within 60 is "" problems

for number in 1 2; do
	ip -n "leaf$number" addr add "$PEER/32" dev bond0
done
printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeerSources=gateway\nPeers=%s\n' "$PEER" | config
reload
check "a peer answers" within 15 is 1 reachable
deaf 1
deaf 2
check "one that does not any more is named" within 20 \
	problem_is peer-unreachable bond0 warning
check "with its address" says_of peer-unreachable bond0 "$PEER"
check "and no leaf is blamed" no_problem leaf-isolated eth1
check "neither the one nor the other" no_problem leaf-isolated eth2
hearing 1
check "one answer clears it" within 10 no_problem peer-unreachable bond0
hearing 2
for number in 1 2; do
	ip -n "leaf$number" addr del "$PEER/32" dev bond0
done
finish
