# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016
#
# Library of the bond_bcast_neigh_*.sh tests: ARP and IPv6 ND leave an 802.3ad
# bond on every usable port if broadcast_neighbor is on; all else is hashed.
#
#   host                                leaf1
#  +---------------------------+       +------------------------------------+
#  |                 +-- p1 ---+-------+--- eth0 --+                        |
#  | bond0 (802.3ad) |         |       |           + bond0 (802.3ad)        |
#  |                 |         |       +------------------------------------+
#  |                 |         |        leaf2
#  |                 |         |       +------------------------------------+
#  |                 +-- p2 ---+-------+--- eth0 --+                        |
#  |                           |       |           + bond0 (802.3ad)        |
#  |                           |       |   dummy1 -+                        |
#  +---------------------------+       +------------------------------------+
#
# The leaves do not know each other, but show the same LACP system, so the
# host puts both ports into one aggregator. Leaf N enslaves N - 1 dummies
# first: equal port numbers would look like a loop. bond_frames counts on
# eth0 of the leaves.
#
# A kernel without the option fails these tests; it does not skip them.

set -eu

export LC_ALL=C
ksft_skip=4
readonly ksft_skip

# Tests are run in their folder, in the kernel's build tree, and as root
# of a guest; the programs lie beside them or in OUTPUT.
test_dir=$(dirname "$(realpath "$0")")
PATH=$PATH:${OUTPUT:-$test_dir}:$test_dir:/sbin:/usr/sbin

host=
leaf_system=02:00:00:00:01:01
leaves=()
from=
work=
watch_log=/dev/null
tests_planned=0
tests_run=0
tests_failed=0

# --- KTAP ---

plan()
{
	tests_planned=$1
	echo "TAP version 13"
	echo "1..$1"
}

diag()
{
	sed 's/^/# /'
}

