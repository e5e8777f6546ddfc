#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 200 bonds with two ports each. No time is measured here: that the daemon feeds
# its watchdog and answers is what an operator needs.

. "$(dirname "$0")/lib.sh"

readonly BONDS=200

# make_many: as a batch, which takes seconds and not minutes
make_many()
{
	local i

	for ((i = 1; i <= BONDS; i++)); do
		echo "link add many$i type bond mode 802.3ad miimon 100"
		echo "link add ma$i type dummy"
		echo "link add mb$i type dummy"
		echo "link set ma$i master many$i"
		echo "link set mb$i master many$i"
		echo "link set many$i up"
	done | ip -batch -
}

remove_many()
{
	local i

	for ((i = 1; i <= BONDS; i++)); do
		echo "link del many$i"
		echo "link del ma$i"
		echo "link del mb$i"
	done | ip -batch -
}

count_bonds()
{
	bonds | wc -w
}

# described: bonds and ports of Describe()
described()
{
	dualhomectl describe --json=short |
		jq -r '"\(.bonds | length) \([.bonds[].ports | length] | add)"'
}

# managed: objects of ObjectManager, but for the root's own
managed()
{
	busctl --json=short call org.dualhome1 /org/dualhome1 \
		org.freedesktop.DBus.ObjectManager GetManagedObjects |
		jq '.data[0] | keys | map(select(. != "/org/dualhome1")) | length'
}

rows()
{
	dualhomectl list --no-legend | wc -l
}

# names_each: every bond has its own fault; a dummy answers no LACPDU
names_each()
{
	local named

	named=$(dualhomectl describe --json=short | jq '[.bonds[] |
		select(.name | startswith("many")) |
		select([.problems[].code] | index("lacp-no-partner"))] | length')
	echo "$named of $BONDS"
	[ "$named" -eq "$BONDS" ]
}

setup
before=$(pid)

plan 9
check "$BONDS bonds are made" make_many
check "all are listed" within 60 is $((BONDS + 1)) count_bonds
check "with their ports" within 60 is "$((BONDS + 1)) $((2 * BONDS + 2))" described
check "and are objects" within 60 is $((3 * BONDS + 3)) managed
check "the command line lists them" within 60 is $((BONDS + 1)) rows
check "the fault of each is named" within 300 names_each
check "the first bond is well" is "" problems
remove_many
check "all are gone again" within 60 is 1 count_bonds
check "to one process" is "$before" pid
finish
