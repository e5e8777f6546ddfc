#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What cannot work says so in one line and fails.

. "$(dirname "$0")/lib.sh"

# refuses TEXT COMMAND...: fails, and its one line has the text
refuses()
{
	local text=$1

	shift
	if timeout 10 "$@" >"$WORK/refused" 2>&1; then
		echo "it succeeded"
		return 1
	fi
	cat "$WORK/refused"
	[ "$(wc -l <"$WORK/refused")" -eq 1 ] && grep -qF -- "$text" "$WORK/refused"
}

setup

plan 8
# the lock is shared by root and the service: both use the same folder
check "a second one" refuses "another dualhomed runs in this network namespace" \
	dualhomed
check "one without capabilities" refuses "needs CAP_NET_ADMIN and CAP_NET_RAW" \
	setpriv --reuid nobody --clear-groups dualhomed
mkdir -p "$WORK/etc/dualhome"
chmod 755 "$WORK"
printf '[Keepalive]\nIntervalSec=never\n' >"$WORK/etc/dualhome/dualhome.conf"
check "a mistake in the configuration" refuses \
	"dualhome.conf:2: bad value 'never' of IntervalSec= in [Keepalive]; accepted: 1 to 230 seconds, as in 60, 90s or 2min (switches forget after 300 s)" \
	dualhomed --config-root="$WORK"
check "--check finds it, without privileges and beside the service" refuses \
	"dualhome.conf:2: bad value 'never'" \
	setpriv --reuid nobody --clear-groups dualhomed --check --config-root="$WORK"
rm "$WORK/etc/dualhome/dualhome.conf"
check "--check succeeds without a mistake" \
	dualhomed --check --config-root="$WORK"
check "an unexpected argument" refuses "unexpected argument 'start'" dualhomed start
check "an unknown option" refuses "unrecognized option '--frob'" dualhomed --frob
check "the service did not suffer" is active systemctl is-active dualhomed
finish
