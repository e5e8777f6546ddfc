#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports join, leave, lose their carrier and vanish, and VLAN devices on the bond come
# and go, while neighbor packets flood it and its ports that return are announced.
# shellcheck source-path=SCRIPTDIR source=stress_lib.sh
. "$(dirname "$(realpath "$0")")/stress_lib.sh"

leaves_and_joins()
{
	ip link set p2 nomaster && ip link set p2 down && ip link set p2 master bond0
	pause 0.2
}

flaps()
{
	ip -n "${leaves[0]}" link set eth0 down && pause 0.1 &&
		ip -n "${leaves[0]}" link set eth0 up
	pause 0.4
}

vanishes()
{
	ip link add p3 type veth peer name q3 && ip link set q3 up &&
		ip link set p3 master bond0 && ip link del p3
}

vlan_comes_and_goes()
{
	ip link add link bond0 name vlan type vlan id 10 && ip link set vlan up &&
		ip addr add 192.0.2.1/24 dev vlan && pause 0.2 && ip link del vlan
}

plan 10
setup_fabric
give_addresses
option_on
flood
try "ports join, leave, flap and vanish" load leaves_and_joins flaps vanishes \
	vlan_comes_and_goes
stop_flood
try "all floods have sent" all_have_sent
try "both ports return" wait_until 30 fabric_usable 2
settled
finish
