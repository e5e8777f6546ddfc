#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attribute 33 of a bond's link data: read, changed while the bond runs, given at
# creation; bad values change nothing. An acknowledgment proves nothing, so
# every change is read back.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

get_is()
{
	same "$1" "$(bond_opt get "${2:-bond0}")"
}

set_to()
{
	bond_opt set bond0 "$1" && get_is "$1"
}

# refused VALUE ERRNO...: one of these, and nothing changes
refused()
{
	local value=$1 out

	shift
	if out=$(bond_opt set bond0 "$value"); then
		echo "accepted"
		return 1
	fi
	[[ " $* " == *" $out "* ]] || same "$*" "$out" || return
	get_is 1
}

# created NAME MODE VALUE WANT
created()
{
	bond_opt add "$1" "$2" "$3" && get_is "$4" "$1"
}

not_created()
{
	same EACCES "$(bond_opt add "$1" "$2" 1)" || return
	! ip link show "$1" 2>/dev/null
}

plan 16
setup_fabric
try "off in a new bond" get_is 0
try "on" set_to 1
try "on in sysfs too" in_sysfs 1
try "on both ports" copies "$on_both" bond0 "${some_kinds[@]}"
try "2 is refused" refused 2 EINVAL ERANGE
try "255 is refused" refused 255 EINVAL ERANGE
try "an attribute without a value is refused" refused none EINVAL ERANGE
try "still on both ports" copies "$on_both" bond0 "${some_kinds[@]}"
try "off" set_to 0
try "off in sysfs too" in_sysfs 0
try "one copy" copies "$on_one" bond0 "${some_kinds[@]}"
try "created on" created on 4 1 1
try "created off" created off 4 0 0
try "not created in mode 1" not_created new 1
set_sysfs 1 2>/dev/null || :
try "sysfs is seen" get_is 1
ip link set bond0 down
try "changed while down" set_to 0
finish
