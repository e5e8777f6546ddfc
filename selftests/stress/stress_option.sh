#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The option is switched through netlink and sysfs at a time, and the bond goes
# down and up, while neighbor packets flood it.
# shellcheck source-path=SCRIPTDIR source=stress_lib.sh
. "$(dirname "$(realpath "$0")")/stress_lib.sh"

by_netlink()
{
	bond_opt set bond0 1 && bond_opt set bond0 0
}

by_sysfs()
{
	local file

	file=$(option_file bond0)
	echo 1 >"$file" && echo 0 >"$file"
}

goes_down_and_up()
{
	ip link set bond0 down && ip link set bond0 up
	pause 0.1
}

plan 10
setup_fabric
give_addresses
flood
try "the option is switched all the time" load by_netlink by_sysfs goes_down_and_up
stop_flood
try "all floods have sent" all_have_sent
try "both ports return" wait_until 30 fabric_usable 2
option_on
settled
finish
