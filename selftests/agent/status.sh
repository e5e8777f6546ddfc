#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What "systemctl status dualhomed" says in each state, what it keeps when a
# reload is refused, and that the service does as it is told how much to log.

. "$(dirname "$0")/lib.sh"

# tells LINE: the status has it, from a service that runs
tells()
{
	systemctl --no-pager --full status dualhomed >"$WORK/status" || :
	cat "$WORK/status"
	grep -q 'Active: active (running)' "$WORK/status" &&
		grep -qE "^ *Status: \"$1\"\$" "$WORK/status"
}

level()
{
	systemctl service-log-level dualhomed
}

# rereads: a reload is logged, at level info
rereads()
{
	BEGAN=$(date +%s.%6N)
	reload
	within 3 journal_has "configuration read again"
}

silent()
{
	! rereads
}

reload_fails()
{
	! reload
}

# the journal's lines, which it shows as well
explains()
{
	tells "$1" && grep -F -- "$2" "$WORK/status"
}

time='[0-9]{2}:[0-9]{2}:[0-9]{2}'
setup

plan 19
check "ok" tells 'bond0 ok, 2 of 2 ports usable'
systemctl restart dualhomed
check "a new daemon says it at once" tells 'bond0 ok, 2 of 2 ports usable'

ip -n leaf2 link set p0 down
check "degraded, why, and since when" within 5 \
	tells "bond0 degraded: eth2 has no carrier since $time"
config <<<'[Bond bond0]
Frob=1'
check "a configuration with a mistake is refused" reload_fails
check "the state stays, the mistake is below it" explains \
	"bond0 degraded: eth2 has no carrier since $time" "$CONF:2: unknown key 'Frob'"
default_config | config
check "the mended one is read" reload
check "the state stays" tells "bond0 degraded: eth2 has no carrier since $time"

ip -n leaf1 link set p0 down
check "critical comes first" within 5 \
	tells "bond0 critical: no port of bond0 has carrier since $time \(\+2 more\)"
ip link set bond0 down
check "switched off" within 5 tells 'bond0 unknown, switched off'
ip link del bond0
check "no bond" within 5 tells 'no bonds'

mute 1 p0
mute 2 p0
ip -n leaf1 link set p0 up
ip -n leaf2 link set p0 up
make_host_bond
check "a new one is not judged yet" within 5 \
	tells 'bond0 unknown, 0 of 2 ports usable'
check "but later" within 30 tells 'bond0 critical: .* since .*'
mend_lab
wake_lacp
check "and ok when LACP is" within 60 tells 'bond0 ok, 2 of 2 ports usable'

check "its log level is info" is info level
check "it tells of a reload" rereads
systemctl service-log-level dualhomed warning
check "it takes another level" is warning level
check "and tells of it no more" silent
systemctl service-log-level dualhomed debug
check "debug is one, too" is debug level
check "which tells of more" rereads
systemctl service-log-level dualhomed info
finish
