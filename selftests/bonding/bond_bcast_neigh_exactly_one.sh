#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Exactly one copy on each usable port, with three ports, and also while a port
# leaves the bond and comes back under a flood: the ports that stay lose nothing
# and get nothing twice.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

kinds=("${arp_kinds[@]}" "${nd_kinds[@]}")

flood=$BOND_TEST_DIR/flood

# A line for each round of it, until there is a file "stop"
flood()
{
	while [ ! -f "$flood.stop" ]; do
		frames -s -n 400 -g 500 bond0 arp-request
	done >>"$flood"
}

rounds()
{
	wc -l <"$flood"
}

rounds_since()
{
	[ $(($(rounds) - $1)) -ge "$2" ]
}

# Two rounds more: the second one is wholly under what holds now.
flood_on()
{
	wait_until 40 rounds_since "$(rounds)" 2
}

port_gone()
{
	! grep -q "Slave Interface: $1" /proc/net/bonding/bond0
}

# One copy on p1 and p2, at most one on p3; both cases were seen.
flood_counts()
{
	local kind counts

	sort "$flood" | uniq -c
	while read -r kind counts; do
		# shellcheck disable=SC2086
		every_frame "1:1:[01]=[0-9]+" $counts || return
	done <"$flood"
	grep -q "1:1:0=400" "$flood" && grep -q "1:1:1=400" "$flood"
}

plan $((1 + ${#kinds[@]} + ${#hashed_kinds[@]} + 2))
setup_fabric 3
option_on
test_copies "1:1:1" "on three ports" < <(frames bond0 "${kinds[@]}")
test_copies "1:0:0|0:1:0|0:0:1" "on one of three ports" \
	< <(frames bond0 "${hashed_kinds[@]}")

: >"$flood"
flood &
flood_on
ip link set p3 nomaster
wait_until 5 port_gone p3
flood_on
ip link set p3 master bond0
wait_until 20 fabric_usable 3
flood_on
touch "$flood.stop"
wait
try "exactly one each while p3 leaves and returns" flood_counts
try "three ports after the flood" copies "1:1:1" bond0 "${kinds[@]}"
finish
