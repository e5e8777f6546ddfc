#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The journal explains a fault; polkit decides who may change something.

. "$(dirname "$0")/lib.sh"

# explained TEXT: journalctl -x shows it beside the fault of this test
explained()
{
	journalctl --sync
	journalctl -x -u dualhomed --since "@$BEGAN" --no-pager CODE=port-down |
		tee /dev/stderr | grep -F -- "$1"
}

field()
{
	journalctl --sync
	journalctl -u dualhomed --since "@$BEGAN" -o json --no-pager \
		CODE=port-down | head -n 1 | jq -r "$1"
}

# reload_ends CODE: as nobody
reload_ends()
{
	local code=0

	setpriv --reuid nobody --clear-groups dualhomectl reload || code=$?
	is "$1" echo "$code"
}

active()
{
	systemctl -q is-active dualhomed
}

setup
journalctl --update-catalog
ip -n leaf2 link set p0 down
within 3 problem port-down eth2 >/dev/null

plan 7
check "journalctl -x explains the fault" explained "bond0: eth2 has no carrier"
check "and what to do" explained "Look at the cable and the optics"
check "the entry names the port" is eth2 field .PORT
ip -n leaf2 link set p0 up
check "nobody may not reload" reload_ends 77

mkdir -p /etc/polkit-1/rules.d
cat >/etc/polkit-1/rules.d/10-test.rules <<'END'
polkit.addRule(function(action, subject) {
	if (action.id == "org.dualhome1.manage" && subject.user == "nobody")
		return polkit.Result.YES;
});
END
check "unless polkit grants it" within 10 reload_ends 0
rm /etc/polkit-1/rules.d/10-test.rules

systemctl -q enable dualhomed
systemctl stop dualhomed
busctl get-property org.dualhome1 /org/dualhome1 org.dualhome1.Manager \
	Version >/dev/null
check "a call starts the enabled daemon" active
systemctl -q disable dualhomed
check "who is not enabled is not started by the alias" \
	test ! -e /etc/systemd/system/dbus-org.dualhome1.service
systemctl start dualhomed
finish
