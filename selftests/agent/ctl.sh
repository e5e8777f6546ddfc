#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# dualhomectl shows what the daemon knows, as text and as JSON, to anybody.

. "$(dirname "$0")/lib.sh"

ctl()
{
	setpriv --reuid nobody --clear-groups dualhomectl "$@"
}

shows()
{
	local text=$1

	shift
	ctl "$@" | tee /dev/stderr | grep -qF -- "$text"
}

# json FILTER ARGUMENT...: the filter is true of its output
json()
{
	local filter=$1

	shift
	ctl --json=short "$@" | tee /dev/stderr | jq -e "$filter"
}

root_json()
{
	local filter=$1

	shift
	dualhomectl --json=short "$@" | tee /dev/stderr | jq -e "$filter"
}

# lines_of TEXT ARGUMENT...: how many have it
lines_of()
{
	local text=$1

	shift
	ctl --no-legend "$@" | grep -cF -- "$text"
}

names()
{
	ctl status "$1" 2>&1 | grep -F "$1"
}

# ends CODE ARGUMENT...
ends()
{
	local wanted=$1 code=0

	shift
	ctl "$@" || code=$?
	is "$wanted" echo "$code"
}

monitored()
{
	grep -F -- "$1" "$WORK/monitor"
}

setup
ctl monitor >"$WORK/monitor" 2>&1 &
monitor=$!

plan 25
check "no argument is status" shows "bond0 ok"
check "status names the bond and how it is" shows "bond0 ok" status
check "status ends with 0" ends 0 status
check "status --json is JSON" json type status
check "list has one line" is 1 lines_of bond0 list
check "list --json names the bond" json '.. | objects | select(.Name? == "bond0" or .name? == "bond0")' list
check "peers has the peer on both ports" is 2 lines_of 192.0.2.1 peers
check "peers --json has the peer" json '.. | strings | select(. == "192.0.2.1")' peers
check "an unknown verb ends with 64" ends 64 frob
check "an unknown bond ends with 64" ends 64 status bond9
check "and is named" names bond9

ip -n leaf2 link set p0 down
within 3 problem port-down eth2 >/dev/null
check "status says why" shows "eth2 has no carrier" status
check "status ends with 1" ends 1 status
check "monitor saw it" within 3 monitored port-down
check "diagnose begins with the verdict" shows "bond0 degraded: eth2 has no carrier" diagnose
journalctl --sync
check "and has the last events" root_json \
	'.journal.events | any(.code == "port-down")' diagnose bond0
check "as root the actor and the partner of a port" root_json \
	'[.lacp.ports[] | select(.port == "eth1" and .side == "partner")][0].system == "02:00:00:00:01:01"' diagnose
check "the addresses" root_json '.addresses | tostring | test("192.0.2.10/24")' diagnose
check "the carrier's losses" root_json \
	'[.links.links[] | select(.name == "eth2")][0].carrier_down_count >= 1' diagnose
check "and nothing is missing" root_json '.missing == []' diagnose bond0
systemctl stop dualhomed
check "without a daemon diagnose says so" root_json \
	'.missing | any(test("dualhomed is not on the bus"))' diagnose
check "has the ports all the same" root_json \
	'[.lacp.ports[].port] | contains(["eth1", "eth2"])' diagnose
check "and how the service ended" root_json '.service.ActiveState == "inactive"' diagnose
check "without a daemon it ends with 3" ends 3 status
systemctl start dualhomed
ip -n leaf2 link set p0 up
check "monitor survives the daemon" kill -0 "$monitor"
finish
