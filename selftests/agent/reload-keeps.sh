#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A reload takes nothing away that the new configuration still wants: sockets,
# counters, and faults with their time.

. "$(dirname "$0")/lib.sh"

# sockets: the daemon's packet sockets by inode, and the descriptors they have
sockets()
{
	find "/proc/$(pid)/fd" -mindepth 1 \
		-printf '%f %l\n' | sort -n | grep socket:
}

same_sockets()
{
	sockets | diff "$WORK/sockets" -
}

# not_less NUMBER COMMAND...
not_less()
{
	local got

	got=$("${@:2}")
	echo "$got, before: $1"
	[ "$got" -ge "$1" ]
}

setup
within 10 not_less 3 port eth1 KeepalivesAnswered
ip -n leaf2 link set p0 down
within 5 problem port-down eth2 >/dev/null
sent=$(port eth1 KeepalivesSent)
answered=$(port eth1 KeepalivesAnswered)
rtt=$(port eth1 RttUSec)
first=$(since port-down eth2)
signals Event
sockets >"$WORK/sockets"

plan 8
check "the lab answers keepalives" test "$rtt" -gt 0
check "a reload with the same files" reload
check "keeps the sockets" same_sockets
check "keeps what was sent" not_less "$sent" port eth1 KeepalivesSent
check "keeps what was answered" not_less "$answered" port eth1 KeepalivesAnswered
{ default_config; echo Mode=802.3ad; } | config
reload
check "with another one the fault keeps its time" is "$first" since port-down eth2
check "the sockets stay" same_sockets
check "nobody is told of a fault anew" is 0 events
finish
