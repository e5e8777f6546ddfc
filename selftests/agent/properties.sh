#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# PropertiesChanged for what changed, and not for counters.

. "$(dirname "$0")/lib.sh"

# changed OBJECT PROPERTY VALUE: was signaled
changed()
{
	jq -se --arg object "$(object "$1")" --arg name "$2" --argjson value "$3" \
		'any(.[]; .path == $object and
			.payload.data[1][$name].data == $value)' \
		"$WORK/PropertiesChanged"
}

none()
{
	jq -se --arg name "$1" 'all(.[]; .payload.data[1] | has($name) | not)' \
		"$WORK/PropertiesChanged"
}

silent()
{
	[ ! -s "$WORK/PropertiesChanged" ]
}

setup
signals PropertiesChanged

plan 9
sleep 2
check "a healthy bond is silent" silent
ip -n leaf2 link set p0 down
check "LinkUp of the port" within 3 changed eth2 LinkUp false
check "Usable of the port" within 3 changed eth2 Usable false
check "Health of the port" within 3 changed eth2 Health '"degraded"'
check "Health of the bond" within 3 changed bond0 Health '"degraded"'
check "UsablePorts of the bond" within 3 changed bond0 UsablePorts 1
ip -n leaf2 link set p0 up
check "and back again" within 15 changed bond0 UsablePorts 2
check "no counters" none KeepalivesSent
check "nor the round trip" none RttUSec
finish
