#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The bonding module is not loaded, comes, and is loaded anew: the daemon runs
# through all of it, and reads the options of the one that is there.

. "$(dirname "$0")/lib.sh"

status_is()
{
	is "$1" status_line
}

exit_code_of()
{
	local status=0

	dualhomectl status "$@" >/dev/null 2>&1 || status=$?
	echo "$status"
}

remove_bonds()
{
	ip link del bond0
	unmake_leaf 1
	unmake_leaf 2
	within 5 modprobe -r bonding
}

load_bonds()
{
	modprobe bonding max_bonds=0
	make_leaf 1
	make_leaf 2
	make_host_bond
}

setup
before=$(pid)

plan 10
check "the module is unloaded" remove_bonds
check "STATUS says that there is no bond" within 5 status_is "no bonds"
check "status cannot know" is 3 exit_code_of
check "and knows no bond0" is 64 exit_code_of bond0
systemctl restart dualhomed
check "it starts without the module" is active systemctl is-active dualhomed
before=$(pid)
load_bonds
check "the module comes" within 30 status_is "bond0 ok, 2 of 2 ports usable"
check "and goes" remove_bonds
load_bonds
check "and comes again" within 30 status_is "bond0 ok, 2 of 2 ports usable"
check "all this to one process" is "$before" pid
check "without an error" journal_lacks "" PRIORITY=3
finish
