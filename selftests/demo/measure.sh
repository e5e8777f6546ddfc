# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the demo measures: frames on both leaves, the agent as others see it,
# probes from the client.

SCRATCH=$(mktemp -d)
PORT=$FRAMES_PORT	# probes and flows go there: they are counted as data

# --- frames -------------------------------------------------------------------

resolved()
{
	ip neigh show to "$1" dev bond0 | grep -q lladdr
}

# ask ADDRESS TIMES: the server forgets a neighbor and asks for it, again and again
ask()
{
	local i

	for ((i = 0; i < $2; i++)); do
		ip neigh del "$1" dev bond0 2>/dev/null || true
		echo >"/dev/udp/$1/$FRAMES_ASK_PORT"
		expect 20 "an answer to the question for $1" resolved "$1"
	done
}

count_frames()
{
	frames_count "" bond0 "$SERVER4" "$SERVER6"
	frames_count leaf1 swp1 "$SERVER4" "$SERVER6"
	frames_count leaf2 swp1 "$SERVER4" "$SERVER6"
}

# counted NAME COUNTER: a row of the table; sets SENT, LEAF1, LEAF2
counted()
{
	SENT=$(frames "" bond0 "out_$2")
	LEAF1=$(frames leaf1 swp1 "in_$2")
	LEAF2=$(frames leaf2 swp1 "in_$2")
	row "$1" "$SENT" "$LEAF1" "$LEAF2"
}

on_one_leaf()
{
	[ "$1" -gt 0 ] && { [ "$2 $3" = "$1 0" ] || [ "$2 $3" = "0 $1" ]; }
}

on_both_leaves()
{
	[ "$1" -gt 0 ] && [ "$2 $3" = "$1 $1" ]
}

# hashed SENT LEAF1 LEAF2: each frame once, and neither leaf below a third
hashed()
{
	[ $(($2 + $3)) -eq "$1" ] && [ "$2" -gt $(($1 / 3)) ] && [ "$3" -gt $(($1 / 3)) ]
}

both_know()
{
	knows leaf1 "$1" && knows leaf2 "$1"
}

# known ADDRESS: to either leaf
known()
{
	knows leaf1 "$1" || knows leaf2 "$1"
}

# other LEAF
other()
{
	echo "leaf$((3 - ${1#leaf}))"
}

# --- the agent, as others see it ------------------------------------------------

# property OBJECT INTERFACE NAME
property()
{
	busctl get-property org.dualhome1 "/org/dualhome1$1" "org.dualhome1.$2" "$3" \
		2>/dev/null | sed -e 's/^[a-z] //' -e 's/^"\(.*\)"$/\1/'
}

# property_is VALUE OBJECT INTERFACE NAME
property_is()
{
	[ "$(property "$2" "$3" "$4")" = "$1" ]
}

answered_on()
{
	[ "$(property "/port/$1" Port KeepalivesAnswered)" -gt 0 ]
}

status_text()
{
	systemctl show -P StatusText dualhomed
}

status_says()
{
	[[ $(status_text) == *$1* ]]
}

# watch_events FILE: every Event signal, with the time of its arrival
watch_events()
{
	busctl monitor --json=short --match \
		"type='signal',interface='org.dualhome1.Manager',member='Event'" \
		>"$1" 2>"$1.err" &
	WATCH=$!
	expect 20 "busctl monitor" grep -q Monitoring "$1.err"
}

watch_ends()
{
	kill "$WATCH"
}

# event FILE SEVERITY CODE OBJECT: "usec text" of the first such event
event()
{
	jq -r --arg severity "$2" --arg code "$3" --arg object "/$4" '
		.payload.data as $d
		| select($d[0] == $severity and $d[1] == $code
			 and ($d[2] | endswith($object)))
		| "\(."timestamp-realtime") \($d[3])"' "$1" | head -n 1
}

# has_event: likewise; asked often while time is measured, so look before jq does
has_event()
{
	[[ $(<"$1") == *"\"$3\""* ]] && [ -n "$(event "$@")" ]
}

# probe_start: from the client, in the background, until all flows answer
probe_start()
{
	ip netns exec client flows.py probe "$SERVER4" "$PORT" \
		>"$SCRATCH/probe" &
	PROBE=$!
	expect 20 "answers to the client's probes" grep -q ready "$SCRATCH/probe"
}

# probe_end: sets LOST, OUTAGE (milliseconds) and PROBES
probe_end()
{
	local answered

	kill "$PROBE"
	wait "$PROBE"
	read -r _ PROBES _ answered _ LOST _ OUTAGE < <(grep sent "$SCRATCH/probe")
	say "The client's probes, one in 10 ms over 16 flows: $PROBES sent," \
		"$answered answered, $LOST lost; longest outage $OUTAGE ms."
}

# An idle machine sees some 100 ms, the bond's miimon; an emulated one that has
# to share its processors sees more.
traffic_went_on()
{
	[ "$OUTAGE" -lt 2000 ] && [ $((LOST * 5)) -lt "$PROBES" ]
}

within_a_second()
{
	[ "$1" -gt 0 ] && [ "$1" -le 1000 ]
}
