#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# /sys/class/net/BOND/bonding/broadcast_neighbor: 0 or 1, writable while the bond
# runs; anything else is refused and changes nothing.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

file=/sys/class/net/bond0/bonding/broadcast_neighbor

# refused TEXT: EINVAL, and still on
refused()
{
	local out

	if out=$( (echo "$1" >"$file") 2>&1); then
		echo "accepted"
		return 1
	fi
	[[ $out == *"Invalid argument"* ]] || same EINVAL "$out" || return
	in_sysfs 1
}

mode_is()
{
	same "$1" "$(stat -c %a "$file")"
}

plan 12
setup_fabric
try "off in a new bond" in_sysfs 0
try "mode 644" mode_is 644
try "on" set_sysfs 1
try "on both ports" copies "$on_both" bond0 "${some_kinds[@]}"
try "on again is no error" set_sysfs 1
for text in 2 -1 256 maybe; do
	try "'$text' is refused" refused "$text"
done
try "on both ports after that" copies "$on_both" bond0 "${some_kinds[@]}"
try "off" set_sysfs 0
try "one copy" copies "$on_one" bond0 "${some_kinds[@]}"
finish
