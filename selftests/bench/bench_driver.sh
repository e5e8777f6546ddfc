#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In a guest: what a packet costs that leaves through a bond, with the kernel's
# own driver and with the one in /patched, in turns. A line a measurement:
#
#	ROUND DRIVER FRAME TICKS NSEC
#
# DRIVER is stock, again (the same once more: what differs is noise), off or on
# (patched, the option so), or port (a port itself, not the bond).
# The ports drop all but LACP right where the bond hands it to them, so that
# what is compared is the driver and nothing behind it.
#
# BENCH_ROUNDS, BENCH_BATCHES; BENCH_TIMES: "on" sends each frame so many times,
# which has to be seen.
# shellcheck source-path=SCRIPTDIR source=../bonding/bond_bcast_neigh_lib.sh
. "$(dirname "$(realpath "$0")")/bond_bcast_neigh_lib.sh"

rounds=${BENCH_ROUNDS:-5}
batches=${BENCH_BATCHES:-20}
stock=$(modinfo -n bonding)
patched=/patched/lib/modules/$(uname -r)/updates/bonding.ko
declare -A kinds=([udp4]=udp4 [udp6]=udp6 [vlan]=udp4 [arp]=arp-request)
declare -A options=([vlan]="-t 8100.10")

# load FILE: all bonds go with the module; what was in them stays
load()
{
	local leaf n

	for n in 1 2; do
		ip link del "$port$n" 2>/dev/null || :
	done
	rmmod bonding
	for leaf in 1 2; do
		ip -n "$BOND_TEST_NS-leaf$leaf" link del "$bond-1" 2>/dev/null || :
	done
	insmod "$1" max_bonds=0
	setup_fabric 2
}

# "trap" frees a packet like one that was sent; "drop" is an error for the sender.
sink()
{
	local n

	for n in 1 2; do
		tc qdisc add dev "$port$n" clsact
		tc filter add dev "$port$n" egress pref 1 protocol 0x8809 matchall action pass
		tc filter add dev "$port$n" egress pref 2 protocol all matchall action trap
	done
}

# measure ROUND DRIVER [OPTION...]
measure()
{
	local round=$1 driver=$2 dev=$bond frame cost

	shift 2
	[ "$driver" != port ] || dev=${port}1
	for frame in udp4 udp6 vlan arp; do
		# shellcheck disable=SC2086
		cost=$(bench_send "$@" ${options[$frame]:-} $dev ${kinds[$frame]} "$batches")
		echo "$round $driver $frame $cost"
	done
}

# What is measured has to be what it is said to be.
works()
{
	copies "$on_one" "$bond" udp4 udp6 && copies "$1" "$bond" arp-request
}

stock_round()
{
	load "$stock"
	works "$on_one" >&2
	sink
	measure "$1" stock
	measure "$1" again
	measure "$1" port
}

patched_round()
{
	load "$patched"
	set_option 0
	works "$on_one" >&2
	set_option 1
	works "$on_both" >&2
	sink
	set_option 0
	measure "$1" off
	set_option 1
	measure "$1" on ${BENCH_TIMES:+-x "$BENCH_TIMES"}
}

# What comes later must not look slower: each is first every other time.
for ((round = 1; round <= rounds; round++)); do
	if [ $((round % 2)) -eq 1 ]; then
		stock_round "$round"
		patched_round "$round"
	else
		patched_round "$round"
		stock_round "$round"
	fi
done
trap - EXIT
