#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The daemon outlives the bus and comes back with it.

. "$(dirname "$0")/lib.sh"

setup

plan 4
before=$(pid)
systemctl restart dbus.service
check "the name is back" within 20 property "$BOND" Bond Name
check "it is the same process" is "$before" pid
ip -n leaf2 link set p0 down
check "faults are named as before" within 3 problem port-down eth2
check "STATUS as well" status_has "eth2 has no carrier"
finish
