#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A daemon that dies or hangs is started again, and knows what is wrong when the
# links have had the time to settle.

. "$(dirname "$0")/lib.sh"

restarted()
{
	[ "$(pid)" != "$before" ] && systemctl -q is-active dualhomed
}

same()
{
	[ "$(pid)" = "$before" ]
}

setup
dropin=/run/systemd/system/dualhomed.service.d/watchdog.conf
mkdir -p "${dropin%/*}"

plan 7
ip -n leaf2 link set p0 down
within 3 problem port-down eth2 >/dev/null
first=$(since port-down eth2)
before=$(pid)
kill -KILL "$before"
check "killed, it is started again" within 10 restarted
check "and names the fault" within 8 status_has "bond0 degraded: eth2 has no carrier"
check "which is as old as it was" is "$first" since port-down eth2

printf '[Service]\nWatchdogSec=2\n' >"$dropin"
systemctl daemon-reload
systemctl restart dualhomed
before=$(pid)
sleep 4
check "it feeds the watchdog" same
kill -STOP "$before"
check "hanging, it is started again" within 15 restarted
rm -r "${dropin%/*}"
ip -n leaf2 link set p0 up
within 20 both_usable
systemctl daemon-reload
systemctl restart dualhomed
within 20 is "" problems >/dev/null

signals Event
before=$(pid)
kill -KILL "$before"
check "killed in good health, it is started again" within 10 restarted
sleep 8			# by when a fault of a bond that was just found is named
check "and says nothing" is 0 events
finish
