# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Library of the stress_*.sh tests, on top of that of ../bonding (whose fabric it
# uses): floods a bond with neighbor packets of all origins while its
# surroundings change, and looks at what is left behind.
#
# STRESS_SECONDS is how long each load lasts. STRESS_FLOOD are options of all floods:
# those that a fast kernel needs leave a slow one no time for anything else.

# shellcheck source-path=SCRIPTDIR source=../bonding/bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

readonly rounds_min=3
load_seconds=${STRESS_SECONDS:-$(cat "$test_dir/seconds" 2>/dev/null || echo 5)}
read -r -a flood_options <<<"${STRESS_FLOOD:-$(cat "$test_dir/flood" 2>/dev/null)}"
floods=()

# flood [DEV]: raw frames with and without tags and queueing discipline, and what
# the kernel itself sends when it looks for neighbors
flood()
{
	local dev=${1:-bond0} kinds=(arp-request arp-reply rs ns na udp4)

	stress_flood "${flood_options[@]}" "$dev" "${kinds[@]}" >>"$BOND_TEST_DIR/flood" &
	floods+=($!)
	stress_flood "${flood_options[@]}" -b -t 88a8.20 -t 8100.10 "$dev" "${kinds[@]}" >>"$BOND_TEST_DIR/flood" &
	floods+=($!)
	stress_flood "${flood_options[@]}" -u 198.18.0.0 "$dev" >>"$BOND_TEST_DIR/flood" &
	floods+=($!)
	stress_flood "${flood_options[@]}" -u 2001:db8:1::1:0 "$dev" >>"$BOND_TEST_DIR/flood" &
	floods+=($!)
}

# stop_flood: not in a subshell, whose children they are not
stop_flood()
{
	kill "${floods[@]}" 2>/dev/null || :
	wait "${floods[@]}" || :
}

all_have_sent()
{
	cat "$BOND_TEST_DIR/flood"
	[ "$(grep -c '^[1-9][0-9]* sent' "$BOND_TEST_DIR/flood")" -eq "${#floods[@]}" ]
}

# give_addresses [DEV]: those behind which the floods look for neighbors
give_addresses()
{
	ip addr add 198.18.255.1/16 dev "${1:-bond0}" &&
		ip addr add 2001:db8:1::ffff/64 dev "${1:-bond0}" nodad
}

# flooded DEV [NETNS]: the floods have reached it, so what comes next meets them
flooded()
{
	local netns=${2:-$BOND_TEST_NS-host}

	wait_until 30 sent_many "$netns" "$1"
}

# sent_many NETNS DEV: more than the kernel sends when a device comes up
sent_many()
{
	local sent

	sent=$(ip netns exec "$1" cat "/sys/class/net/$2/statistics/tx_packets") &&
		echo "$2 has sent $sent packets" && [ "$sent" -ge 100 ]
}

# rounds COMMAND...: again and again, until the time is over
rounds()
{
	local end=$((SECONDS + load_seconds)) count=0

	while [ $SECONDS -lt $end ] || [ "$count" -lt "$rounds_min" ]; do
		"$@" || { echo "round $((count + 1)) of $*: exit code $?"; return 1; }
		count=$((count + 1))
	done
	echo "$count rounds of $*" | tee -a "$BOND_TEST_DIR/rounds"
}

# load COMMAND...: each in rounds of its own, all at a time
load()
{
	local command pids=() rc=0 pid

	for command; do
		rounds "$command" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		# Who removes a device with a leaked reference waits for ever.
		wait_until $((load_seconds + 120)) not_running "$pid" || return
		wait "$pid" || rc=1
	done
	return "$rc"
}

# The taint stays once it is set, so it is the second choice.
warned()
{
	cat /sys/kernel/warn_count 2>/dev/null ||
		echo $(($(</proc/sys/kernel/tainted) & 512))
}

# key: users of the static key, out of the kernel's memory
key()
{
	bond_key "$(awk '$3 == "bond_bcast_neigh_enabled" { print $1 }' /proc/kallsyms)"
}

key_is()
{
	same "$1" "$(key)"
}

# skbs: how many are allocated. Without the shrinking, slabs of a CPU count as
# full.
skbs()
{
	echo 1 >/sys/kernel/slab/skbuff_head_cache/shrink
	awk '$1 == "skbuff_head_cache" { print $2 }' /proc/slabinfo
}

# A CPU keeps up to 64 for its next receive, and LACP never rests.
skbs_are_freed()
{
	local now

	now=$(skbs)
	echo "$now packets, $skbs_before before the load"
	[ "$now" -lt $((skbs_before + 400)) ]
}

# ends SECONDS COMMAND...: passes if it does, and in time
ends()
{
	local limit=$1 pid

	shift
	"$@" &
	pid=$!
	wait_until "$limit" not_running "$pid" && wait "$pid"
}

not_running()
{
	! kill -0 "$1" 2>/dev/null
}

no_complaint()
{
	same "$warned_before" "$(warned)" &&
		! dmesg | grep -E 'unregister_netdevice: waiting|refcount|BUG|WARNING|kmemleak: [1-9]'
}

ports_go()
{
	local n

	for ((n = 1; n <= ${#leaves[@]}; n++)); do
		ip link del "$port$n" || return
	done
}

# settled: six results; what every load has to leave behind
settled()
{
	try "neighbor packets leave on both ports" wait_until 5 \
		copies "$on_both" bond0 "${some_kinds[@]}"
	try "the bond can go" ends 15 ip link del bond0
	try "its ports can go" ends 15 ports_go
	try "the static key is as before" wait_until 10 key_is 0
	try "packets are freed" wait_until 20 skbs_are_freed
	try "the kernel does not complain" no_complaint
	sort "$BOND_TEST_DIR/rounds" "$BOND_TEST_DIR/flood" | diag
}

need bond_key stress_flood
[ -w /sys/kernel/slab/skbuff_head_cache/shrink ] || skip_all "no /sys/kernel/slab"
warned_before=$(warned)
skbs_before=$(skbs)
