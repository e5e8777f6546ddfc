#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ARP, RS, NS and NA leave on every port behind one or two tags of VLAN devices,
# 802.1Q and 802.1ad in any order, and the tags come through as they were. The
# outer tag is accelerated; one port may have no tag insertion of its own.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

need ethtool

# stack, its tags on the wire
stacks=(
	q	"8100.10"
	ad	"88a8.10"
	qq	"8100.11 8100.20"
	qad	"8100.12 88a8.20"
	adq	"88a8.11 8100.20"
	adad	"88a8.12 88a8.20"
)
hashed=(ra mld2 ns-47 ns-hop udp4)

# add_stack NAME TAGS
add_stack()
{
	local parent=bond0 name tag proto

	for tag in $2; do
		proto=802.1Q
		[ "${tag%.*}" = 8100 ] || proto=802.1ad
		# The upper device has the stack's name.
		[ "$tag" = "${2##* }" ] && name=$1 || name=$1-lower
		ip -batch - <<-END
			link add link $parent name $name type vlan proto $proto id ${tag#*.}
			link set dev $name addrgenmode none
			link set dev $name up
		END
		parent=$name
	done
}

# stack_frames NAME TAGS KIND...
stack_frames()
{
	local name=$1 tag options=()

	for tag in $2; do
		options+=(-a "$tag")
	done
	shift 2
	frames "${options[@]}" "$name" "$@"
}

test_stacks()
{
	local i

	for ((i = 0; i < ${#stacks[@]}; i += 2)); do
		test_copies "$on_both" "on both ports, tags ${stacks[i + 1]}$1" \
			< <(stack_frames "${stacks[@]:i:2}" "${some_kinds[@]}")
	done
}

plan $((1 + 6 * (${#some_kinds[@]} + ${#hashed[@]}) + 6 * ${#some_kinds[@]}))
setup_fabric
off=()
for ((i = 0; i < ${#stacks[@]}; i += 2)); do
	add_stack "${stacks[@]:i:2}"
	off+=("$(stack_frames "${stacks[@]:i:2}" "${hashed[@]}")")
done

option_on
test_stacks ""
for ((i = 0; i < ${#stacks[@]}; i += 2)); do
	test_unchanged "hashed, tags ${stacks[i + 1]}" "${off[i / 2]}" \
		"$(stack_frames "${stacks[@]:i:2}" "${hashed[@]}")"
done
ethtool -K p1 tx-vlan-offload off tx-vlan-stag-hw-insert off
test_stacks ", p1 without insertion"
finish
