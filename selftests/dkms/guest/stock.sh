#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The boot after "dkms remove": the distribution's driver is back.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/dkms/guest/lib.sh
. ./lib.sh

plan 6
is 'dkms knows nothing of it' "$(dkms status)" ''
ok 'nothing is left of it' test ! -e "/lib/modules/$(uname -r)/updates"
ok 'a bond can be made' ip link add bond9 type bond mode 802.3ad
ok 'the running module has no version' test ! -e /sys/module/bonding/version
ok 'it has no broadcast_neighbor' test ! -e /sys/class/net/bond9/bonding/broadcast_neighbor
finish
