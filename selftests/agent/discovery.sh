#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ObjectManager lists bonds and ports; they come and go as the kernel's do.

. "$(dirname "$0")/lib.sh"

objects()
{
	busctl --json=short call org.dualhome1 /org/dualhome1 \
		org.freedesktop.DBus.ObjectManager GetManagedObjects |
		jq -r '.data[0] | keys[] | ltrimstr("/org/dualhome1/")' |
		sort | paste -sd' '
}

signaled()
{
	jq -se --arg object "$(object "$2")" \
		'any(.[]; .payload.data[0] == $object)' "$WORK/$1"
}

list_bonds()
{
	busctl --json=short call org.dualhome1 /org/dualhome1 \
		org.dualhome1.Manager ListBonds | jq -c '.data[0]'
}

setup
signals InterfacesAdded
signals InterfacesRemoved

plan 8
check "bond and ports are objects" is "bond/bond0 port/eth1 port/eth2" objects
check "the ports name their bond" is '"/org/dualhome1/bond/bond0"' port eth1 Bond

ip link add bond7 type bond mode active-backup
ip link add d7 type dummy
ip link set d7 master bond7
check "a new bond and its port appear" within 3 is \
	"bond/bond0 bond/bond7 port/d7 port/eth1 port/eth2" objects
check "InterfacesAdded says so" within 3 signaled InterfacesAdded d7
check "ListBonds names both" is \
	'[["bond0","/org/dualhome1/bond/bond0"],["bond7","/org/dualhome1/bond/bond7"]]' \
	list_bonds

ip link set bond7 name uplink.7
check "a renamed bond is an object of its new name" within 3 is \
	"bond/bond0 bond/uplink_2e7 port/d7 port/eth1 port/eth2" objects

ip link del uplink.7
ip link del d7
check "a deleted bond disappears" within 3 is \
	"bond/bond0 port/eth1 port/eth2" objects
check "InterfacesRemoved says so" within 3 signaled InterfacesRemoved d7
finish
