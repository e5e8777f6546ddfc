#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With broadcast_neighbor, everything that is not ARP, RS, NS or NA leaves once,
# and on the very port that the transmit hash policy chose without it: RA,
# Redirect, MLD, echo, ND that is cut or behind an extension header, RARP, data.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

policies=(layer2 layer2+3 layer3+4 encap2+3 encap3+4)
# Too new for some kernels
if ip link add probe type bond xmit_hash_policy vlan+srcmac 2>/dev/null; then
	ip link del probe
	policies+=(vlan+srcmac)
fi

set_policy()
{
	ip link set bond0 type bond xmit_hash_policy "$1"
}

plan $((1 + ${#policies[@]} * (1 + ${#hashed_kinds[@]})))
setup_fabric
off=()
for policy in "${policies[@]}"; do
	set_policy "$policy"
	off+=("$(frames bond0 "${hashed_kinds[@]}")")
done

option_on
for i in "${!policies[@]}"; do
	set_policy "${policies[i]}"
	# shellcheck disable=SC2046
	try "${policies[i]} uses both ports" both_ports_used \
		$(grep ^udp4 <<<"${off[i]}")
	test_unchanged "hashed, ${policies[i]}" "${off[i]}" \
		"$(frames bond0 "${hashed_kinds[@]}")"
done
finish
