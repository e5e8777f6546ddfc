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

switch()
{
	set_option "$1" && copies "$2" bond0 "${some_kinds[@]}"
}

down_and_up()
{
	ip -n "$host" link set bond0 down
	ip -n "$host" link set bond0 up
	wait_until 30 ports_usable 2 && copies "$1" bond0 "${some_kinds[@]}"
}

option_is()
{
	same "$1" "$(option)"
}

plan 11
setup_fabric
first=$host first_leaves=("${leaves[@]}")
leaves=()
setup_fabric

off=$(frames bond0 "${kinds[@]}")
try "on" switch 1 "$on_both"
try "off" switch 0 "$on_one"
try "off is as before" same_as_off
try "on again" switch 1 "$on_both"
try "on twice" switch 1 "$on_both"
try "on after down and up" down_and_up "$on_both"

other=$host other_leaves=("${leaves[@]}")
host=$first leaves=("${first_leaves[@]}")
try "another bond is hashed" copies "$on_one" bond0 "${kinds[@]}"
try "another bond says off" option_is 0
try "both on" switch 1 "$on_both"
try "the other off" switch 0 "$on_one"
host=$other leaves=("${other_leaves[@]}")
try "the first is still on" copies "$on_both" bond0 "${some_kinds[@]}"
finish
