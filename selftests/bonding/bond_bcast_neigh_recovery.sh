#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With broadcast_neighbor, a port that becomes usable again makes the host announce
# itself: gratuitous ARP and unsolicited NA for each address of the bond and of
# its VLAN devices, on every usable port, num_grat_arp times, peer_notif_delay
# apart. Without the option nothing is announced, and while the bond lacks
# min_links it waits.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# tags and address of everything that is to be announced
addresses=(
	"- 192.0.2.1"
	"- 198.51.100.1"
	"- 2001:db8::1"
	"- fe80::d"
	"8100.10 192.0.2.65"
	"8100.10 2001:db8:10::1"
	"88a8.20 192.0.2.129"
	"88a8.20,8100.30 192.0.2.193"
	"88a8.20,8100.30 2001:db8:30::1"
)

add_addresses()
{
	ip -batch - <<-END
		link add link bond0 name vlan type vlan id 10
		link add link bond0 name svlan type vlan proto 802.1ad id 20
		link add link svlan name cvlan type vlan id 30
		link set vlan addrgenmode none
		link set svlan addrgenmode none
		link set cvlan addrgenmode none
		link set vlan up
		link set svlan up
		link set cvlan up
		addr add 192.0.2.1/26 dev bond0
		addr add 198.51.100.1/24 dev bond0
		addr add 2001:db8::1/64 dev bond0 nodad
		addr add fe80::d/64 dev bond0 nodad
		addr add 192.0.2.65/26 dev vlan
		addr add 2001:db8:10::1/64 dev vlan nodad
		addr add 192.0.2.129/26 dev svlan
		addr add 192.0.2.193/26 dev cvlan
		addr add 2001:db8:30::1/64 dev cvlan nodad
	END
}

# announced COUNT [LEAF]: each address on each leaf, or on one
announced()
{
	local line leaf entry rc=0 count=$1 where=("${@:2}")
	local ipv4="arp op=[12] from=(.*) to=(.*)"
	local ipv6="nd type=136 .* to=ff02::1 target=(.*)"
	local -A seen=()

	while read -r line; do
		[[ $line =~ ^(.*)/$link.*" tags="([^ ]*)" "($ipv4|$ipv6)$ ]] ||
			continue
		set -- "$1" "${BASH_REMATCH[@]:1}"
		[ "$5" = "$6" ] || continue
		entry="$2 $3 $5$7"
		seen[$entry]=$((${seen[$entry]:-0} + 1))
	done <"$watch_log"
	[ "${#where[@]}" -gt 0 ] || where=("${leaves[@]}")
	for leaf in "${where[@]}"; do
		for entry in "${addresses[@]}"; do
			[ "${seen[$leaf $entry]:-0}" -ne "$count" ] || continue
			echo "want $count, got ${seen[$leaf $entry]:-0}: $leaf $entry"
			rc=1
		done
	done
	return "$rc"
}

fail_carrier()
{
	ip -n "${leaves[1]}" link set eth0 down
	wait_until 5 carrier_is p2 0
}

restore_carrier()
{
	ip -n "${leaves[1]}" link set eth0 up
}

fail_lacp()
{
	ip -n "${leaves[1]}" link set bond0 down
	wait_until 15 port_not_distributing p2
}

restore_lacp()
{
	ip -n "${leaves[1]}" link set bond0 up
}

# recovery CAUSE COUNT: announcements after the port's return, and no more
recovery()
{
	"fail_$1" || return
	wait_until 5 flows_use_only 1:0 || return
	start_watch
	"restore_$1"
	wait_until 20 fabric_usable 2 || return
	wait_until 8 announced "$2" || return
	# None may follow; the longest pause between two is 300 ms.
	pause 1.5
	announced "$2"
}

port_usable()
{
	same "63 63" "$(port_states "$1")"
}

# held: leaf1 comes back while the bond has too few links, and min_links, not a
# port, gives it carrier again
held()
{
	fail_carrier || return
	wait_until 5 carrier_is bond0 0 || return
	ip -n "${leaves[0]}" link set bond0 down
	wait_until 15 port_not_distributing p1 || return
	start_watch
	ip -n "${leaves[0]}" link set bond0 up
	wait_until 20 port_usable p1 || return
	pause 1
	announced 0 || return
	ip link set bond0 type bond min_links 0
	wait_until 5 carrier_is bond0 1 || return
	wait_until 8 announced 1 "${leaves[0]}" || return
	pause 1
	announced 1 "${leaves[0]}"
}

min_links_recovery()
{
	local rc=0

	ip link set bond0 type bond min_links 2
	held || rc=$?
	ip link set bond0 type bond min_links 0
	ip -n "${leaves[0]}" link set bond0 up
	restore_carrier
	wait_until 20 fabric_usable 2 && return "$rc"
}

# The pauses between announcements of one address are what was asked for.
pauses_at_least()
{
	sed -n "s/^${leaves[1]}.* msec=\([0-9]*\) .*from=192.0.2.1 to=192.0.2.1$/\1/p" \
		"$watch_log" | awk -v least="$1" '
		NR > 1 && $1 - last < least { bad = 1 }
		{ print; last = $1 }
		END { exit bad || NR < 3 }'
}

# announce COUNT [DELAY]
announce()
{
	ip link set bond0 type bond num_grat_arp "$1" \
		peer_notify_delay "${2:-0}"
}

plan 10
setup_fabric
add_addresses
try "nothing is announced while off, carrier" recovery carrier 0

option_on
try "announced once after carrier returned" recovery carrier 1
try "announced once after min_links were met" min_links_recovery
announce 3 300
try "announced three times, num_grat_arp 3" recovery carrier 3
try "300 ms apart, peer_notif_delay 300" pauses_at_least 200
try "announced three times after LACP returned" recovery lacp 3
announce 0
try "not announced, num_grat_arp 0" recovery carrier 0
announce 1
try "off" set_option 0
try "nothing is announced after off" recovery carrier 0
finish
