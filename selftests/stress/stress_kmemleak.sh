#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing that the tests before have made the kernel allocate is lost. Needs a
# kernel with kmemleak.
set -u

leaks=/sys/kernel/debug/kmemleak
echo "TAP version 13"
if ! [ -w "$leaks" ]; then
	echo "1..0 # SKIP no kmemleak"
	exit 4
fi
echo "1..1"
modprobe -r bonding
# It takes nothing for lost that is younger than 5 s, and wants to see it twice.
for _ in 1 2; do
	sleep 6
	echo scan >"$leaks"
done
if grep -q . "$leaks"; then
	echo "not ok 1 no memory is lost"
	head -n 60 "$leaks" | sed 's/^/# /'
	exit 1
fi
echo "ok 1 no memory is lost"
