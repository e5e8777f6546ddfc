#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the daemon costs a server with two bonds: at most 6 MB, and less than a
# thousandth of a core while nothing happens. The clock of this guest advances
# 1 ns per instruction: CPU time is a count of instructions here, and a core of
# 10^9 of them a second a slow one.

. "$(dirname "$0")/lib.sh"

readonly RSS_KB=6144
readonly IDLE_SEC=300

# rss: kB
rss()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$(pid)/status"
}

# cpu_usec: of the service
cpu_usec()
{
	awk '$1 == "usage_usec" { print $2 }' \
		/sys/fs/cgroup/system.slice/dualhomed.service/cpu.stat
}

# at_most LIMIT VALUE UNIT
at_most()
{
	echo "$2 $3, limit $1"
	[ "$2" -le "$1" ]
}

setup
# a second bond, of another mode: no partner would keep the daemon busy
ip link add bond1 type bond mode active-backup miimon 100
ip link add d1 type dummy
ip link add d2 type dummy
ip link set d1 master bond1
ip link set d2 master bond1
ip link set bond1 up
# keepalives as often as they are by default
printf '[Bond bond0]\nPeers=192.0.2.1\n' | config
reload
within 10 is "bond0 bond1" bonds >/dev/null
sleep 30			# settles
rss=$(rss) before=$(cpu_usec)
sleep "$IDLE_SEC"
used=$(($(cpu_usec) - before))

plan 3
check "nothing is wrong" is "" problems
check "memory" at_most "$RSS_KB" "$rss" kB
check "CPU of $IDLE_SEC idle seconds" at_most $((IDLE_SEC * 1000)) "$used" us
echo "# $rss kB; $((used / IDLE_SEC)) us of CPU a second"
ip link del bond1
ip link del d1
ip link del d2
finish
