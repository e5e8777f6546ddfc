#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VM behind a bridge on the bond, with its own MAC address: what it sends
# counts like what the host itself sends, with and without tags of its own.
#
#    vm               host
#   +--------+       +---------------------------+
#   |  eth0 -+-------+- vm0 - br0 - bond0 - ...  |
#   +--------+       +---------------------------+
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

tag_lists=("" "8100.10" "88a8.10" "88a8.10 8100.20" "8100.10 8100.20")
hashed=(ra redirect mld2-hop ns-47 ns-hop udp4 tcp6)

setup_vm()
{
	ip -batch - <<-END
		link add vm0 type veth peer name eth0 netns $vm
		link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
		link set vm0 addrgenmode none
		link set br0 addrgenmode none
		link set vm0 master br0
		link set bond0 master br0
		link set vm0 up
		link set br0 up
	END
	ip -n "$vm" -batch - <<-END
		link set eth0 addrgenmode none
		link set eth0 up
		addr add 192.0.2.2/24 dev eth0
	END
	wait_until 5 port_forwards bond0
	wait_until 5 port_forwards vm0
}

port_forwards()
{
	same 3 "$(<"/sys/class/net/$1/brport/state")"
}

# vm_frames TAGS KIND...
vm_frames()
{
	local tag options=()

	for tag in $1; do
		options+=(-t "$tag")
	done
	shift
	frames "${options[@]}" "$vm/eth0" "$@"
}

# The VM's own stack asks for eight stations.
vm_asks()
{
	local mac leaf

	mac=$(ip netns exec "$vm" cat /sys/class/net/eth0/address)
	start_watch
	ip netns exec "$vm" bash -c "
		echo 1 >/proc/sys/net/ipv4/neigh/eth0/mcast_solicit
		for i in {11..18}; do echo >/dev/udp/192.0.2.\$i/9; done"
	for leaf in "${leaves[@]}"; do
		wait_until 5 watched 8 \
			"^$leaf/.* mac=$mac .*arp op=1 from=192.0.2.2 " || return
	done
}

vm=$BOND_TEST_NS-vm
plan $((1 + 5 * (${#some_kinds[@]} + ${#hashed[@]}) + 1))
setup_fabric
setup_vm
off=()
for list in "${tag_lists[@]}"; do
	off+=("$(vm_frames "$list" "${hashed[@]}")")
done
option_on
for i in "${!tag_lists[@]}"; do
	test_copies "$on_both" "of a VM on both ports, tags ${tag_lists[i]:-none}" \
		< <(vm_frames "${tag_lists[i]}" "${some_kinds[@]}")
	test_unchanged "of a VM hashed, tags ${tag_lists[i]:-none}" \
		"${off[i]}" "$(vm_frames "${tag_lists[i]}" "${hashed[@]}")"
done
try "the VM's own ARP requests on both ports, once each" vm_asks
finish
