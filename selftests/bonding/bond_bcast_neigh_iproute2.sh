#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an administrator types: ip of iproute2 6.18 or later switches the option, in
# a new bond and in one that runs, shows it as text and as JSON, and says what
# the kernel refuses.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

need jq
# One that is newer than the system's may be there.
ip=/opt/iproute2/ip
[ -x $ip ] || ip=ip
$ip link help bond 2>&1 | grep -q broadcast_neighbor ||
	skip_all "ip is too old: $($ip -V)"

# shows VALUE [BOND]: on or off, as ip and as the kernel
shows()
{
	local name=${2:-bond0} out

	out=$($ip -d link show "$name") || return
	if [[ " ${out//$'\n'/ } " != *" broadcast_neighbor $1 "* ]]; then
		echo "$out"
		return 1
	fi
	same "\"$1\"" "$($ip -d -j link show "$name" |
		jq -c '.[].linkinfo.info_data.broadcast_neighbor |
			if . == true then "on" elif . == false then "off" else . end')" &&
		option_is "$([ "$1" = on ] && echo 1 || echo 0)" "$name"
}

switch()
{
	$ip link set bond0 type bond broadcast_neighbor "$1" && shows "$1"
}

created()
{
	local rc=0

	$ip link add new type bond mode 802.3ad broadcast_neighbor "$1" || return
	shows "$1" new || rc=1
	ip link del new
	return "$rc"
}

# The mode does not have it: ip says so and the bond is as before.
refused()
{
	local out rc=0

	ip link add new type bond mode active-backup || return
	if out=$($ip link set new type bond broadcast_neighbor on 2>&1); then
		echo "accepted"
		rc=1
	fi
	# The kernel's own words, where its driver has them, stand for the error's.
	[[ $out == *"Permission denied"* || $out == *"not supported in mode"* ]] ||
		same EACCES "$out" || rc=1
	option_is 0 new || rc=1
	ip link del new
	return "$rc"
}

plan 9
setup_fabric
try "off in a new bond" shows off
try "on while the bond runs" switch on
try "on both ports" copies "$on_both" bond0 "${some_kinds[@]}"
try "on again" switch on
try "off" switch off
try "one copy" copies "$on_one" bond0 "${some_kinds[@]}"
try "created on" created on
try "created off" created off
try "EACCES in active-backup" refused
finish
