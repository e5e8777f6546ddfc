#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: dsr.sh [SECONDS [WORLD...]]
#
# What switches flood in direct routing, in several worlds of dsr at a time:
# without the agent, with it on the real server, on the director as well, and
# without one of its sources of peers. SECONDS (25) is how long frames are counted
# where there must be none: more than twice the ageing time.
set -eu
# shellcheck source=selftests/lab/dsr
. "$(dirname "$(realpath "$0")")/dsr"
# shellcheck source=selftests/lab/ktap.sh
. "$LAB_DIR/ktap.sh"

COUNTED=${1:-25}
SHORT=10			# where all are expected
[ $# -eq 0 ] || shift
WORLDS=("$@")
# Each has three flows: IPv4 untagged and tagged, IPv6 tagged; one is left.
[ $# -gt 0 ] || WORLDS=({al-c,ac-l,a-lc,leaf,core}-vlan al-c-6)

# --- counts of the last phase, N[WORLD:NODE:NAME] ------------------------------

declare -A N=()

# measure SECONDS WORLD...: when what was there before has aged out
measure()
{
	local world node

	MEASURED=$1
	shift
	sleep $((DSR_AGEING + 2))
	for world; do
		dsr_zero "$world"
	done
	sleep "$MEASURED"
	N=()
	for world; do
		split "$world"
		read -r N["$world:A:requests"] N["$world:A:answers"] \
			< <(counts "$world" A requests answers)
		for node in $SWITCHES; do
			read -r N["$world:$node:foreign"] N["$world:$node:for_A"] \
				N["$world:$node:for_L"] N["$world:$node:for_C"] \
				< <(counts "$world" "$node" foreign for_A for_L for_C)
		done
	done
}

# sum WORLD NAME NODE...
sum()
{
	local world=$1 name=$2 node total=0

	shift 2
	for node; do
		total=$((total + ${N[$world:$node:$name]}))
	done
	echo "$total"
}

# floods WORLD PERCENT HOST SWITCH...: so many of the requests or more are flooded
floods()
{
	local world=$1 percent=$2 host=$3 requests=${N[$1:A:requests]} total

	shift 3
	total=$(sum "$world" "for_$host" "$@")
	echo "$total of $requests"
	[ "$requests" -gt 0 ] && [ $((total * 100)) -ge $((requests * percent)) ]
}

# quiet WORLD: no switch floods anything, and the service goes on
quiet()
{
	local total requests=${N[$1:A:requests]}

	split "$1"
	# shellcheck disable=SC2086 # a list
	total=$(sum "$1" foreign $SWITCHES)
	echo "$total of $requests"
	[ "$total" -eq 0 ] || dsr_floods "$1"
	[ "$total" -eq 0 ] && answered "$1" >/dev/null
}

# answered WORLD: all flows ask 20 times a second, and get answers
answered()
{
	local requests=${N[$1:A:requests]} answers=${N[$1:A:answers]} flows

	split "$1"
	read -ra flows <<<"$FLOWS"
	echo "$answers of $requests in ${#flows[@]} flows"
	[ "$requests" -ge $((MEASURED * 20 * ${#flows[@]} * 9 / 10)) ] &&
		[ "$answers" -ge $((requests * 9 / 10)) ]
}

# forgets WORLD: what its placement is there for
forgets()
{
	split "$1"
	case $PLACEMENT in
	al-c) check "$1: beta floods what is for A" floods "$1" 90 A beta ;;
	ac-l) check "$1: beta floods what is for C" floods "$1" 90 C beta ;;
	a-lc) check "$1: alpha floods what is for L" floods "$1" 90 L alpha ;;
	leaf)
		check "$1: the leaves flood what is for A" floods "$1" 90 A leaf1 leaf2
		check "$1: one floods what is for C" floods "$1" 25 C leaf1 leaf2
		;;
	core)
		check "$1: the core floods what is for C" floods "$1" 90 C core
		check "$1: one leaf does as well" floods "$1" 25 C leaf1 leaf2
		;;
	esac
}

# LACP takes its time: all at once
build_all()
{
	local world pids=() pid

	for world in "${WORLDS[@]}"; do
		{
			dsr_up "$world"
			dsr_serve "$world"
		} &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	for world in "${WORLDS[@]}"; do
		dsr_ask "$world" 0
	done
}

# --- phases --------------------------------------------------------------------

phase()
{
	echo "# $* ($SECONDS s)"
}

alone()
{
	local world

	phase "no agent"
	measure "$SHORT" "${WORLDS[@]}"
	for world in "${WORLDS[@]}"; do
		check "$world: requests are answered" answered "$world"
		forgets "$world"
	done
}

# What people try instead
remedies()
{
	local world worlds=()

	phase "gratuitous ARP, or a ping, from C every second"
	for world in "${WORLDS[@]}"; do
		case $world in
		al-c-4 | al-c-vlan) run "$world" remedy C arping -q -U -I bond0 "${NET[4]}3" ;;
		leaf-4 | leaf-vlan) run "$world" remedy C ping -q "${NET[4]}1" ;;
		*) continue ;;
		esac
		worlds+=("$world")
	done
	[ ${#worlds[@]} -gt 0 ] || return 0
	measure "$SHORT" "${worlds[@]}"
	for world in "${worlds[@]}"; do
		case $world in
		al-c-*)
			check "$world: gratuitous ARP from C does not teach beta A" \
				floods "$world" 90 A beta
			;;
		leaf-*)
			# half of the requests, as before, and not a third
			check "$world: a ping from C leaves a leaf cold" \
				floods "$world" 45 C leaf1 leaf2
			;;
		esac
		kill "$(cat "$DSR_RUN/$world/remedy.pid")"
	done
}

