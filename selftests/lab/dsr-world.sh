# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How a world of dsr is built: hosts, switches and cables of a placement, what
# they know from the start, and the counters.

DSR_PORT=80
LEAF_SYSTEM=02:00:00:00:00:ff

# read_placement: sets SWITCHES, and HOMES of A, L and C: where each is connected
declare -A HOMES=()
read_placement()
{
	SWITCHES="alpha beta"
	case $1 in
	al-c) HOMES=([A]=alpha [L]=alpha [C]=beta) ;;
	ac-l) HOMES=([A]=alpha [L]=beta [C]=alpha) ;;
	a-lc) HOMES=([A]=alpha [L]=beta [C]=beta) ;;
	leaf) HOMES=([A]=core [L]=core [C]="leaf1 leaf2") ;;
	core) HOMES=([A]="leaf1 leaf2" [L]=core [C]="leaf1 leaf2") ;;
	esac
	case $1 in leaf | core) SWITCHES="core leaf1 leaf2" ;; esac
}

# Networks of the flows; 1 is A, 2 L, 3 C, and 100 the virtual address V.
declare -A NET=([4]=192.0.2. [6]=2001:db8:: [v4]=198.51.100. [v6]=2001:db8:20::)
declare -A DEVICE=([4]=bond0 [6]=bond0 [v4]=bond0.10 [v6]=bond0.20)
declare -A MAC=([A]=02:00:00:00:00:a1 [L]=02:00:00:00:00:d1 [C]=02:00:00:00:00:c1)

# batch NS: ip's commands from stdin
batch()
{
	ip -n "$1" -batch -
}

world_modules()
{
	# Without a number, bonding makes a device of its own.
	modprobe bonding max_bonds=0
	modprobe dummy numdummies=0
	modprobe -a bridge veth 8021q ip_vs ip_vs_rr ||
		lab_die "the guest's kernel lacks a module"
}

# --- cables -------------------------------------------------------------------

# cables WORLD: as commands of ip. The ends are: on a host eth1, eth2; on a switch
# the host's name, or that of the switch at the other end.
cables()
{
	local world=$1 host switch n

	for host in A L C $SWITCHES; do
		echo "netns add $world.$host"
	done
	for host in A L C; do
		n=0
		for switch in ${HOMES[$host]}; do
			n=$((n + 1))
			echo "link add eth$n netns $world.$host type veth" \
				"peer name $host netns $world.$switch"
		done
	done
	case $PLACEMENT in
	leaf | core)
		for switch in leaf1 leaf2; do
			echo "link add $switch netns $world.core type veth" \
				"peer name core netns $world.$switch"
		done
		;;
	*)
		echo "link add beta netns $world.alpha type veth" \
			"peer name alpha netns $world.beta"
		;;
	esac
}

# --- switches -----------------------------------------------------------------

# lacp NAME OPTIONS PORT...: a bond, as commands of ip
lacp()
{
	local name=$1 options=$2 port

	shift 2
	echo "link add $name $options type bond mode 802.3ad lacp_rate fast miimon 100" \
		"xmit_hash_policy ${HASH:-layer2} ${SYSTEM:+ad_actor_system $SYSTEM}"
	for port; do
		echo "link set $port master $name"
	done
	echo "link set $name up"
}

# switch_bonds WORLD SWITCH: towards hosts, and between core and leaves. The
# second leaf's ports have other numbers: LACP would take equal ones for a loop.
switch_bonds()
{
	local host spare='' SYSTEM='' HASH=

	case $2 in leaf?) SYSTEM=$LEAF_SYSTEM ;; esac
	case $2 in leaf2) spare=spare ;; esac
	for host in A L C; do
		case " ${HOMES[$host]} " in *" $2 "*) ;; *) continue ;; esac
		leaf_port "$spare" "to_$host" "$host"
	done
	case $2 in
	leaf?) leaf_port "$spare" to_core core ;;
	core) HASH=layer3+4 lacp to_leaves "" leaf1 leaf2 ;;
	esac
}

# leaf_port SPARE BOND PORT
leaf_port()
{
	[ -z "$1" ] || echo "link add $1 type dummy"
	# shellcheck disable=SC2086 # empty is nothing
	lacp "$2" "" $1 "$3"
	[ -z "$1" ] || echo "link del $1"
}

# find_legs SWITCH: sets LEGS, the ports of its bridge
find_legs()
{
	local host

	case $1 in
	leaf?) LEGS=to_core ;;
	core) LEGS=to_leaves ;;
	alpha) LEGS=beta ;;
	beta) LEGS=alpha ;;
	esac
	for host in A L C; do
		case " ${HOMES[$host]} " in *" $1 "*) LEGS+=" to_$host" ;; esac
	done
	LEGS+=" to_bystander"
}

switch_up()
{
	local world=$1 switch=$2 leg filter=0

	[ "$KIND" != vlan ] || filter=1
	find_legs "$switch"
	at "$world" "$switch" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	{
		switch_bonds "$world" "$switch"
		echo "link add br0 type bridge ageing_time $((DSR_AGEING * 100))" \
			"mcast_snooping 0 vlan_filtering $filter"
		echo "link add bystander type veth peer name to_bystander"
		for leg in $LEGS; do
			echo "link set $leg master br0"
			echo "link set $leg up"
		done
		printf 'link set %s up\n' bystander br0
	} | batch "$world.$switch"
	[ "$KIND" != vlan ] || for leg in $LEGS; do
		printf 'vlan add dev %s vid %d\n' "$leg" 10 "$leg" 20
	done | bridge -n "$world.$switch" -batch -
	at "$world" "$switch" nft -f - <<-END
		table netdev dsr {
			counter foreign { }
			counter for_A { }
			counter for_L { }
			counter for_C { }
			chain in {
				type filter hook ingress device bystander priority 0;
				ether daddr & 01:00:00:00:00:00 != 0 accept
				counter name foreign
				ether daddr ${MAC[A]} counter name for_A
				ether daddr ${MAC[L]} counter name for_L
				ether daddr ${MAC[C]} counter name for_C
			}
		}
	END
}

