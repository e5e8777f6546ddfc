#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: fabric.sh [listens|asks]...
#
# The de-stacked fabric with the kernel's own bonding driver, if it has no such
# option, and with the patched one: who knows the server, what uses which leaf, and
# what is left when a leaf goes and comes in each of its ways.
set -eu
# shellcheck source=selftests/lab/fabric
. "$(dirname "$(realpath "$0")")/fabric"
# shellcheck source=selftests/lab/ktap.sh
. "$LAB_DIR/ktap.sh"

# shellcheck disable=SC2034 # ktap.sh's
ON_FAILURE=fabric_status
S1=$(address4 s1) S1_6=$(address6 s1)
FLOWS=200

# load stock|patched: a bonding driver
load()
{
	if [ "$1" = stock ]; then
		modprobe -q tls || true
		insmod "/lib/modules/$(uname -r)/kernel/drivers/net/bonding/bonding.ko"* max_bonds=0
	else
		! [ -d /sys/module/bonding ] || await 20 modprobe -r bonding
		modprobe bonding max_bonds=0 broadcast_neighbor=1
	fi
}

resolved()
{
	[[ $(ip neigh show "$1" dev bond0) == *lladdr* ]]
}

# asks GATEWAY: one question of the server
asks()
{
	ip neigh del "$1" dev bond0 2>/dev/null || true
	echo >"/dev/udp/$1/$FRAMES_ASK_PORT"
	await 10 resolved "$1"
}

both_know()
{
	knows leaf1 "$1" && knows leaf2 "$1"
}

unknown()
{
	! knows "$1" "$2"
}

# soon ADDRESS: a second is wanted, and printed is how long it took; a busy host gets
# three times as long
soon()
{
	local began

	began=$(now_usec)
	await 3 both_know "$1" && echo "$((($(now_usec) - began) / 1000)) ms"
}

# ways N ADDRESS: of either spine
ways_are()
{
	[ "$(next_hops spine1 "$2")" = "$1" ] && [ "$(next_hops spine2 "$2")" = "$1" ]
}

# ways N ADDRESS: and no other number a while later
ways()
{
	await 20 ways_are "$1" "$2" && sleep 3 && ways_are "$1" "$2"
}

# calls FROM ADDRESS
calls()
{
	await 20 in_ns "$(namespace "$1")" ping -q -c 3 -i 0.2 -W 2 "$2"
}

from_client()
{
	await 20 ip netns exec client ping -q -c 20 -i 0.1 -W 1 "$1"
}

# shares: each leaf gets 35 to 65 % of what the client sends to s1
shares()
{
	local leaf count

	for leaf in leaf1 leaf2; do
		frames_count "$leaf" swp-s1 "$S1" "$S1_6"
	done
	ip netns exec client python3 "$LAB_DIR/flows.py" burst "$S1" "$FRAMES_PORT" "$FLOWS"
	sleep 1
	for leaf in leaf1 leaf2; do
		count=$(frames "$leaf" swp-s1 out_data)
		echo "$leaf $count"
		[ $((count * 100)) -ge $((FLOWS * 35)) ] && [ $((count * 100)) -le $((FLOWS * 65)) ] ||
			return 1
	done
}

# usable N: of LACP
usable()
{
	local port count=0

	for port in eth1 eth2; do
		! lacp_healthy "$port" || count=$((count + 1))
	done
	[ "$count" = "$1" ]
}

# goes_and_comes WHAT GONE BACK: leaf2 does, and s1 is reached all the time after
goes_and_comes()
{
	"fabric_$2" leaf2
	check "$1: one way is left" ways 1 "$S1"
	check "$1: and by IPv6" ways 1 "$S1_6"
	check "$1: which leads to the server" from_client "$S1"
	"fabric_$3" leaf2
	check "$1: two ways again" ways 2 "$S1"
	check "$1: two ways by IPv6 as well" ways 2 "$S1_6"
}

# knows_who DRIVER WAYS
knows_who()
{
	check "$1: the server asks by ARP" asks "$(gateway4 s1)"
	check "$1: ways to its /32: $2" ways "$2" "$S1"
	check "$1: it asks by ND" asks "$(gateway6 s1)"
	check "$1: ways to its /128: $2" ways "$2" "$S1_6"
}

patched()
{
	local leaf

	for leaf in leaf1 leaf2; do
		forget "$leaf" "$(cat /sys/class/net/bond0/address)"
		await 10 unknown "$leaf" "$S1"
	done
	ip neigh flush dev bond0
	echo >"/dev/udp/$(gateway4 s1)/$FRAMES_ASK_PORT"
	check "both leaves know it soon after its first ARP" soon "$S1"
	check "200 flows use both leaves" shares
	in_ns s2 ping -q -c 1 -W 5 "$(gateway4 s2)" >/dev/null
	in_ns s3 ping -q -c 1 -W 5 "$(gateway4 s3)" >/dev/null
	check "servers of one rack reach each other" calls s1 "$(address4 s2)"
	check "by IPv6" calls s1 "$(address6 s2)"
	check "those of two racks do" calls s3 "$S1"
	check "by IPv6 as well" calls s3 "$S1_6"
	goes_and_comes "a leaf dies" off on
	goes_and_comes "a cable is cut" cut mend
	goes_and_comes "a leaf loses its uplinks" lonely joined
	fabric_mute leaf2
	check "LACP stops: the port is out of use" await 20 usable 1
	check "the server is reached" from_client "$S1"
	fabric_unmute leaf2
	check "LACP is back: both ports are used" await 30 usable 2
	for leaf in leaf1 leaf2; do
		fabric_off "$leaf"
		check "$leaf is upgraded: the server is reached" from_client "$S1"
		fabric_on "$leaf"
		check "$leaf is back: two ways" ways 2 "$S1"
	done
}

[ $# -gt 0 ] || set -- listens
has_option=$(modinfo -F parm bonding 2>/dev/null | grep -c broadcast_neighbor || true)
echo 'KTAP version 1'
for kind; do
	if [ "$has_option" = 1 ]; then
		load stock
		fabric_up "$kind"
		knows_who "stock, leaf $kind" 1
		fabric_down
	fi
	load patched
	fabric_up "$kind"
	knows_who "patched, leaf $kind" 2
	patched
	fabric_down
	await 20 modprobe -r bonding
done
echo "1..$TESTS"
[ "$FAILED" -eq 0 ]
