#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Faults of whom the ports talk to: partner-key-mismatch,
# partner-system-changed, same-switch.

. "$(dirname "$0")/lib-fault.sh"

# 802.1AX-2020, 6.4.2.3: of the actor, from the 19th byte of the frame
readonly OTHER_PRIORITY="@ll,144,16 set 0x1234"
readonly OTHER_KEY="@ll,208,16 set 77"
readonly NEW_SYSTEM=02:00:00:00:02:02

# both_present SYSTEM
both_present()
{
	ip -n leaf1 link set bond0 type bond ad_actor_system "$1"
	ip -n leaf2 link set bond0 type bond ad_actor_system "$1"
}

# The device on which both leaves took their system dies; the other one goes on
# with its own.
master_dies()
{
	ip -n leaf1 link set p0 down
	ip -n leaf2 link set bond0 type bond ad_actor_system "$NEW_SYSTEM"
}

# master_returns: and speaks for both again
master_returns()
{
	both_present "$SYSTEM"
	ip -n leaf1 link set p0 up
}

# lldp LEAF CHASSIS TTL: one LLDPDU of the chassis 02:00:00:00:0c:CHASSIS, whose
# port is called p0
lldp()
{
	local ttl

	printf -v ttl '%02x %02x' $(($3 / 256)) $(($3 % 256))
	leaf "$1" python3 -c 'import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("p0", 0))
wire.send(bytes.fromhex(sys.argv[1]))' "01 80 c2 00 00 0e 02 00 00 00 0e 0$1 88 cc
		02 07 04 02 00 00 00 0c $2 04 03 05 70 30 06 02 $ttl
		0a 04 6c 65 61 66 00 00"
}

# mismatch STATEMENT NAME TEXT: leaf2's LACPDUs are changed for a while
mismatch()
{
	caused rewrite 2 "$1"
	raised 2000 degraded partner-key-mismatch eth2
	check "$2" says "$3"
	nothing_else "partner-key-mismatch:eth2"
	caused unwritten 2
	cleared 8000 partner-key-mismatch eth2
	all_clear
}

begin 37

mismatch "$OTHER_KEY" "the text names the key" "eth2 hears key 77 of LACP system $SYSTEM"
mismatch "$OTHER_PRIORITY" "or the priority" "eth2 hears system priority 4660 of"

caused both_present "$NEW_SYSTEM"
raised 1000 warning partner-system-changed bond0
check "the text names both" says "changed from $SYSTEM to $NEW_SYSTEM"
nothing_else "partner-system-changed:bond0"
caused both_present "$SYSTEM"
cleared 1000 partner-system-changed bond0
all_clear

caused master_dies
raised 1000 degraded port-down eth1
raised 2000 warning partner-system-changed bond0
check "the text tells the story" \
	says "after eth1 lost its carrier; the M-LAG master died"
nothing_else "port-down:eth1 partner-system-changed:bond0"
caused master_returns
cleared 2000 port-down eth1
cleared 2000 partner-system-changed bond0
all_clear

caused both_present "$NEW_SYSTEM"
raised 1000 warning partner-system-changed bond0
nothing_else "partner-system-changed:bond0"
cleared 600000-601500 partner-system-changed bond0
all_clear

lldp 1 01 120
lldp 2 02 120
all_clear
caused lldp 2 01 120
raised 1000 warning same-switch bond0
check "the text names the switch" says "eth1 and eth2 end on one switch: LLDP says leaf"
nothing_else "same-switch:bond0"
caused lldp 2 02 120
cleared 1000 same-switch bond0
all_clear
caused lldp 2 01 20
raised 1000 warning same-switch bond0
nothing_else "same-switch:bond0"
cleared 20000-21500 same-switch bond0
all_clear
finish
