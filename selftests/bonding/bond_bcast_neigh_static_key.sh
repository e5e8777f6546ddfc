#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While no bond has the option on, the transmit path is the stock one: the static
# key is 0 again after any order of on, off, up, down, mode change and removal,
# and no order makes the kernel warn.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

warned()
{
	echo $(($(cat /proc/sys/kernel/tainted) & 512))
}

# The key as the kernel's memory has it
key()
{
	bond_key bond_bcast_neigh_enabled
}

key_is_on()
{
	local value

	value=$(key) || return
	echo "the key is $value"
	[ "$value" -gt 0 ]
}

key_is_off()
{
	same 0 "$(key)"
}

bond()
{
	ip -n "$host" link "$@"
}

new_bond()
{
	bond add "${1:-bond0}" type bond mode 802.3ad
}

# Each is a history of one bond; + has the key on, - has it off.
step()
{
	case $1 in
	add) new_bond ;;
	add-on) in_host bond_opt add bond0 4 1 ;;
	del) bond del bond0 ;;
	up) bond set bond0 up ;;
	down) bond set bond0 down ;;
	on) set_option 1 ;;
	off) set_option 0 ;;
	bad) ! in_host bond_opt set bond0 2 >/dev/null ;;
	mode1) bond set bond0 type bond mode active-backup ;;
	mode4) bond set bond0 type bond mode 802.3ad ;;
	other-on) new_bond bond1 && bond set bond1 up && set_option 1 bond1 ;;
	other-del) bond del bond1 ;;
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
	history add up on + || return
	ip netns del "$host"
	wait_until 10 key_is_off
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

if ! key >/dev/null 2>&1 && [ ! -r /proc/kcore ]; then
	skip_all "no /proc/kcore"
fi
warned=$(warned)
plan $((${#histories[@]} * 2 + 2))
setup_ns host
for list in "${histories[@]}"; do
	# shellcheck disable=SC2086
	try "$list" history $list
	try "off after removal" history del -
	bond del bond0 2>/dev/null || :
	bond del bond1 2>/dev/null || :
done
try "off after removal of the namespace" netns_removed
try "no kernel warning" same "$warned" "$(warned)"
finish
