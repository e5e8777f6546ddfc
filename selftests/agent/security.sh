#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The unit gives the daemon little more than it needs.

. "$(dirname "$0")/lib.sh"

exposure()
{
	systemd-analyze security --no-pager dualhomed.service |
		sed -n 's/.*Overall exposure level for dualhomed.service: \([0-9]*\)\.\([0-9]*\) .*/\1\2/p'
}

plan 2
level=$(exposure)
check "systemd-analyze knows the unit" test -n "$level"
check "exposure is at most 1.4" test "${level:-99}" -le 14
finish