# found WORLD HOST NUMBER SOURCE SENDER: peers of each flow
found()
{
	local peers flow

	split "$1"
	peers=$(dsr_peers "$1" "$2")
	for flow in $FLOWS; do
		if ! grep -q "^${NET[$flow]}$3 ${DEVICE[$flow]} echo .*$4" <<<"$peers" ||
		   ! grep -qx "$5 ${DEVICE[$flow]} announce sender" <<<"$peers"; then
			echo "$flow: $peers"
			return 1
		fi
	done
}

agent_on_c()
{
	local world

	phase "the agent on C"
	for world in "${WORLDS[@]}"; do
		dsr_agent "$world" C
	done
	measure "$COUNTED" "${WORLDS[@]}"
	for world in "${WORLDS[@]}"; do
		case $world in
		a-lc-*) check "$world: C cannot help" floods "$world" 90 L alpha ;;
		*) check "$world: nothing is flooded" quiet "$world" ;;
		esac
		check "$world: C has A as a neighbor, and L as a sender" found "$world" C \
			1 neighbor "${MAC[L]}"
	done
}

agent_on_both()
{
	local world

	phase "the agent on C and L"
	for world in "${WORLDS[@]}"; do
		dsr_agent "$world" L
	done
	measure "$COUNTED" "${WORLDS[@]}"
	for world in "${WORLDS[@]}"; do
		check "$world: nothing is flooded" quiet "$world"
		check "$world: L has C as its real server, and A as a sender" found "$world" L \
			3 ipvs "${MAC[A]}"
	done
}

# The source that only these placements depend on, taken away
without_senders()
{
	local world flow worlds=()

	phase "the agent on C, without senders"
	for world in "${WORLDS[@]}"; do
		case $world in ac-l-* | core-*) worlds+=("$world") ;; *) continue ;; esac
		dsr_stop "$world" L
		dsr_agent "$world" C PeerSources="gateway neighbor ipvs"
		# L's agent had asked C, and C asked who that is.
		split "$world"
		for flow in $FLOWS; do
			ip -n "$world.C" neigh flush dev "${DEVICE[$flow]}"
		done
	done
	[ ${#worlds[@]} -gt 0 ] || return 0
	measure "$SHORT" "${worlds[@]}"
	for world in "${worlds[@]}"; do
		case $world in
		ac-l-*) check "$world: beta floods again" floods "$world" 90 C beta ;;
		core-*) check "$world: the core floods again" floods "$world" 90 C core ;;
		esac
	done
}

echo "KTAP version 1"
build_all
alone
remedies
agent_on_c
agent_on_both
without_senders
echo "1..$TESTS"
[ "$FAILED" -eq 0 ]
