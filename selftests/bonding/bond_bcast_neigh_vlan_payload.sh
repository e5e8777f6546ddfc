#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ARP, RS, NS and NA leave on every port behind one or two tags that are already
# in the frame (a VM or a packet socket wrote them), also if a VLAN device adds
# the outer one. A third tag, a tag of another kind or a tag that is cut does
# not belong to the contract: hashed as ever.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# "tags in the frame" each
tags=(
	"8100.10"
	"88a8.10"
	"8100.0"
	"8100.10 8100.20"
	"8100.10 88a8.20"
	"88a8.10 8100.20"
	"88a8.10 88a8.20"
)
# "device, tag it adds or -, tags in the frame": not broadcast
others=(
	"bond0 - 8100.10 8100.20 8100.30"
	"bond0 - 88a8.10 8100.20 8100.30"
	"vlan 8100.9 8100.10 8100.20"
	"bond0 - 9100.10"
	"bond0 - 8100.10 9100.20"
)
hashed=(ra redirect mld2-hop ns-47 ns-40 na-hop udp6)

# tagged DEV ADDED TAGS KIND...
tagged()
{
	local dev=$1 added=$2 tag options=()

	[ "$added" = - ] || options+=(-a "$added")
	for tag in $3; do
		options+=(-t "$tag")
	done
	shift 3
	frames "${options[@]}" "$dev" "$@"
}

# other "DEV ADDED TAG...": the same with all in one word
other()
{
	local dev added tags

	read -r dev added tags <<<"$1"
	tagged "$dev" "$added" "$tags" "${some_kinds[@]}"
}

plan $((1 + 7 * (${#some_kinds[@]} + ${#hashed[@]}) +
	4 * ${#some_kinds[@]} + 5 * ${#some_kinds[@]} + 2))
setup_fabric
ip -batch - <<-END
	link add link bond0 name vlan type vlan id 9
	link add link bond0 name svlan type vlan proto 802.1ad id 9
	link set vlan addrgenmode none
	link set svlan addrgenmode none
	link set vlan up
	link set svlan up
END

off=()
for list in "${tags[@]}"; do
	off+=("$(tagged bond0 - "$list" "${hashed[@]}")")
done
others_off=()
for list in "${others[@]}"; do
	others_off+=("$(other "$list")")
done
cut_off=$(frames -t 8100.10 bond0 tag-cut)
cut_ad_off=$(frames -t 88a8.10 bond0 tag-cut)

option_on
for i in "${!tags[@]}"; do
	test_copies "$on_both" "on both ports, ${tags[i]} in the frame" \
		< <(tagged bond0 - "${tags[i]}" "${some_kinds[@]}")
	test_unchanged "hashed, ${tags[i]} in the frame" "${off[i]}" \
		"$(tagged bond0 - "${tags[i]}" "${hashed[@]}")"
done
for tag in 8100.10 88a8.10; do
	test_copies "$on_both" "on both ports, 8100.9 added, $tag in the frame" \
		< <(tagged vlan 8100.9 "$tag" "${some_kinds[@]}")
	test_copies "$on_both" "on both ports, 88a8.9 added, $tag in the frame" \
		< <(tagged svlan 88a8.9 "$tag" "${some_kinds[@]}")
done
for i in "${!others[@]}"; do
	test_unchanged "hashed, ${others[i]}" "${others_off[i]}" \
		"$(other "${others[i]}")"
done
test_unchanged "hashed behind an 802.1Q tag" "$cut_off" \
	"$(frames -t 8100.10 bond0 tag-cut)"
test_unchanged "hashed behind an 802.1ad tag" "$cut_ad_off" \
	"$(frames -t 88a8.10 bond0 tag-cut)"
finish
