#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bonds with the option on come, change their mode and go, alone and with their
# namespace, while neighbor packets flood them and announcements of a port's
# return are still to be sent.
# shellcheck source-path=SCRIPTDIR source=stress_lib.sh
. "$(dirname "$(realpath "$0")")/stress_lib.sh"

comes_and_goes()
{
	bond_opt add bond1 4 1 && ip link set d1 down &&
		ip link set d1 master bond1 && ip link set bond1 up &&
		give_addresses bond1 && flooded bond1 && ip link set bond1 down && ip link set d1 nomaster &&
		ip link set bond1 type bond mode active-backup &&
		ip link set bond1 up && ip link set bond1 down &&
		ip link set bond1 type bond mode 802.3ad &&
		bond_opt set bond1 1 && ip link set bond1 up && ip link del bond1
}

goes_with_namespace()
{
	local netns=$BOND_TEST_NS-gone pid

	ip netns add "$netns" && ip netns exec "$netns" bond_opt add bond0 4 1 || return
	ip -n "$netns" -batch - <<-END || return
		link add d0 type dummy
		link set d0 master bond0
		link add link bond0 name vlan type vlan id 10
		addr add 192.0.2.1/24 dev vlan
		link set bond0 up
		link set vlan up
	END
	ip netns exec "$netns" stress_flood bond0 arp-request ns >/dev/null &
	pid=$!
	flooded bond0 "$netns" || return
	# Its last process takes the namespace along.
	ip netns del "$netns" && kill "$pid" && wait "$pid"
}

# 255 announcements take 12 s, so the bond goes before they have all left.
goes_while_announcing()
{
	ip link set bond0 type bond num_grat_arp 255
	ip addr add 192.0.2.9/24 dev bond0
	start_watch
	ip -n "${leaves[1]}" link set eth0 down
	wait_until 5 carrier_is p2 0 || return
	ip -n "${leaves[1]}" link set eth0 up
	wait_until 20 grep -q "from=192.0.2.9 to=192.0.2.9" "$watch_log" || return
	stop_watch
	ends 15 ip link del bond0
}

# new_fabric: what a bond that is gone has left goes as well
new_fabric()
{
	ip link del p1
	ip link del p2
	ip -n "${leaves[0]}" link del bond0
	ip -n "${leaves[1]}" link del bond0
	ip -n "${leaves[1]}" link del bond0-1
	setup_fabric
}

plan 11
ip link add d1 type dummy
flood bond1
try "bonds come, change and go" load comes_and_goes goes_with_namespace
stop_flood
try "all floods have sent" all_have_sent
setup_fabric
option_on
try "the bond goes while it announces itself" goes_while_announcing
new_fabric
option_on
settled
finish
