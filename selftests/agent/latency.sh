#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A changed partner is visible on the bus within 1 s of the LACPDU that carries
# it; a carrier that is lost is named within 50 ms of the netlink event.

. "$(dirname "$0")/lib-fault.sh"

# changes OBJECT: hear of the changes of its properties
changes()
{
	mkfifo "$WORK/changes"
	busctl monitor --json=short --match="type='signal',path='$(object "$1")',member='PropertiesChanged'" \
		>"$WORK/changes" 2>"$WORK/changes.err" &
	exec {CHANGES}<"$WORK/changes"
	within 10 grep -q . "$WORK/changes.err"
}

# changed PROPERTY VALUE: wait for it; sets SEEN to when busctl had it
changed()
{
	local line

	while IFS= read -r -t 10 line <&"$CHANGES"; do
		SEEN=${line#*'"timestamp-realtime":'}
		SEEN=${SEEN%%,*}
		[[ $line != *"\"$1\":{\"type\":\"s\",\"data\":\"$2\"}"* ]] || return 0
	done
	return 1
}

# catch FILTER: the kernel's time of the first such frame that eth2 receives
catch()
{
	tcpdump -i eth2 -Qin -nn -tt -l -c 1 "ether proto 0x8809 and $1" \
		>"$WORK/frame" 2>"$WORK/tcpdump" &
	within 10 grep -q "listening on" "$WORK/tcpdump"
}

caught()
{
	local time

	within 5 grep -q . "$WORK/frame"
	read -r time _ <"$WORK/frame"
	echo "${time/./}"
}

# seen SYSTEM: it is, within 1 s of the LACPDU; which is the cause of the rest
seen()
{
	ip -n leaf2 link set bond0 type bond ad_actor_system "$1"
	changed PartnerSystem "$1" || { echo "never seen"; return 1; }
	CAUSED=$(caught)
	AFTER=$(((SEEN - CAUSED) / 1000))
	echo "seen at $SEEN, heard at $CAUSED"
	[ "$AFTER" -ge 0 ] && [ "$AFTER" -le 1000 ]
}

# present SYSTEM FILTER: leaf2 shows another system
present()
{
	AFTER=
	catch "$2"
	check "PartnerSystem shows $1 within 1 s" seen "$1"
	echo "# after $AFTER ms"
}

# lose LEAF: its link; sets LOST to when another listener was told, who is
# preferred to the daemon
lose()
{
	local time

	chrt -f 10 ip -ts monitor link dev "eth$1" >"$WORK/links" &
	sleep 1			# it does not say that it listens
	ip -n "leaf$1" link set p0 down
	within 5 grep -q NO-CARRIER "$WORK/links"
	kill $!
	read -r time _ < <(grep -m 1 NO-CARRIER "$WORK/links")
	time=${time#[}
	LOST=$(date -d "${time%]}" +%s%6N)
}

setup
watch
changes eth2
sleep 6			# LACP is judged when the ports have settled
plan 9

# The last bytes of the actor's system tell the two apart.
present 02:00:00:00:02:02 "ether[24:2] = 0x0202"
split()
{
	told 1000 "degraded partner-system-mismatch eth2" ||
		take "degraded partner-system-mismatch eth1"
}
check "and the bond has its fault within 1 s" split
echo "# after $AFTER ms"
sleep 10.3			# other phases of the daemon's second
present "$SYSTEM" "ether[24:2] = 0x0101"
sleep 10.3
present 02:00:00:00:02:02 "ether[24:2] = 0x0202"
check "and again" split
echo "# after $AFTER ms"
sleep 10.3
present "$SYSTEM" "ether[24:2] = 0x0101"
within 30 is "" problems >/dev/null
while hear 3000000; do :; done
PENDING=()

for number in 1 2; do
	lose "$number"
	CAUSED=$LOST
	expect "port-down of eth$number within 50 ms of the netlink event" 50 \
		"degraded port-down eth$number"
	ip -n "leaf$number" link set p0 up
	within 30 is "" problems >/dev/null
done
while hear 3000000; do :; done
check "no other fault" is "ok port-down eth1 ok port-down eth2" echo "${PENDING[@]#* }"
finish
