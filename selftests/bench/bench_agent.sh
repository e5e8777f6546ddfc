#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In a guest of vm/run -s -n: what dualhomed costs, in the lab of ../agent. A
# line a measurement: NAME VALUE.
#
# All peers live in both leaves. What the leaves do, and what the host receives
# from them, runs in the threads of their veth devices: it counts for nobody.
#
# BENCH_SMALL, BENCH_LARGE: peers; BENCH_ROUNDS; BENCH_SECONDS: of a round.
# shellcheck source=../agent/lib.sh
. "$(dirname "$0")/lib.sh"

readonly OWN=198.18.255.1 LEAF=198.18.255.2
readonly LIST=$WORK/peers
rounds=${BENCH_ROUNDS:-4}
seconds=${BENCH_SECONDS:-60}

# --- what is measured with ---

# cpu CGROUP: nanoseconds, which are instructions
cpu()
{
	awk '$1 == "usage_usec" { print $2 "000" }' "/sys/fs/cgroup/$1/cpu.stat"
}

# answered: keepalives of both ports
answered()
{
	echo $(($(port eth1 KeepalivesAnswered) + $(port eth2 KeepalivesAnswered)))
}

# resident NAME
resident()
{
	local pid

	pid=$(systemctl show -P MainPID dualhomed)
	echo "rss_$1 $(awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status")"
}

# reached COUNT: or more, for the leaves themselves may be neighbors
reached()
{
	[ "$(reachable 2>/dev/null || echo 0)" -ge "$1" ]
}

# all_answer SECONDS COUNT: looked at rarely, for that takes more of a guest whose
# clock counts instructions than what is waited for
all_answer()
{
	local i

	for ((i = 0; i < $1; i += 5)); do
		sleep 5
		! reached "$2" || return 0
	done
	{
		echo "$2 peers do not answer within $1 s:"
		dualhomectl status
		dualhomectl peers | tail -n 5
		journalctl -u dualhomed -n 10 --no-pager -o cat
	} >&2
	return 1
}

# start: anew, with the configuration of stdin
start()
{
	config
	systemctl restart dualhomed
	within 30 both_usable 2>/dev/null
}

# --- the lab ---

second_bond()
{
	local n

	for n in 1 2; do
		ip link add "eth$((n + 2))" type veth peer name p1 netns "leaf$n"
		ip -n "leaf$n" link add bond1 type bond mode 802.3ad lacp_rate fast \
			miimon 100 ad_actor_system 02:00:00:00:02:01
		[ "$n" = 1 ] || ip -n leaf2 link add d1 type dummy
		[ "$n" = 1 ] || ip -n leaf2 link set d1 master bond1
		ip -n "leaf$n" link set p1 master bond1
		ip -n "leaf$n" link set bond1 up
	done
	ip link add bond1 type bond mode 802.3ad lacp_rate fast miimon 100
	ip link set eth3 master bond1
	ip link set eth4 master bond1
	ip addr add 203.0.113.10/24 dev bond1
	ip link set bond1 up
}

# leaves_apart: the devices of the leaves receive in threads of their own, which
# interrupt nobody, as another machine would not. A veth leaves that to the sender
# if its own end could have segmented.
leaves_apart()
{
	local n thread

	for n in 1 2; do
		leaf "$n" ethtool -K p0 gro on
		leaf "$n" bash -c 'echo 1 >/sys/class/net/p0/threaded'
		ethtool -K "eth$n" tso off
	done
	grep -l '^napi/p0-' /proc/[0-9]*/comm | cut -d/ -f3 |
		while read -r thread; do
			chrt -i -p 0 "$thread"
		done
}

# The leaves answer for half of the network, ours is in the other half.
peers_live()
{
	local n

	ip addr add "$OWN/16" dev bond0
	for n in 1 2; do
		ip -n "leaf$n" addr add "$LEAF/16" dev bond0
		ip -n "leaf$n" route add local 198.18.0.0/17 dev lo
		ip -n "leaf$n" neigh replace "$OWN" dev bond0 lladdr "$HOST_MAC"
	done
}

# know COUNT: so many neighbors
know()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		echo "198.18.$((i >> 8)).$((i & 255))"
	done >"$LIST"
	sed "s/.*/neigh replace & dev bond0 lladdr $GATEWAY_MAC nud permanent/" "$LIST" |
		ip -batch -
}

# --- the measurements ---

# idle: two bonds, their gateway, nothing happens
idle()
{
	local i before

	start <<-END
	[Bond bond0]
	PeerSources=gateway
	END
	all_answer 30 1
	sleep 10
	for ((i = 0; i < rounds; i++)); do
		before=$(cpu system.slice/dualhomed.service)
		sleep "$seconds"
		echo "idle $((($(cpu system.slice/dualhomed.service) - before) / seconds))"
	done
	resident bonds
}

# verdicts: from a dead path to the time that its problem tells
verdicts()
{
	local i since begin

	start <<-END
	[Keepalive]
	GatewayIntervalSec=1
	[Bond bond0]
	PeerSources=gateway
	END
	all_answer 30 1
	sleep 10		# a daemon that has just started is patient
	for ((i = 0; i < 2 * rounds; i++)); do
		sleep "$((2 + RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
		begin=$(now_usec)
		deaf 2
		within 30 problem leaf-isolated eth2 >/dev/null
		since=$(problem leaf-isolated eth2 | jq '.[3]')
		echo "verdict $((since - begin))"
		hearing 2
		within 30 no_problem leaf-isolated eth2 >/dev/null
	done
}

# peers NAME COUNT: memory, and once all have answered, the time of a round
peers()
{
	local i before count used

	know "$2"
	start <<-END
	[Bond bond0]
	PeerSources=neighbor
	END
	all_answer 90 "$2"
	resident "$1"
	[ "$1" = large ] || return 0
	# at the start all are due within a quarter of the interval, then not
	sleep 60
	for ((i = 0; i < rounds; i++)); do
		count=$(answered)
		before=$(cpu system.slice/dualhomed.service)
		sleep "$seconds"
		used=$(($(cpu system.slice/dualhomed.service) - before))
		echo "keepalive $((used / ($(answered) - count)))"
	done
	resident later
	busctl --json=short call org.dualhome1 /org/dualhome1 org.dualhome1.Manager Describe |
		jq -r '.data[0] | fromjson.schedule | to_entries[] | "\(.key) \(.value)"'
}

# fping: one to each of the same peers, at the same pace, in a cgroup of its own
fping_them()
{
	local i out used answers

	systemctl stop dualhomed
	mkdir /sys/fs/cgroup/fping
	for ((i = 0; i < rounds; i++)); do
		used=$(cpu fping)
		out=$(echo "$BASHPID" >/sys/fs/cgroup/fping/cgroup.procs
			exec fping -q -s -r 0 -t 1000 -i "$1" -f "$LIST" 2>&1) || :
		used=$(($(cpu fping) - used))
		answers=$(awk '/ICMP Echo Replies received/ { print $1 }' <<<"$out")
		if [ "${answers:-0}" -eq 0 ]; then
			echo "fping had no answer, and is not compared: $out" >&2
			return 0
		fi
		echo "fping $((used / answers))"
	done
}

make_lab
second_bond
ip route add default via 192.0.2.1
within 60 lacp_is_up
idle
verdicts
leaves_apart
peers_live
echo "small $BENCH_SMALL"
peers small "$BENCH_SMALL"
echo "large $BENCH_LARGE"
peers large "$BENCH_LARGE"
# as many as the agent sends on two ports within its interval
fping_them $((30000 / BENCH_LARGE > 0 ? 30000 / BENCH_LARGE : 1))
