#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# First boot after "dkms install": the patched driver runs, without anybody
# having loaded it by hand. Then it is removed; the running one stays.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/dkms/guest/lib.sh
. ./lib.sh
version=$(dkms status | sed -n 's,^dualhome-bonding/\([^,]*\)\, .*: installed$,\1,p')
version=${version:-none}
switch=/sys/class/net/bond9/bonding/broadcast_neighbor

plan 11
ok 'dkms says that it is installed' test "$version" != none
is 'the patched module is the installed one' "$(modinfo -F version bonding)" "$version"
ok 'a bond can be made' ip link add bond9 type bond mode 802.3ad
is 'the patched module is the running one' "$(cat /sys/module/bonding/version)" "$version"
is 'broadcast_neighbor is there and off' "$(cat $switch)" 0
echo 1 >$switch
is 'broadcast_neighbor can be switched on' "$(cat $switch)" 1

dkms remove "dualhome-bonding/$version" --all
is 'dkms removes it' $? 0
is "the kernel's own module is the installed one" "$(modinfo -F filename bonding)" \
	"/lib/modules/$(uname -r)/kernel/drivers/net/bonding/bonding.ko"
is 'the running one stays' "$(cat /sys/module/bonding/version)" "$version"
is 'and so does its bond' "$(cat $switch)" 1
sync
finish
