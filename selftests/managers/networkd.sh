#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# systemd-networkd leaves the bond alone when it reads its files again or ends.
# When it starts anew it may take ports down for a moment, and 252 does. The
# option is the module's default for new bonds.

. "$(dirname "$0")/lib.sh"

plan 19
booted
bond_is_made systemd-networkd.service
before=$(pid)
check "a reload disturbs nothing" undisturbed networkctl reload
check "the option stays on" option_is 1
check "without it the bond stays ok" \
	undisturbed systemctl stop systemd-networkd.socket systemd-networkd
check "status is ok" status_ok
check "no fault was named meanwhile" no_fault
systemctl start systemd-networkd
sleep 5
check "when it is started again, the bond becomes ok" within 30 is_up
check "with the option on" option_is 1
check "from the same daemon" is "$before" pid
finish
