#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# check lays a file over /etc and one over /opt/dest, with a copy of a module
# below updates/; modes of directories that exist stay.
set -eu
grep -q laid /etc/overlay
grep -q laid /opt/dest/etc/overlay
[ "$(stat -c %a:%U /)" = 755:root ]
[ -L /lib ]
modprobe dummy
modinfo -n dummy | grep updates/dummy.ko
[ "$(cat /proc/sys/kernel/panic_on_warn)" = 1 ]
