#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Third boot: as if nothing had ever been installed.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/packaging/guest/lib.sh
. ./lib.sh

plan 5
ok 'the server reaches its leaves' await 30 ping -q -c 1 -W 1 "$LEAF"
is 'the running driver' "$(running)" none
ok 'the bond has two usable ports' await 30 grep -q 'Number of ports: 2' /proc/net/bonding/bond0
is 'failed units' "$(systemctl --failed --no-legend)" ''
finish
