#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While no bond has the option on, the transmit path is the stock one: the static
# key is what it was after any order of on, off, up, down, mode change and removal,
# and no order makes the kernel warn.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

# The taint stays once it is set, so it is the second choice.
warned()
{
	cat /sys/kernel/warn_count 2>/dev/null ||
		echo $(($(</proc/sys/kernel/tainted) & 512))
}

# The key as the kernel's memory has it
key()
{
	bond_key "$address"
}

key_is_on()
{
	local value

	value=$(key) || return
	echo "the key is $value, was $start"
	[ "$value" -gt "$start" ]
}

key_is_off()
{
	same "$start" "$(key)"
}

new_bond()
{
	ip link add "${1:-bond0}" type bond mode 802.3ad
}

# Each is a history of one bond; + has the key on, - has it as at the start.
step()
{
	case $1 in
	add) new_bond ;;
	add-on) bond_opt add bond0 4 1 ;;
	del) ip link del bond0 ;;
	up) ip link set bond0 up ;;
	down) ip link set bond0 down ;;
	on) set_option 1 ;;
	off) set_option 0 ;;
	bad) ! bond_opt set bond0 2 >/dev/null ;;
	mode1) ip link set bond0 type bond mode active-backup ;;
	mode4) ip link set bond0 type bond mode 802.3ad ;;
	other-on) new_bond bond1 && ip link set bond1 up && set_option 1 bond1 ;;
	other-del) ip link del bond1 ;;
	+) key_is_on ;;
	-) key_is_off ;;
	esac
}

history()
{
	local word

	for word; do
		step "$word" || {
			echo "at $word of: $*"
			return 1
		}
	done
}

netns_removed()
{
	local netns=$BOND_TEST_NS-vm

	ip -n "$netns" link add bond0 type bond mode 802.3ad &&
		ip netns exec "$netns" bond_opt set bond0 1 &&
		ip -n "$netns" link set bond0 up && key_is_on || return
	ip netns del "$netns"
	wait_until 10 key_is_off || return
	# The library takes it away.
	ip netns add "$netns"
}

histories=(
	"add up - on + off -"
	"add up on on + off - off -"
	"add up on + down up + off -"
	"add up on down off - up -"
	"add on up + off -"
	"add on off up -"
	"add up on down off on up + down off up -"
	"add-on up + down - up + off -"
	"add up on bad + off bad -"
	"add up on down mode1 - up - down mode4 - up - on + off -"
	"add on mode1 - up down mode4 up -"
	"add up on other-on + off + other-del -"
	"add up on other-on other-del + off -"
)

need bond_key
[ -r /proc/kcore ] || skip_all "no /proc/kcore"
address=$(awk '$3 == "bond_bcast_neigh_enabled" { print $1 }' /proc/kallsyms)
warned=$(warned)
plan $((${#histories[@]} * 2 + 2))
for list in "${histories[@]}"; do
	# Not 0 if other bonds of this machine have the option on, or leaked it.
	start=$(key) || start=0
	# shellcheck disable=SC2086
	try "$list" history $list
	try "off after removal" history del -
	# What a history that failed has left
	for name in bond0 bond1; do
		[ ! -d "/sys/class/net/$name" ] || ip link del "$name"
	done
done
start=$(key) || start=0
try "off after removal of the namespace" netns_removed
try "no kernel warning" same "$warned" "$(warned)"
finish
