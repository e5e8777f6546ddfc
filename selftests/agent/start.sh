#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The service starts, says READY, and says in one line how the bond is; as a
# user of its own with two capabilities.

. "$(dirname "$0")/lib.sh"

status_of()
{
	sed -n "s/^$1:\t*//p" "/proc/$(pid)/status"
}

user_of()
{
	ps -o user= -p "$(pid)"
}

setup
systemctl stop dualhomed

plan 6
check "it starts" systemctl start dualhomed
check "is-active says active" is active systemctl is-active dualhomed
check "STATUS names the bond and its ports" \
	within 2 is "bond0 ok, 2 of 2 ports usable" status_line
check "it runs as user dualhome" is dualhome user_of
# 1 << CAP_NET_ADMIN | 1 << CAP_NET_RAW
check "it has two capabilities" is 0000000000003000 status_of CapEff
check "and can have no more" is 0000000000003000 status_of CapBnd
finish
