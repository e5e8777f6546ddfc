#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A configuration with a mistake is named with file and line, and the one in
# force stays.

. "$(dirname "$0")/lib.sh"

peers()
{
	property "$BOND" Bond PeersTotal
}

bus_reload()
{
	busctl call org.dualhome1 /org/dualhome1 org.dualhome1.Manager Reload
}

refused()
{
	! bus_reload 2>"$WORK/reload" && grep -F "$1" "$WORK/reload"
}

reload_fails()
{
	! reload
}

setup

plan 8
printf '[Bond bond0]\nPeers=192.0.2.1 192.0.2.2\nFoo=1\n' | config
check "systemctl reload fails" reload_fails
check "the mistake is named" within 3 journal_has \
	"$CONF:3: unknown key 'Foo' in [Bond bond0]; accepted: NeighborBroadcast, Peers, "
check "the old configuration stays" is 1 peers
check "the service stays" is active systemctl is-active dualhomed
check "Manager.Reload fails with the same words" refused "unknown key 'Foo'"
printf '[Bond bond0]\nPeers=192.0.2.1 192.0.2.2\nPeerSources=\n' | config
check "Manager.Reload works when it is mended" bus_reload
check "the new configuration is in force" within 3 is 2 peers
mkdir -p "$CONF.d"
printf '[Bond bond0]\nPeers=\nPeerSources=\n' >"$CONF.d/50-none.conf"
reload
check "a drop-in wins" within 3 is 0 peers
rm -r "$CONF.d"
finish
