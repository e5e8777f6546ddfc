# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The tests of examples/: the server has booted with the files of one example,
# its manager has made the bond of selftests/agent/lib.sh, with the same leaves,
# and dualhomed was started with the rest of the system.

# shellcheck source=selftests/agent/lib.sh
. /root/tests/agent/lib.sh

# booted: all is up, or will not be
booted()
{
	within 90 is_up >/dev/null || :
	systemctl is-system-running --wait >/dev/null || :
	BOOTED=$(date +%s.%6N)
	# what a fault needs until it is raised
	sleep 6
}

is_up()
{
	lacp_is_up && [ "$(status_line)" = "bond0 ok, 2 of 2 ports usable" ]
}

# reached UNIT: when it became active, monotonic usec
reached()
{
	local at

	at=$(systemctl show -P ActiveEnterTimestampMonotonic "$1")
	echo "$1: $at" >&2
	echo "$at"
}

# before_network: nothing that waits for the network has run before dualhomed
before_network()
{
	[ "$(reached dualhomed.service)" -gt 0 ] &&
		[ "$(reached dualhomed.service)" -le "$(reached network.target)" ]
}

no_cycle()
{
	! journalctl -b -o cat --no-pager | grep -F 'ordering cycle'
}

option_is()
{
	is "$1" cat /sys/class/net/bond0/bonding/broadcast_neighbor
}

# options BOND: what it was made with
options()
{
	local dir=/sys/class/net/$1/bonding

	cat "$dir"/{mode,lacp_rate,miimon,xmit_hash_policy} | paste -sd' '
}

# knows LEAF ADDRESS: heard from the server, not entered by us
knows()
{
	ip -n "leaf$1" neigh show "$2" dev bond0 | tee /dev/stderr |
		grep -q "lladdr $(cat /sys/class/net/bond0/address) "
}

# both_learn ADDRESS: when the server asks for its gateway
both_learn()
{
	local gateway=192.0.2.1 number

	case $1 in *:*) gateway=2001:db8::1 ;; esac
	for number in 1 2; do
		ip -n "leaf$number" neigh flush dev bond0
	done
	ip neigh flush "$gateway" dev bond0
	ping -q -c 1 -W 2 "$gateway" >/dev/null
	within 5 knows 1 "$1" && within 5 knows 2 "$1"
}

# status_ok: with not even a warning
status_ok()
{
	dualhomectl status && is "" problems
}

# not_named UNIT: dualhomed neither wants, needs nor waits for it
not_named()
{
	! systemctl show dualhomed -p Requires -p Requisite -p Wants -p BindsTo \
		-p PartOf -p After | tee /dev/stderr | grep -F "$1"
}

# undisturbed COMMAND...: no port or bond goes down or away, no ping is lost
undisturbed()
{
	local index lost monitor ping

	index=$(cat /sys/class/net/bond0/ifindex)
	ip -o monitor link >"$WORK/monitor" &
	monitor=$!
	# What the server asks, a leaf answers on the port where it came from.
	ping -q -i 0.05 -c 120 -W 1 192.0.2.1 >"$WORK/ping" &
	ping=$!
	sleep 0.5
	"$@"
	wait "$ping"
	kill "$monitor"
	lost=$(grep -E -e '^Deleted.* (bond0|eth[12])[@:]' \
		-e ' (bond0|eth[12])[@:].*(state DOWN|NO-CARRIER)' "$WORK/monitor") || :
	echo "$lost"
	cat "$WORK/ping"
	[ -z "$lost" ] && grep -q ' 120 received' "$WORK/ping" &&
		[ "$(cat /sys/class/net/bond0/ifindex)" = "$index" ]
}

# no_fault: none of bond0 was raised since the boot was over
no_fault()
{
	BEGAN=$BOOTED journal_lacks "" BOND=bond0 SEVERITY=degraded SEVERITY=critical SEVERITY=warning
}

# bond_is_made SERVICE: what must hold of every manager, 11 tests
bond_is_made()
{
	check "no unit waits for itself" no_cycle
	check "dualhomed runs before the network is there" before_network
	check "the bond has its options" \
		is "802.3ad 4 fast 1 100 layer3+4 1" options bond0
	check "both ports are usable" is 2 property "$BOND" Bond UsablePorts
	check "the option is on" option_is 1
	check "both leaves learn the IPv4 address" both_learn 192.0.2.10
	check "both leaves learn the IPv6 address" both_learn 2001:db8::10
	check "dualhomectl status is ok" status_ok
	check "dualhomed needs no $1" not_named "$1"
	check "a restart of dualhomed disturbs nothing" \
		undisturbed systemctl restart dualhomed
	check "and the bond is ok again" within 15 is_up
}
