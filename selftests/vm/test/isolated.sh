#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guest has lo and nothing else, no route and no device to make one of.
set -eu
[ "$(ls /sys/class/net)" = lo ]
[ -z "$(ip route show)" ]
ip -6 route show | grep -qv 'dev lo' && exit 1
! grep -q 0x020000 /sys/bus/pci/devices/*/class
