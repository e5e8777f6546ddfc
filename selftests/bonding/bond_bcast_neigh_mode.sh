#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The option belongs to mode 802.3ad: refused with EACCES elsewhere, through sysfs
# and netlink, and forgotten when the bond leaves the mode.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

modes=(balance-rr active-backup balance-xor broadcast balance-tlb balance-alb)

set_mode()
{
	ip link set bond0 type bond mode "$1"
}

mode_is()
{
	local name

	read -r name _ </sys/class/net/bond0/bonding/mode
	same "$1" "$name"
}

refused_by_netlink()
{
	set_mode "$1" || return
	same EACCES "$(bond_opt set bond0 1)" && option_is 0
}

refused_by_sysfs()
{
	local out

	set_mode "$1" || return
	if out=$(set_sysfs 1 2>&1); then
		echo "accepted"
		return 1
	fi
	[[ $out == *"Permission denied"* ]] || same EACCES "$out" || return
	option_is 0 && in_sysfs 0
}

leave()
{
	set_mode 802.3ad && set_option 1 || return
	set_mode "$1" && option_is 0
}

# Mode 4 again does not bring it back.
return_off()
{
	set_mode 802.3ad && option_is 0
}

# A bond with ports keeps its mode, so it keeps the option.
refused_with_ports()
{
	set_option 1 || return
	ip link set bond0 down
	if set_mode active-backup 2>/dev/null; then
		echo "mode changed"
		return 1
	fi
	ip link set bond0 up
	mode_is 802.3ad && option_is 1 && wait_until 30 usable_again 2 &&
		copies "$on_both" bond0 "${some_kinds[@]}"
}

plan $((4 * ${#modes[@]} + 1))
ip link add bond0 type bond mode 802.3ad
for mode in "${modes[@]}"; do
	try "netlink, EACCES in $mode" refused_by_netlink "$mode"
	try "sysfs, EACCES in $mode" refused_by_sysfs "$mode"
	try "off after a change to $mode" leave "$mode"
	try "off after the way back from $mode" return_off
done
ip link del bond0
setup_fabric
try "a mode change that fails changes nothing" refused_with_ports
finish
