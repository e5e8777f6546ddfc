#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An hour of a bond that is well, by the guest's clock: LACP speaks, keepalives
# are answered, and the daemon has nothing to say.

. "$(dirname "$0")/lib-fault.sh"

# counter PORT NAME
counter()
{
	local value

	value=$(busctl get-property org.dualhome1 "$(object "$1")" \
		org.dualhome1.Port "$2")
	echo "${value#t }"
}

# answered PORT: of those that an hour sees at least, all but the last
answered()
{
	local sent answers

	sent=$(($(counter "$1" KeepalivesSent) - ${sent_before[$1]}))
	answers=$(($(counter "$1" KeepalivesAnswered) - ${answers_before[$1]}))
	echo "$sent sent, $answers answered"
	[ "$sent" -ge 288 ] && [ "$answers" -ge $((sent - 1)) ]
}

# no_signal TEXT
no_signal()
{
	! grep -F -- "$1" "$WORK/signals"
}

journal_is_empty()
{
	journalctl --sync
	! journalctl -u dualhomed --since "@$BEGAN" -q -o cat "$@" | grep .
}

hour_passed()
{
	echo "$(($(now_usec) - began)) us"
	[ $(($(now_usec) - began)) -ge 3600000000 ]
}

lacpdus()
{
	ip -s link show eth1 | awk '/RX:/ { getline; print $2 }'
}

many_lacpdus()
{
	echo "$(($(lacpdus) - frames_before)) frames"
	[ $(($(lacpdus) - frames_before)) -ge 3600 ]
}

setup
default_config | sed 's/^IntervalSec=.*/IntervalSec=10/' | config
reload
busctl monitor --json=short --match="type='signal',sender='org.dualhome1'" \
	>>"$WORK/signals" 2>"$WORK/monitor" &
within 10 grep -q . "$WORK/monitor"
sleep 30
BEGAN=$(date +%s.%6N)
began=$(now_usec)
: >"$WORK/signals"
declare -A sent_before answers_before
for port in eth1 eth2; do
	sent_before[$port]=$(counter "$port" KeepalivesSent)
	answers_before[$port]=$(counter "$port" KeepalivesAnswered)
done
frames_before=$(lacpdus)
sleep 3600

plan 10
check "an hour has passed" hour_passed
check "with a frame a second and more" many_lacpdus
check "keepalives are answered on eth1" answered eth1
check "and on eth2" answered eth2
check "no Event" no_signal '"member":"Event"'
check "no change of Problems" no_signal '"Problems"'
check "nothing in the journal of a fault" journal_is_empty _SYSTEMD_UNIT=dualhomed.service
check "nothing is wrong" is "" problems
# Who is deaf hears nothing: the same witnesses of a fault
ip -n leaf2 link set p0 down
within 3 grep -q '"member":"Event".*"port-down"' "$WORK/signals"
check "a fault after that is signaled" grep -q '"Problems"' "$WORK/signals"
within 3 journal_has "eth2 has no carrier" CODE=port-down >/dev/null
check "and in the journal" journal_has "eth2 has no carrier" CODE=port-down
ip -n leaf2 link set p0 up
finish
