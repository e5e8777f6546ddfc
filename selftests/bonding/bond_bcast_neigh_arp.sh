#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With broadcast_neighbor, ARP of any operation, broadcast or unicast, leaves on
# every port, one copy each.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

plan $((2 + ${#arp_kinds[@]}))
setup_fabric

try "one copy of everything while off" copies "$on_one" bond0 "${arp_kinds[@]}"
option_on
test_copies "$on_both" "on both ports" < <(frames bond0 "${arp_kinds[@]}")
finish
