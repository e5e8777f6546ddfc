# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the topologies: conditions to wait for, LACP's state, and exact
# counts of the frames that pass an interface.

LAB_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
export LAB_DIR

# LACP activity, timeout, aggregation, sync, collecting, distributing
LACP_HEALTHY=63

lab_die()
{
	echo "lab: $*" >&2
	exit 2
}

# A lab takes fixed names in the root namespace; that is a guest's to give, or a
# virtual machine's that selftests/here has looked at.
lab_guard()
{
	[ -e /.vm/job ] || [ "${DUALHOME_GUEST:-}" = yes ] || lab_die "this is no guest of selftests/vm/run:" \
		"start one with selftests/vm/run -i selftests/lab"
	[ "$(id -u)" -eq 0 ] || lab_die "needs root"
}

# now_usec: the clock, without a process
now_usec()
{
	echo "${EPOCHREALTIME/[.,]/}"
}

# await SECONDS COMMAND...: true as soon as COMMAND is, false if it never was
await()
{
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))

	shift
	until "$@"; do
		[ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# lacp_states PORT: "actor partner", as the port sees them
lacp_states()
{
	local dir=/sys/class/net/$1/bonding_slave actor=- partner=-

	{ read -r actor <"$dir/ad_actor_oper_port_state"
	  read -r partner <"$dir/ad_partner_oper_port_state"; } 2>/dev/null
	echo "$actor $partner"
}

# lacp_healthy PORT...: every port and its partner collect and distribute
lacp_healthy()
{
	local port

	for port; do
		[ "$(lacp_states "$port")" = "$LACP_HEALTHY $LACP_HEALTHY" ] || return 1
	done
}

# in_ns NS COMMAND...
in_ns()
{
	local ns=$1

	shift
	if [ -n "$ns" ]; then
		ip netns exec "$ns" "$@"
	else
		"$@"
	fi
}

# server_bond NS MAC ADDRESS4 ADDRESS6 GATEWAY4 GATEWAY6: bond0 of its eth1 and eth2. The
# MAC is given at birth, so that udev leaves it alone.
server_bond()
{
	in_ns "$1" ip link add bond0 address "$2" type bond mode 802.3ad \
		miimon 100 lacp_rate fast xmit_hash_policy layer3+4
	in_ns "$1" ip link set eth1 master bond0
	in_ns "$1" ip link set eth2 master bond0
	in_ns "$1" ip link set bond0 up
	# ndisc_notify: announce IPv6 addresses as IPv4 ones are
	in_ns "$1" sysctl -qw net.ipv6.conf.bond0.ndisc_notify=1 net.ipv6.conf.bond0.accept_ra=0
	in_ns "$1" ip address add "$3/24" dev bond0
	in_ns "$1" ip address add "$4/64" dev bond0 nodad
	in_ns "$1" ip route add default via "$5" dev bond0
	in_ns "$1" ip -6 route add default via "$6" dev bond0
}

# yes_no COMMAND...
yes_no()
{
	if "$@"; then echo yes; else echo no; fi
}

# --- frames, counted by the kernel -------------------------------------------
#
# frames_count NS DEV ADDR4 ADDR6 counts what DEV in the namespace NS ("" = the
# root namespace) takes in and sends out: in_arp_request, out_arp_request ...
# With "ask" it is sent to all because the answer is unknown, not to a known
# host to check it; with "own" the host ADDR4, ADDR6 announces itself unasked,
# which by ARP may look like a question to all, and is none.
# Data is what goes to the UDP port FRAMES_PORT. Datagrams to FRAMES_ASK_PORT are
# not let in: they only make their sender look for its neighbor, and an answer
# would make that one look for the sender.

FRAMES_PORT=9
FRAMES_ASK_PORT=7

frames_rules()
{
	local way

	echo "table netdev frames_$1"
	echo "delete table netdev frames_$1"
	echo "table netdev frames_$1 {"
	for way in in:ingress out:egress; do
		printf 'counter %s { }\n' "${way%:*}"_{arp_request,arp_ask,arp_reply,arp_own,ns,ns_ask,na,na_own,data}
		echo "chain ${way%:*} {"
		echo "type filter hook ${way#*:} device $1 priority 0;"
		while read -r name match; do
			echo "$match counter name ${way%:*}_$name"
		done <<-END
			arp_request arp operation request
			arp_reply arp operation reply
			arp_ask ether daddr ff:ff:ff:ff:ff:ff arp operation request arp saddr ip . arp daddr ip != { $2 . $2 }
			arp_own arp saddr ip $2 arp daddr ip $2
			ns icmpv6 type nd-neighbor-solicit
			ns_ask ip6 daddr ff02::1:ff00:0/104 icmpv6 type nd-neighbor-solicit
			na icmpv6 type nd-neighbor-advert
			na_own ip6 saddr $3 ip6 daddr ff02::1 icmpv6 type nd-neighbor-advert
			data udp dport $FRAMES_PORT
		END
		[ "$way" != in:ingress ] || echo "udp dport $FRAMES_ASK_PORT drop"
		echo "}"
	done
	echo "}"
}

frames_count()
{
	frames_rules "$2" "$3" "$4" | in_ns "$1" nft -f -
}

# frames_zero NS DEV
frames_zero()
{
	in_ns "$1" nft reset counters table netdev "frames_$2" >/dev/null
}

# frames NS DEV NAME...: the counts, in one line
frames()
{
	local ns=$1 dev=$2

	shift 2
	in_ns "$ns" nft list counters table netdev "frames_$dev" |
		awk -v names="$*" '
			$1 == "counter" { name = $2 }
			$1 == "packets" { count[name] = $2 }
			END {
				n = split(names, list)
				for (i = 1; i <= n; i++) {
					out = out sep (count[list[i]] + 0)
					sep = " "
				}
				print out
			}'
}
