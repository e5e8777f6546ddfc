#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# First boot: the packages are installed on a server whose bond carries traffic. What
# they replace is active at the next boot only.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/packaging/guest/lib.sh
. ./lib.sh
version=$(cat version)

plan 16
ok 'the server reaches its leaves' await 30 ping -q -c 1 -W 1 "$LEAF"
await 30 grep -q 'Number of ports: 2' /proc/net/bonding/bond0
listing >/root/before
bond >/run/bond
pings_begin
ok 'dpkg installs them' dpkg_says -i dualhome_"$version"_*.deb dualhome-bonding-dkms_"$version"_*.deb
ok 'it says that a reboot activates the driver' \
	grep -q "^dualhome-bonding: installed for $(uname -r); a reboot activates it$" /run/said
is 'lines of the driver that are not about that' \
	"$(grep -c '^dualhome-bonding: .*\(keeps\|missing\|no \)' /run/said)" 0
ok 'no packet was lost through the bond' pings_end
ok 'the bond is as it was' diff /run/bond <(bond)
is 'the running driver' "$(running)" none
is 'the installed driver' "$(modinfo -F version bonding)" "$version"
is 'the service' "$(systemctl is-active dualhomed)" active
is 'it is enabled' "$(systemctl is-enabled dualhomed)" enabled
ok 'it sees the bond' await 20 status_is 'bond0 ok*reboot to activate it'
ok 'dualhomectl is answered' dualhomectl status
is 'complaints of the bus' "$(journalctl -u dualhomed -o cat | grep 'the name')" ''

echo '# mine' >>/etc/dualhome/dualhome.conf
printf '%s\n' '[Keepalive]' IntervalSec=1 '[Bond bond0]' NeighborBroadcast=yes \
	>/etc/dualhome/dualhome.conf.d/site.conf
ok 'the configuration of a site is taken' reload
ok 'that a reboot is missing is told' await 20 status_is '*reboot*'
systemctl show -P StatusText dualhomed | sed 's/^/# /'
finish
