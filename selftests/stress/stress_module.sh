#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module unloads and loads while its bonds are flooded with neighbor packets:
# nothing holds it, and nothing is left of it. Only in a virtual machine.
# shellcheck source-path=SCRIPTDIR source=stress_lib.sh
. "$(dirname "$(realpath "$0")")/stress_lib.sh"

# All bonds go with the module, that of the leaves and of the host as well.
unloads_and_loads()
{
	local n

	for n in 1 2 3; do
		bond_opt add "bond$n" 4 1 && ip link set "d$n" down &&
			ip link set "d$n" master "bond$n" && ip link set "bond$n" up || return
	done
	give_addresses bond1 && flooded bond1 || return
	same 0 "$(</sys/module/bonding/refcnt)" && modprobe -r bonding &&
		[ ! -d /sys/module/bonding ] && modprobe bonding max_bonds=0
}

grep -qw hypervisor /proc/cpuinfo || skip_all "not a virtual machine"
plan 10
for n in 1 2 3; do
	ip link add "d$n" type dummy
done
flood bond1
try "the module unloads and loads" load unloads_and_loads
stop_flood
try "all floods have sent" all_have_sent
setup_fabric
option_on
try "both ports are in use" fabric_usable 2
settled
finish
