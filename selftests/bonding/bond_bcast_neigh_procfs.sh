#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# /proc/net/bonding/BOND says whether the option is on, as a fact of 802.3ad.
# shellcheck source-path=SCRIPTDIR source=bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

shown()
{
	sed -n 's/^[Bb]roadcast [Nn]eighbor: //p' "/proc/net/bonding/$1"
}

shows()
{
	same "$1" "$(shown "${2:-bond0}")"
}

plan 6
ip link add bond0 type bond mode 802.3ad
ip link add other type bond mode active-backup
try "off in a new bond" shows off
option_on
try "on" shows on
ip link set bond0 up
try "on while up" shows on
set_option 0 || :
try "off" shows off
try "not a word in another mode" shows "" other
finish