# --- hosts --------------------------------------------------------------------

# host_sysctls HOST: an address belongs to one host; nobody says anything unasked
host_sysctls()
{
	printf 'net.ipv4.conf.%s.rp_filter=0\n' all default
	printf 'net.ipv4.conf.%s.send_redirects=0\n' all default
	printf 'net.ipv6.conf.%s.%s\n' default accept_ra=0 default router_solicitations=0 \
		default addr_gen_mode=1 default accept_dad=0
	[ "$1" != C ] || printf 'net.ipv4.conf.%s.%s\n' all arp_ignore=1 all arp_announce=2
	[ "$KIND" != 4 ] || printf 'net.ipv6.conf.%s.disable_ipv6=1\n' all default
}

# knows FLOW NUMBER MAC
knows()
{
	echo "neigh replace ${NET[$1]}$2 lladdr $3 dev ${DEVICE[$1]} nud permanent"
}

# host_speaks HOST FLOW: L hands over to C, C answers A; A takes L for V, and C
# asks A now and then.
host_speaks()
{
	local flow=$2 dev=${DEVICE[$2]} net=${NET[$2]} length=24 single=32 nodad=

	case $flow in *6) length=64 single=128 nodad=nodad ;; esac
	[ "$dev" = bond0 ] || printf '%s\n' "link add link bond0 $dev type vlan id ${dev#*.}" \
		"link set $dev up"
	case $1 in
	A)
		echo "address add ${net}1/$length dev $dev $nodad"
		knows "$flow" 100 "${MAC[L]}"
		knows "$flow" 3 "${MAC[C]}"
		;;
	L)
		echo "address add ${net}2/$length dev $dev $nodad"
		echo "address add ${net}100/$single dev $dev $nodad"
		knows "$flow" 3 "${MAC[C]}"
		;;
	C)
		echo "address add ${net}3/$length dev $dev $nodad"
		echo "address add ${net}100/$single dev lo"
		knows "$flow" 1 "${MAC[A]}"
		;;
	esac
}

host_up()
{
	local world=$1 host=$2 flow ports=eth1 HASH=

	case ${HOMES[$host]} in *" "*) ports="eth1 eth2" ;; esac
	[ "$host" != A ] || HASH=layer3+4
	host_sysctls "$host" | at "$world" "$host" sysctl -qp -
	{
		echo "link set lo up"
		# shellcheck disable=SC2086 # a list
		SYSTEM='' lacp bond0 "address ${MAC[$host]}" $ports
		for flow in $FLOWS; do
			host_speaks "$host" "$flow"
		done
	} | batch "$world.$host"
	case $host in
	A) count_service "$world" A requests egress dport answers ingress sport ;;
	L) director "$world" ;;
	C) count_service "$world" C requests ingress dport answers egress sport ;;
	esac
}

# count_service WORLD HOST NAME HOOK PORT...: bond0 has the frames of its VLANs, too
count_service()
{
	local world=$1 host=$2 flow dev ip v

	shift 2
	{
		echo "table netdev dsr {"
		printf 'counter %s { }\n' "$1" "$4"
		for flow in $FLOWS; do
			dev=${DEVICE[$flow]} ip=ip v=${NET[$flow]}100
			case $flow in *6) ip=ip6 ;; esac
			cat <<-END
			chain $1_$flow {
				type filter hook $2 device $dev priority 0;
				$ip daddr $v udp $3 $DSR_PORT counter name $1
			}
			chain $4_$flow {
				type filter hook $5 device $dev priority 0;
				$ip saddr $v udp $6 $DSR_PORT counter name $4
			}
			END
		done
		echo "}"
	} | at "$world" "$host" nft -f -
}

# IPVS is per namespace.
director()
{
	local flow v c

	for flow in $FLOWS; do
		v=${NET[$flow]}100 c=${NET[$flow]}3
		case $flow in *6) v="[$v]" c="[$c]" ;; esac
		printf '%s\n' "-A -u $v:$DSR_PORT -s rr" "-a -u $v:$DSR_PORT -r $c:$DSR_PORT -g"
	done | at "$1" L ipvsadm -R
}

# --- all of it ----------------------------------------------------------------

world_up()
{
	local node

	cables "$1" | ip -batch -
	for node in $SWITCHES; do
		switch_up "$1" "$node"
	done
	for node in A L C; do
		host_up "$1" "$node"
	done
}

# world_ready WORLD: both ends of every LACP port collect and distribute
world_ready()
{
	local node

	for node in A L C $SWITCHES; do
		! ip -d -n "$1.$node" link show | grep -o 'oper_port_state [0-9]*' |
			grep -qvw "$LACP_HEALTHY" || return 1
	done
}

world_down()
{
	local node

	for node in A L C $SWITCHES; do
		ip netns del "$1.$node" 2>/dev/null || true
	done
}
