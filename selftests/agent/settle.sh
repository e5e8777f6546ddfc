#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bond that is just being made does not flicker: no fault is raised while a
# healthy LACP still negotiates.

. "$(dirname "$0")/lib.sh"

raised()
{
	journalctl --sync
	journalctl -u dualhomed --since "@$BEGAN" -o cat --no-pager \
		SEVERITY=degraded + SEVERITY=critical | grep -v ' is over after '
}

nothing_raised()
{
	! raised
}

setup

plan 2
ip link del bond0
BEGAN=$(date +%s.%6N)
make_host_bond
check "the new bond becomes usable" within 20 both_usable
check "no fault was raised meanwhile" nothing_raised
finish
