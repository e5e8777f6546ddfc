#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With broadcast_neighbor, IPv6 RS, NS and NA leave on every port, one copy each,
# as soon as the IPv6 and ICMPv6 headers are complete.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

kinds=("${nd_kinds[@]}" rs-48 ns-48 na-48)
plan $((2 + ${#kinds[@]}))
setup_fabric

try "one copy of everything while off" copies "$on_one" bond0 "${kinds[@]}"
option_on
test_copies "$on_both" "on both ports" < <(frames bond0 "${kinds[@]}")
finish