# result RC NAME
result()
{
	tests_run=$((tests_run + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests_run $2"
	else
		tests_failed=$((tests_failed + 1))
		echo "not ok $tests_run $2"
	fi
}

# try NAME COMMAND...: passes if the command does; shows what it said if not
try()
{
	local name=$1 out rc=0

	shift
	out=$("$@" 2>&1) || rc=$?
	result "$rc" "$name"
	[ "$rc" -eq 0 ] || [ -z "$out" ] || diag <<<"$out"
}

# The test cannot say anything about the driver.
skip_all()
{
	trap - EXIT
	cleanup
	echo "TAP version 13"
	echo "1..0 # SKIP $1"
	exit "$ksft_skip"
}

finish()
{
	trap - EXIT
	cleanup
	if [ "$tests_run" -ne "$tests_planned" ]; then
		echo "Bail out! $tests_run of $tests_planned tests ran"
		exit 1
	fi
	[ "$tests_failed" -eq 0 ]
	exit
}

bail_out()
{
	local rc=$?

	trap - EXIT
	cleanup
	echo "Bail out! ended after test $tests_run with exit code $rc"
	exit 1
}

# --- conditions ---

# same WANT GOT...
same()
{
	local want=$1

	shift
	[ "$*" = "$want" ] && return
	echo "want '$want', got '$*'"
	return 1
}

# wait_until SECONDS COMMAND...
wait_until()
{
	local end=$((SECONDS + $1)) out

	shift
	until out=$("$@" 2>&1); do
		if [ $SECONDS -gt $end ]; then
			echo "gave up waiting for: $*"
			echo "$out"
			return 1
		fi
		sleep 0.1
	done
}

# need COMMAND...: tools of the test
need()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip_all "no $tool"
	done
}

# --- namespaces ---

in_host()
{
	ip netns exec "$host" "$@"
}

# setup_ns VARIABLE...: each gets the name of a new namespace
setup_ns()
{
	local variable name

	for variable; do
		name=$variable-$(mktemp -u XXXXXX)
		ip netns add "$name"
		echo "$name" >>"$work/netns"
		printf -v "$variable" %s "$name"
		ip -n "$name" link set lo up
		# Nothing but what a test sends.
		netns_sysctl "$name" ipv6/conf/all/disable_ipv6 1
		netns_sysctl "$name" ipv6/conf/default/disable_ipv6 1
	done
}

# netns_sysctl NETNS PATH VALUE
netns_sysctl()
{
	ip netns exec "$1" sh -c "echo $3 >/proc/sys/net/$2"
}

cleanup()
{
	local name

	[ -n "$work" ] || return 0
	stop_watch
	if [ -f "$work/netns" ]; then
		while read -r name; do
			ip netns del "$name" || :
		done <"$work/netns"
	fi
	rm -rf "$work"
	work=
}

# --- the fabric ---

# add_leaf NUMBER [LACP_SYSTEM]
add_leaf()
{
	local n=$1 leaf i

	setup_ns "leaf$n"
	leaf=leaf$n
	leaf=${!leaf}
	leaves+=("$leaf")
	ip link add "p$n" netns "$host" type veth peer name eth0 netns "$leaf"
	ip -n "$leaf" link add bond0 type bond mode 802.3ad miimon 50 \
		lacp_rate fast ad_actor_system "${2:-$leaf_system}"
	for ((i = 1; i < n; i++)); do
		ip -n "$leaf" link add "dummy$i" type dummy
		ip -n "$leaf" link set "dummy$i" master bond0
	done
	ip -n "$leaf" link set eth0 master bond0
	ip -n "$leaf" link set bond0 up
}

# setup_fabric [PORTS [BOND_OPTION...]]
setup_fabric()
{
	local ports=${1:-2} n

	shift || :
	setup_ns host
	ip -n "$host" link add bond0 type bond mode 802.3ad miimon 50 \
		lacp_rate fast "$@"
	for ((n = 1; n <= ports; n++)); do
		add_leaf "$n"
		ip -n "$host" link set "p$n" master bond0
	done
	ip -n "$host" link set bond0 up
	wait_until 30 ports_usable "$ports"
}

# port_states PORT: LACP states of actor and partner
port_states()
{
	in_host awk -v port="$1" '
		/^Slave Interface:/ { mine = $3 == port }
		mine && /port state:/ { printf "%s ", $3 }
		' /proc/net/bonding/bond0
}

# Active, short timeout, aggregated, in sync, collecting and distributing, on
# both sides of every port.
ports_usable()
{
	local states

	states=$(in_host awk '/port state:/ { printf "%s ", $3 }' \
		/proc/net/bonding/bond0)
	same "$(for ((n = 0; n < 2 * $1; n++)); do printf '63 '; done)" "$states"
}

# Distributing (32) is what makes a port usable for the host.
port_not_distributing()
{
	local states

	read -r -a states <<<"$(port_states "$1")"
	echo "port $1: states ${states[*]}"
	[ "${#states[@]}" -eq 2 ] && [ $((states[0] & 32)) -eq 0 ]
}

# Data flows have left all ports but one (the driver switches some time
# after the LACP state). Arguments: what each leaf counts.
flows_use_only()
{
	copies "$1" -q 50 bond0 udp4
}

carrier_is()
{
	same "$2" "$(in_host cat "/sys/class/net/$1/carrier")"
}

# The option as sysfs says it; fails where there is none.
option()
{
	in_host cat /sys/class/net/bond0/bonding/broadcast_neighbor
}

# set_option VALUE [BOND]: writes and reads back
set_option()
{
	local file=/sys/class/net/${2:-bond0}/bonding/broadcast_neighbor

	in_host sh -c "echo $1 >$file" || return
	same "$1" "$(in_host cat "$file")"
}

option_on()
{
	try "broadcast_neighbor on" set_option 1
}

# --- counting ---

# frames [OPTION...] DEV KIND...: sends in the host (or in the namespace that
# "from" names), counts on the leaves
frames()
{
	local leaf watched=()

	for leaf in "${leaves[@]}"; do
		watched+=(-r "$leaf/eth0")
	done
	ip netns exec "${from:-$host}" bond_frames "${watched[@]}" "$@"
}

# every_frame PATTERN COUNTS...: each count matches the regular expression
every_frame()
{
	local pattern=$1 word

	shift
	[ $# -gt 0 ] || return
	for word; do
		[[ $word =~ ^($pattern)$ ]] || return
	done
}

# copies PATTERN ARGUMENT...: all that frames counts is like this
copies()
{
	local pattern=$1 out kind counts rc=0

	shift
	out=$(frames "$@") || return
	while read -r kind counts; do
		# shellcheck disable=SC2086
		if ! every_frame "$pattern" $counts; then
			echo "want $pattern, got $kind $counts"
			rc=1
		fi
	done <<<"$out"
	return "$rc"
}

# test_copies PATTERN LABEL < output of frames: one test for each kind
test_copies()
{
	local pattern=$1 label=$2 kind counts

	while read -r kind counts; do
		# shellcheck disable=SC2086
		if every_frame "$pattern" $counts; then
			result 0 "$kind $label"
		else
			result 1 "$kind $label"
			echo "# want $pattern, got $counts"
		fi
	done
}

on_both="1:1"
on_one="1:0|0:1"

# What has to leave on every usable port
arp_kinds=(arp-request arp-request-unicast arp-reply arp-reply-broadcast
	arp-inverse arp-nak arp-unassigned)
nd_kinds=(rs rs-unspecified ns ns-unicast ns-dad na na-unsolicited)
# one of each, where there is a test for every way to carry them
some_kinds=(arp-request arp-reply rs ns na)

# What must not
hashed_kinds=(ra redirect mld1 mld2 mld2-hop echo6 echo4 rarp ns-in-ipv4
	rs-47 ns-47 na-47 ns-41 ns-40 ns-20
	rs-hop ns-hop na-hop ns-dest na-fragment
	udp4 tcp4 udp6 tcp6)

# start_watch: ARP and ND that the leaves receive from now on
start_watch()
{
	local leaf list=()

	stop_watch
	for leaf in "${leaves[@]}"; do
		list+=("$leaf/eth0")
	done
	: >"$watch_log"
	bond_watch "${list[@]}" >"$watch_log" 2>&1 &
	echo $! >"$work/pids"
	wait_until 5 grep -qx ready "$watch_log"
}

stop_watch()
{
	[ -f "$work/pids" ] || return 0
	xargs -r kill <"$work/pids" 2>/dev/null || :
	rm -f "$work/pids"
}

# watched COUNT PATTERN: so many lines, exactly
watched()
{
	local count

	count=$(grep -c -e "$2" "$watch_log") || :
	[ "$count" -eq "$1" ] && return
	echo "want $1, got $count of $2"
	return 1
}

# test_unchanged LABEL OFF ON: one copy, and on the port that the hash chose
# while the option was off
test_unchanged()
{
	local label=$1 off=$2 on=$3 kind counts

	while read -r kind counts; do
		# shellcheck disable=SC2086
		if grep -qxF "$kind $counts" <<<"$off" &&
		   every_frame "$on_one" $counts; then
			result 0 "$kind $label"
		else
			result 1 "$kind $label"
			echo "# off $(grep "^$kind " <<<"$off")"
			echo "# on  $kind $counts"
		fi
	done <<<"$on"
}

# Both ports got some: else "the same port" would prove nothing.
both_ports_used()
{
	[[ " $* " == *" 1:0 "* && " $* " == *" 0:1 "* ]] && return
	echo "one port only: $*"
	return 1
}

# --- start ---

if [ "$(id -u)" -ne 0 ]; then
	skip_all "not root"
fi
need ip bond_frames bond_opt bond_watch
work=$(mktemp -d)
watch_log=$work/watch
trap bail_out EXIT
trap 'exit 1' INT TERM
# Without max_bonds=0 the module would make a bond0 of its own.
modprobe -q bonding max_bonds=0 2>/dev/null || :
ip link add "bond$$" type bond 2>/dev/null || skip_all "no bonding driver"
ip link del "bond$$"
