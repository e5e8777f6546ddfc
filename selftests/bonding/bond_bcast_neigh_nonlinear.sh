#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The headers may lie outside the linear part of the socket buffer: frames of more
# than a page, of which only the Ethernet header is linear.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

kinds=("${arp_kinds[@]}" "${nd_kinds[@]}")
hashed=(ra redirect mld2-hop echo6 echo4 ns-in-ipv4 ns-hop udp4 tcp6)
len=5000

jumbo()
{
	frames -l "$len" "$@"
}

plan $((1 + 2 * ${#kinds[@]} + 3 * ${#some_kinds[@]} + 2 * ${#hashed[@]}))
setup_fabric
for leaf in "${leaves[@]}"; do
	ip -n "$leaf" link set bond0 mtu 9000
done
ip -batch - <<-END
	link set bond0 mtu 9000
	link add link bond0 name vlan type vlan id 10
	link set vlan addrgenmode none
	link set vlan up
END
off=$(jumbo bond0 "${hashed[@]}")
off_tagged=$(jumbo -t 88a8.10 -t 8100.20 bond0 "${hashed[@]}")

option_on
test_copies "$on_both" "on both ports" < <(jumbo bond0 "${kinds[@]}")
test_copies "$on_both" "on both ports, tag in the frame" \
	< <(jumbo -t 8100.10 bond0 "${kinds[@]}")
test_copies "$on_both" "on both ports, two tags in the frame" \
	< <(jumbo -t 88a8.10 -t 8100.20 bond0 "${some_kinds[@]}")
test_copies "$on_both" "on both ports, tag added" \
	< <(jumbo -a 8100.10 vlan "${some_kinds[@]}")
test_copies "$on_both" "on both ports, tag added, tag in the frame" \
	< <(jumbo -a 8100.10 -t 88a8.20 vlan "${some_kinds[@]}")
test_unchanged "hashed" "$off" "$(jumbo bond0 "${hashed[@]}")"
test_unchanged "hashed, two tags in the frame" "$off_tagged" \
	"$(jumbo -t 88a8.10 -t 8100.20 bond0 "${hashed[@]}")"
finish
