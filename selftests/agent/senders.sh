#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A MAC that only sends to us, as the director does in direct routing, is kept
# warm by gratuitous ARP to that MAC, through both ports, in its tag.

. "$(dirname "$0")/lib.sh"

readonly DIRECTOR=02:00:00:00:00:d1
readonly TAGGED=02:00:00:00:00:d2

# send FROM [TAG]: UDP to the host's MAC, 20 frames a second, in the background
send()
{
	leaf 1 python3 - "$1" "$HOST_MAC" "${2:-}" <<-'END' &
	import socket, sys, time
	mac = lambda text: bytes.fromhex(text.replace(':', ''))
	link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	link.bind(('p0', 0))
	tag = b'\x81\x00' + int(sys.argv[3]).to_bytes(2, 'big') if sys.argv[3] else b''
	packet = bytes.fromhex('45000020000000004011000000000000' '0000000000000000') \
		+ bytes(12)
	while True:
	    link.send(mac(sys.argv[2]) + mac(sys.argv[1]) + tag + b'\x08\x00' + packet)
	    time.sleep(0.05)
	END
	sender=$!
}

list_peers()
{
	busctl --json=short call org.dualhome1 "$BOND" org.dualhome1.Bond \
		ListPeerDetails | jq -c '.data[0][] | [.[0], .[1], .[4], .[5]]'
}

listed()
{
	list_peers | grep -F "$1"
}

not_listed()
{
	! listed "$1"
}

setup
ip link add link bond0 name bond0.10 type vlan id 10
ip addr add 10.10.0.10/24 dev bond0.10
ip link set bond0.10 up
printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeerSources=sender\n' | config
reload

plan 8
send "$DIRECTOR"
first=$sender
send "$TAGGED" 10
check "a sender is a peer" within 10 listed \
	"[\"$DIRECTOR\",\"bond0\",\"announce\",[\"sender\"]]"
check "of the interface of its tag" within 10 listed \
	"[\"$TAGGED\",\"bond0.10\",\"announce\",[\"sender\"]]"
check "the gateway is none: its MAC is a neighbor's" not_listed "$GATEWAY_MAC"
listen -e arp
for number in 1 2; do
	check "leaf$number hears gratuitous ARP to the sender" within 20 count_heard "$number" 1 \
		"$HOST_MAC > $DIRECTOR, ethertype ARP.*(who-has|Reply) 192\.0\.2\.10 "
	check "leaf$number hears it in the tag as well" within 20 count_heard "$number" 1 \
		"$HOST_MAC > $TAGGED, .*vlan 10, .*(who-has|Reply) 10\.10\.0\.10 "
done
stop_listening
printf '[Keepalive]\nIntervalSec=1\n[Bond bond0]\nPeerSources=gateway\n' | config
reload
check "it can be switched off" within 5 is "" list_peers

kill "$first" "$sender"
ip link del bond0.10
finish
