#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
set -eu
[ "$(cat /proc/1/comm)" = systemd ]
systemctl is-system-running --wait
busctl status org.freedesktop.systemd1 >/dev/null
[ "$(ls /sys/class/net)" = lo ]
