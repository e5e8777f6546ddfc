#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A port is taken out of use and put back: by word, by restart, by hand.

. "$(dirname "$0")/lib.sh"

# refused CODE TEXT VERB ARGUMENT...: by dualhomectl, in one line
refused()
{
	local wanted=$1 text=$2 code=0 out

	shift 2
	out=$(dualhomectl "$@" 2>&1) || code=$?
	echo "exit code $code: $out"
	[ "$code" -eq "$wanted" ] && [ "$(wc -l <<<"$out")" -eq 1 ] && [[ $out == *"$text"* ]]
}

is_off()
{
	ip -j link show "$1" | jq -e 'any(.[0].flags[]; . == "UP") | not'
}

is_on()
{
	! is_off "$1"
}

# goodbye: the leaf heard an LACPDU of a port that no longer aggregates (0x04)
goodbye()
{
	grep -A 2 'Actor Information' "$WORK/lacp" | grep -E 'State Flags \[Activity(, Timeout)?\]'
}

announced()
{
	count_heard 1 2 "(Request who-has|Reply) 192\.0\.2\.10 "
}

unhurt()
{
	[ "$(problems)" = "" ] && both_usable
}

setup
signals Event

plan 22
listen -e 'not ether proto 0x8809 and not icmp'
ip netns exec leaf2 tcpdump -Qin -nn -v -l -i p0 ether proto 0x8809 >"$WORK/lacp" 2>/dev/null &
sniffer=$!
within 10 grep -qs 'Actor Information' "$WORK/lacp"
check "a port is drained" dualhomectl drain eth2
check "it is switched off" is_off eth2
check "what lives behind the bond was announced on the other one" within 5 announced
stop_listening
kill "$sniffer" 2>/dev/null || :
check "the leaf was told by LACP" within 5 goodbye
check "it is a warning" within 3 problem_is port-drained eth2 warning
check "and nothing else is said" is "port-drained:eth2" problems
check "the bond is ok" is '"ok"' property "$BOND" Bond Health
check "STATUS says it" status_has "bond0 ok: eth2 is drained since "
check "so does D-Bus" is true port eth2 Drained
check "again is no error" dualhomectl drain eth2
check "the last port is refused" refused 3 "--force drains it nevertheless" drain eth1
check "and stays on" is_on eth1

since=$(since port-drained eth2)
kill -KILL "$(pid)"
within 15 service_up
check "a new daemon knows it" within 15 is "$since" since port-drained eth2
check "and takes nothing else for a fault" is "port-drained:eth2" problems

check "it is put back" dualhomectl undrain eth2
check "and carries traffic again" within 20 unhurt
check "which D-Bus says" within 3 is false port eth2 Drained
dualhomectl drain eth2
ip link set eth2 up
check "who switches it on by hand puts it back" within 20 unhurt

dualhomectl drain eth2
check "by force the last one goes, too" dualhomectl drain --force eth1
check "which is critical" within 3 problem_is bond-down bond0 critical
dualhomectl undrain eth1
dualhomectl undrain eth2
check "both come back" within 20 unhurt
check "no port is no port" refused 64 "no port 'eth9'; known: eth1, eth2" drain eth9
finish
