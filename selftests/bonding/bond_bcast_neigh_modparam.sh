#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module parameter is the default of new bonds. The module has to be loaded
# anew for this: only in a virtual machine in which no bond is in use.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# load PARAMETER...
load()
{
	modprobe -r bonding && modprobe bonding max_bonds=0 "$@"
}

# A module that is gone takes every bond with it.
bond_in_use()
{
	grep -qs "^Slave Interface" /proc/[0-9]*/net/bonding/*
}

restore()
{
	ip link del bond0 2>/dev/null || :
	load
}

# new_is WANT MODE [OPTION...]
new_is()
{
	local want=$1 mode=$2 rc=0

	ip link add new type bond mode "$mode" || return
	option_is "$want" new || rc=1
	ip link del new
	return "$rc"
}

explicit_is()
{
	local rc=0

	bond_opt add new 4 "$1" || return
	option_is "$1" new || rc=1
	ip link del new
	return "$rc"
}

# The driver's own way, without netlink
sysfs_is()
{
	local rc=0

	echo +new >/sys/class/net/bonding_masters || return
	option_is "$1" new || rc=1
	ip link del new
	return "$rc"
}

# As ifupdown makes a bond: the mode comes later.
switched_is()
{
	local rc=0

	echo +new >/sys/class/net/bonding_masters || return
	{ option_is 0 new && echo 802.3ad >/sys/class/net/new/bonding/mode &&
		option_is "$1" new; } || rc=1
	ip link del new
	return "$rc"
}

# A value that is none is not "on"; whether the module loads is its choice.
bad_is_off()
{
	load broadcast_neighbor="$1" 2>/dev/null || {
		load
		return
	}
	new_is 0 802.3ad
}

grep -qw hypervisor /proc/cpuinfo || skip_all "not a virtual machine"
modinfo -n bonding 2>/dev/null | grep -q "\.ko" ||
	skip_all "bonding is no module"
! bond_in_use || skip_all "a bond is in use"
load || skip_all "the module cannot be unloaded"

plan 13
try "off without the parameter" new_is 0 802.3ad
try "load with broadcast_neighbor=1" load broadcast_neighbor=1
try "on in a new bond" new_is 1 802.3ad
try "created off in spite of it" explicit_is 0
try "created on" explicit_is 1
try "off in mode active-backup" new_is 0 active-backup
try "on in a bond that is switched to 802.3ad" switched_is 1
try "load with mode=4" load broadcast_neighbor=1 mode=4
try "on in a bond made through sysfs" sysfs_is 1
load broadcast_neighbor=1
setup_fabric
try "on both ports" copies "$on_both" bond0 "${some_kinds[@]}"
try "load with broadcast_neighbor=0" load broadcast_neighbor=0
try "off in a new bond" new_is 0 802.3ad
try "broadcast_neighbor=2 is not on" bad_is_off 2
restore
finish
