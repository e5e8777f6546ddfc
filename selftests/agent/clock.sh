#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The wall clock jumps, as it does when NTP first answers: nothing is raised or
# cleared by that, keepalives go on, and a fault says since when by the clock of
# today.

. "$(dirname "$0")/lib.sh"

# jump SECONDS
jump()
{
	date -s "@$(($(date +%s) + $1))" >/dev/null
}

sent()
{
	port eth1 KeepalivesSent
}

# goes_on: within two intervals, though nobody restarted a timer
goes_on()
{
	local before

	before=$(sent)
	within 5 more_than "$before" sent
}

more_than()
{
	[ "$("${@:2}")" -gt "$1" ]
}

# about WHAT SECONDS: of the clock's time, not further away than that
about()
{
	local off=$((($1 - $(now_usec)) / 1000000))

	echo "$off s away"
	[ "${off#-}" -le "$2" ]
}

# around USEC COMMAND...: it prints that, give or take a second
around()
{
	local off

	off=$(($("${@:2}") - $1))
	echo "$off us off"
	[ "${off#-}" -le 1000000 ]
}

setup
systemctl stop systemd-timesyncd 2>/dev/null || :
signals Event

plan 10
jump 86400
check "a day forward, keepalives go on" goes_on
check "and nothing is raised" is "" problems
jump -86400
check "a day back, keepalives go on" goes_on
check "and nothing is raised" is "" problems
check "nobody heard of it" is 0 events
ip -n leaf2 link set p0 down
check "a fault is raised" within 5 problem port-down eth2
check "since now" about "$(since port-down eth2)" 30
first=$(since port-down eth2)
jump -3600
check "an hour back, it is still one fault" within 5 goes_on
check "with one event" is 1 events
check "since as long ago as before" within 15 around "$((first - 3600 * 1000000))" since port-down eth2
jump 3600
finish
