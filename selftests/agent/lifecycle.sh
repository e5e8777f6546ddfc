#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Bonds and ports come, go, get other names and move to other namespaces: the
# bus shows what is there, under its name of today.

. "$(dirname "$0")/lib.sh"

# ports BOND: their names
ports()
{
	property "$(object "$1")" Bond Ports | jq -r '.[] | sub(".*/"; "")' |
		sort | paste -sd' '
}

no_object()
{
	! busctl introspect org.dualhome1 "$(object "$1")" 2>/dev/null |
		grep -q '^org\.dualhome1\.'
}

# packet_sockets: of the daemon
packet_sockets()
{
	ss -0Hap | grep -c '"dualhomed"'
}

descriptors()
{
	find "/proc/$(pid)/fd" -mindepth 1 | wc -l
}

# again N: a bond with two ports comes and goes so often
again()
{
	local i

	for ((i = 0; i < $1; i++)); do
		ip link add bond6 type bond mode 802.3ad
		ip link set d6 master bond6
		ip link set d7 master bond6
		within 5 is "d6 d7" ports bond6 >/dev/null
		ip link del bond6
		within 5 is bond0 bonds >/dev/null
	done
}

setup
ip link add d6 type dummy
ip link add d7 type dummy
within 5 is bond0 bonds

plan 19
ip link add bond6 type bond mode 802.3ad
ip link set d6 master bond6
check "a bond comes" within 3 is "bond0 bond6" bonds
check "with its port" within 3 is d6 ports bond6
ip link set d7 master bond6
check "a port joins" within 3 is "d6 d7" ports bond6
ip link set d6 down		# these kernels rename no device that is up
ip link set d6 name d5
ip link set d5 up
check "a port has another name" within 3 is "d5 d7" ports bond6
check "the old one is no object" no_object d6
check "the new one is on the bus" within 3 is '"d5"' port d5 Name
ip link set bond6 name bond5
check "a bond has another name" within 3 is "bond0 bond5" bonds
check "the old one is no object" no_object bond6
check "its ports stay" is "d5 d7" ports bond5
check "and know its name" is '"/org/dualhome1/bond/bond5"' port d5 Bond
ip link set d5 nomaster
check "a port leaves" within 3 is d7 ports bond5
check "and is no object" no_object d5
ip netns add elsewhere
ip link set d7 netns elsewhere
check "a port moves to another namespace" within 3 is "" ports bond5
ip link del bond5
check "a bond goes" within 3 is bond0 bonds
ip -n elsewhere link add bond5 type bond mode 802.3ad
check "another namespace's bond is not ours" is bond0 bonds
ip netns del elsewhere
ip link set d5 down
ip link set d5 name d6
ip link add d7 type dummy

sockets=$(packet_sockets)
again 1
before=$(descriptors)
again 10
check "bonds that come and go leave no descriptor behind" within 5 is "$before" descriptors
check "and no packet socket" is "$sockets" packet_sockets
check "the first bond did not notice" is "" problems
check "no warning was written" journal_lacks "" PRIORITY=3 PRIORITY=4
ip link del d6
ip link del d7
finish
