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
#  |                           |       |  bond0-1 -+ (dummy)                |
#  +---------------------------+       +------------------------------------+
#
# The leaves do not know each other, but show the same LACP system, so the
# host puts both ports into one aggregator. Leaf N enslaves N - 1 dummies
# first: equal port numbers would look like a loop. bond_frames counts on
# eth0 of the leaves.
#
# The test itself runs in the host's namespace. Nothing sends there but what
# the test sends (and LACP).
#
# A kernel without the option fails these tests; it does not skip them.

set -eu

export LC_ALL=C
readonly ksft_skip=4
readonly leaf_system=02:00:00:00:01:01

# The programs lie beside the tests, or in OUTPUT.
test_dir=$(dirname "$(realpath "$0")")
PATH=$PATH:${OUTPUT:-$test_dir}:$test_dir:/sbin:/usr/sbin

# Which bond a function works on, its ports, and the devices of the leaves
bond=bond0
port=p
link=eth0
leaves=()
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
	echo "TAP version 13"
	echo "1..0 # SKIP $1"
	exit "$ksft_skip"
}

finish()
{
	trap - EXIT
	stop_watch
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
	stop_watch
	jobs -p | xargs -r kill 2>/dev/null || :
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

# A process for "sleep" would cost more than the check that follows.
pause()
{
	read -rt "$1" -u "$never" || :
}

# wait_until SECONDS COMMAND...: three times as long, for emulated and busy CPUs
wait_until()
{
	local end=$((SECONDS + 3 * $1)) out

	shift
	until out=$("$@" 2>&1); do
		if [ $SECONDS -gt $end ]; then
			echo "gave up waiting for: $*"
			echo "$out"
			return 1
		fi
		pause 0.1
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

# Makes the namespaces, runs the test anew in the host's, and takes them away
# whatever became of it.
run_in_namespaces()
{
	local rc=0

	BOND_TEST_NS=bond-$(mktemp -u XXXXXX)
	BOND_TEST_DIR=$(mktemp -d)
	export BOND_TEST_NS BOND_TEST_DIR
	trap remove_namespaces EXIT
	trap 'exit 1' INT TERM
	printf "netns add $BOND_TEST_NS-%s\n" host leaf1 leaf2 leaf3 vm |
		ip -batch -
	ip -n "$BOND_TEST_NS-host" link set lo up
	ip netns exec "$BOND_TEST_NS-host" "$BASH" "$0" || rc=$?
	exit "$rc"
}

remove_namespaces()
{
	printf "netns del $BOND_TEST_NS-%s\n" host leaf1 leaf2 leaf3 vm |
		ip -force -batch - || :
	rm -rf "$BOND_TEST_DIR"
}

# --- the fabric ---

# add_leaf NUMBER
add_leaf()
{
	local leaf=$BOND_TEST_NS-leaf$1 i

	ip link add "$port$1" type veth peer name "$link" netns "$leaf"
	{
		echo "link add $bond type bond mode 802.3ad miimon 50" \
			"lacp_rate fast ad_actor_system $leaf_system"
		for ((i = 1; i < $1; i++)); do
			echo "link add $bond-$i type dummy"
			echo "link set $bond-$i master $bond"
		done
		echo "link set $link addrgenmode none"
		echo "link set $bond addrgenmode none"
		echo "link set $link master $bond"
		echo "link set $bond up"
	} | ip -n "$leaf" -batch -
	[[ " ${leaves[*]} " == *" $leaf "* ]] || leaves+=("$leaf")
}

# setup_fabric [PORTS]
setup_fabric()
{
	local ports=${1:-2} n

	for ((n = 1; n <= ports; n++)); do
		add_leaf "$n"
	done
	{
		echo "link add $bond type bond mode 802.3ad miimon 50" \
			"lacp_rate fast"
		echo "link set $bond addrgenmode none"
		for ((n = 1; n <= ports; n++)); do
			echo "link set $port$n addrgenmode none"
			echo "link set $port$n master $bond"
		done
		echo "link set $bond up"
	} | ip -batch -
	wait_until 30 fabric_usable "$ports"
}

# port_states [PORT]: LACP states of actor and partner, of all ports or one
port_states()
{
	local line lines name="" states=()

	mapfile -t lines <"/proc/net/bonding/$bond"
	for line in "${lines[@]}"; do
		case $line in
		"Slave Interface: "*) name=${line##* } ;;
		*"port state: "*)
			[ "${1:-$name}" != "$name" ] || states+=("${line##* }")
			;;
		esac
	done
	echo "${states[*]}"
}

# Active, short timeout, aggregated, in sync, collecting and distributing, on
# both sides of every port.
ports_usable()
{
	local want n

	for ((n = 0; n < 2 * $1; n++)); do
		want+="63 "
	done
	same "${want% }" "$(port_states)"
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
# after the LACP state). Argument: what the leaves count.
flows_use_only()
{
	copies "$1" "$bond" udp4
}

# Data uses every port, each flow one.
flows_use_all()
{
	local i counts word

	counts=$(frames "$bond" udp4) || return
	echo "$counts"
	for i in "${!leaves[@]}"; do
		for word in ${counts#* }; do
			mapfile -d: -t word <<<"$word"
			[ "${word[i]:-0}" -eq 0 ] || continue 2
		done
		return 1
	done
}

# fabric_usable PORTS: older drivers leave a port's states as they were while
# it has no carrier, so what the ports carry counts too.
fabric_usable()
{
	ports_usable "$1" && flows_use_all
}

# usable_again PORTS: some older drivers use a port for a moment when its carrier
# returns, until the state machine, which runs every 100 ms, starts it anew.
usable_again()
{
	fabric_usable "$1" && pause 0.5 && fabric_usable "$1"
}

carrier_is()
{
	same "$2" "$(<"/sys/class/net/$1/carrier")"
}

# --- the option ---

option_file()
{
	echo "/sys/class/net/$1/bonding/broadcast_neighbor"
}

# option_is VALUE [BOND]: as netlink says; fails where there is no option
option_is()
{
	same "$1" "$(bond_opt get "${2:-$bond}")"
}

# set_option VALUE [BOND]: by netlink, which every kernel with the option has,
# and reads back
set_option()
{
	bond_opt set "${2:-$bond}" "$1" && option_is "$@"
}

# in_sysfs VALUE [BOND]
in_sysfs()
{
	local value

	value=$(<"$(option_file "${2:-$bond}")") && same "$1" "$value"
}

# set_sysfs VALUE [BOND]: writes and reads back
set_sysfs()
{
	echo "$1" >"$(option_file "${2:-$bond}")" && in_sysfs "$@"
}

option_on()
{
	try "broadcast_neighbor on" set_option 1
}

# --- counting ---

# frames [OPTION...] DEV KIND...: counts on the leaves
frames()
{
	local leaf watched=()

	for leaf in "${leaves[@]}"; do
		watched+=(-r "$leaf/$link")
	done
	bond_frames "${watched[@]}" "$@"
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
		list+=("$leaf/$link")
	done
	: >"$watch_log"
	bond_watch "${list[@]}" >"$watch_log" 2>&1 &
	echo $! >"$BOND_TEST_DIR/watch"
	wait_until 5 grep -qx ready "$watch_log"
}

# The watcher may have been started in a subshell.
stop_watch()
{
	local pid

	[ -f "$BOND_TEST_DIR/watch" ] || return 0
	read -r pid <"$BOND_TEST_DIR/watch"
	kill "$pid" 2>/dev/null || :
	rm "$BOND_TEST_DIR/watch"
}

# watched COUNT PATTERN: so many lines, exactly
watched()
{
	local line lines count=0

	mapfile -t lines <"$watch_log"
	for line in "${lines[@]}"; do
		[[ ! $line =~ $2 ]] || count=$((count + 1))
	done
	[ "$count" -eq "$1" ] && return
	echo "want $1, got $count of $2"
	return 1
}

# test_unchanged LABEL OFF ON: one copy, and on the port that the hash chose
# while the option was off
test_unchanged()
{
	local label=$1 kind counts
	local -A before=()

	while read -r kind counts; do
		before[$kind]=$counts
	done <<<"$2"
	while read -r kind counts; do
		# shellcheck disable=SC2086
		if [ "$counts" = "${before[$kind]:-}" ] &&
		   every_frame "$on_one" $counts; then
			result 0 "$kind $label"
		else
			result 1 "$kind $label"
			echo "# off ${before[$kind]:-nothing}"
			echo "# on  $counts"
		fi
	done <<<"$3"
}

# Both ports got some: else "the same port" would prove nothing.
both_ports_used()
{
	[[ " $* " == *" 1:0 "* && " $* " == *" 0:1 "* ]] && return
	echo "one port only: $*"
	return 1
}

# --- start ---

if [ -z "${BOND_TEST_NS:-}" ]; then
	[ "$(id -u)" -eq 0 ] || skip_all "not root"
	need ip bond_frames bond_opt bond_watch
	# Without max_bonds=0 the module would make a bond0 of its own.
	modprobe -q bonding max_bonds=0 2>/dev/null || :
	run_in_namespaces
fi
trap bail_out EXIT
trap 'exit 1' INT TERM
watch_log=$BOND_TEST_DIR/log
exec {never}<> <(:)
ip link add bond0 type bond 2>/dev/null || skip_all "no bonding driver"
ip link del bond0
