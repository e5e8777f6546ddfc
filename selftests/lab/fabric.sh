#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: fabric.sh
#
# How many ways to the server the spine has, after the server has asked once for
# its gateway: with the kernel's own bonding driver, and with the patched one.
set -eu
# shellcheck source=selftests/lab/fabric
. "$(dirname "$(realpath "$0")")/fabric"
# shellcheck source=selftests/lab/ktap.sh
. "$LAB_DIR/ktap.sh"

ON_FAILURE=fabric_status

# load stock|patched: a bonding driver
load()
{
	if [ "$1" = stock ]; then
		modprobe -q tls || true
		insmod "/lib/modules/$(uname -r)/kernel/drivers/net/bonding/bonding.ko" max_bonds=0
	else
		await 20 modprobe -r bonding
		modprobe bonding max_bonds=0 broadcast_neighbor=1
	fi
}

resolved()
{
	[[ $(ip neigh show "$1" dev bond0) == *lladdr* ]]
}

# asks GATEWAY: one question of the server, and no other frame: what leaves
# with it is not let in
asks()
{
	ip neigh del "$1" dev bond0 2>/dev/null || true
	echo >"/dev/udp/$1/$FRAMES_ASK_PORT"
	await 10 resolved "$1"
}

ways_are()
{
	[ "$(next_hops "$2")" = "$1" ]
}

# ways N ADDRESS: and no other number a while later
ways()
{
	await 10 ways_are "$1" "$2" && sleep 3 && ways_are "$1" "$2"
}

calls()
{
	ip netns exec client ping -q -c 20 -i 0.1 -W 1 -I "$1" "$2"
}

echo 'KTAP version 1'
echo '1..11'
for driver in stock patched; do
	wanted=1
	[ $driver = stock ] || wanted=2
	load $driver
	fabric_up
	frames_count leaf1 swp1 "$SERVER4" "$SERVER6"
	frames_count leaf2 swp1 "$SERVER4" "$SERVER6"
	check "$driver: the server asks by ARP" asks "$GATEWAY4"
	check "$driver: ways to its /32: $wanted" ways $wanted "$SERVER4"
	check "$driver: it asks by ND" asks "$GATEWAY6"
	check "$driver: ways to its /128: $wanted" ways $wanted "$SERVER6"
	[ $driver = patched ] || fabric_down
done
destack_fail leaf2
check "a leaf dies: one way is left" ways 1 "$SERVER4"
check "and by IPv6" ways 1 "$SERVER6"
check "which leads to the server" calls "$CLIENT4" "$SERVER4"
[ "$FAILED" -eq 0 ]
