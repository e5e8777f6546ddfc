#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Without a bus the daemon says so once and does its work.

. "$(dirname "$0")/lib.sh"

dropin=/run/systemd/system/dualhomed.service.d/no-bus.conf

restart_with()
{
	mkdir -p "${dropin%/*}"
	printf '[Service]\n%s\n' "$1" >"$dropin"
	systemctl daemon-reload
	systemctl restart dualhomed
}

bus_lines()
{
	journalctl --sync
	journalctl -u dualhomed --since "@$BEGAN" -o cat --no-pager | grep -ci 'bus'
}

no_name()
{
	is '{"type":"b","data":[false]}' busctl --json=short call \
		org.freedesktop.DBus /org/freedesktop/DBus \
		org.freedesktop.DBus NameHasOwner s org.dualhome1
}

# However it ends, the next test gets a daemon with a bus.
mend_service()
{
	rm -rf "${dropin%/*}"
	systemctl daemon-reload
	systemctl restart dualhomed
	rm -rf "$WORK"
}

setup
trap mend_service EXIT
systemctl stop dualhomed
BEGAN=$(date +%s.%6N)

plan 5
restart_with "Environment=DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent"
check "it starts without a bus" within 5 status_has "bond0 ok, 2 of 2 ports usable"
ip -n leaf2 link set p0 down
check "it names faults" within 3 status_has "eth2 has no carrier"
check "it complains once" is 1 bus_lines
ip -n leaf2 link set p0 up
restart_with "ExecStart=
ExecStart=/usr/sbin/dualhomed --no-bus"
check "--no-bus starts" within 15 status_has "bond0 ok, 2 of 2 ports usable"
check "and does not take the name" no_name
finish
