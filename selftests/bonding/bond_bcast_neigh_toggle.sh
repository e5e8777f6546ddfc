#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The option takes effect at once, in both directions, survives down and up, and
# belongs to one bond: another one stays hashed meanwhile.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

kinds=("${some_kinds[@]}" udp4)

# everything where it was while off
same_as_off()
{
	same "$off" "$(frames bond0 "${kinds[@]}")"
}

# switch VALUE COPIES [BOND]
switch()
{
	set_option "$1" "${3:-bond0}" &&
		copies "$2" "${3:-bond0}" "${some_kinds[@]}"
}

down_and_up()
{
	ip link set bond0 down
	ip link set bond0 up
	wait_until 30 usable_again 2 && copies "$1" bond0 "${some_kinds[@]}"
}

plan 11
setup_fabric
# A second bond, with ports and leaves of its own
bond=bond1 port=q link=eth1 setup_fabric

off=$(frames bond0 "${kinds[@]}")
try "on" switch 1 "$on_both"
try "off" switch 0 "$on_one"
try "off is as before" same_as_off
try "on again" switch 1 "$on_both"
try "on twice" switch 1 "$on_both"
try "on after down and up" down_and_up "$on_both"

link=eth1
try "another bond is hashed" copies "$on_one" bond1 "${kinds[@]}"
try "another bond says off" option_is 0 bond1
try "both on" switch 1 "$on_both" bond1
try "the other off" switch 0 "$on_one" bond1
link=eth0
try "the first is still on" copies "$on_both" bond0 "${some_kinds[@]}"
finish
