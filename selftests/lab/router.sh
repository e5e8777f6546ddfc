# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The routers of fabric: who is connected to whom, their FRR, and what a leaf does
# when one of its server ports goes.

# Links of the fabric, by number: 10.0.NUMBER.0/31, 2001:db8:f:NUMBER::/127; the lower
# address is that of the first.
LINKS=(leaf1:spine1 leaf1:spine2 leaf2:spine1 leaf2:spine2 leaf3:spine1 leaf3:spine2
	leaf4:spine1 leaf4:spine2 spine1:core spine2:core)

FRR=/usr/lib/frr
[ -d $FRR ] || FRR=/usr/libexec/frr		# EL

# peer_of ROUTER LINK: the other end, or nothing
peer_of()
{
	case $2 in
	"$1":*) echo "${2#*:}" ;;
	*:"$1") echo "${2%:*}" ;;
	esac
}

# side ROUTER LINK: 0 or 1
side()
{
	if [ "${2%:*}" = "$1" ]; then echo 0; else echo 1; fi
}

# routers_make: each end of a cable has the name of the other end's router
routers_make()
{
	local router n a b

	for router in "${ROUTERS[@]}"; do
		ip netns add "$router"
		ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
			net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
			net.ipv4.conf.default.ignore_routes_with_linkdown=1 \
			net.ipv6.conf.default.ignore_routes_with_linkdown=1 \
			net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.keep_addr_on_down=1 \
			net.ipv6.conf.default.keep_addr_on_down=1
		ip -n "$router" link set lo up
	done
	for n in "${!LINKS[@]}"; do
		a=${LINKS[n]%:*} b=${LINKS[n]#*:}
		# Where a veth's number is its peer's too, the kernel takes up to a
		# second to act on a lost carrier.
		ip -n "$a" link add "$b" index $((100 + n)) type veth peer name "$a" netns "$b"
		ip -n "$a" address add "10.0.$n.0/31" dev "$b"
		ip -n "$b" address add "10.0.$n.1/31" dev "$a"
		ip -n "$a" address add "2001:db8:f:$n::/127" dev "$b" nodad
		ip -n "$b" address add "2001:db8:f:$n::1/127" dev "$a" nodad
		ip -n "$b" link set "$a" up
		# A leaf's end comes with its power.
		[[ $a == leaf* ]] || ip -n "$a" link set "$b" up
	done
}

# neighbors ROUTER: "address4 address6 AS" of each
neighbors()
{
	local n peer far

	for n in "${!LINKS[@]}"; do
		peer=$(peer_of "$1" "${LINKS[n]}")
		[ -n "$peer" ] || continue
		far=$(side "$peer" "${LINKS[n]}")
		echo "10.0.$n.$far 2001:db8:f:$n::$far ${AS[$peer]}"
	done
}

# router_config ROUTER: frr.conf
router_config()
{
	local four six as own=${AS[$1]} redistribute=

	# The kernel takes a nexthop object away with its interface, and FRR 8.4 does
	# not put it back.
	echo "no zebra nexthop kernel enable"
	case $1 in
	leaf*)
		redistribute=" redistribute kernel route-map HOSTS"
		cat <<-END
			! host routes of its servers go up$([ "$(kind)" = listens ] || echo ', and their subnet')
			ip prefix-list HOSTS seq 5 permit ${NET4[${RACK[$1]}]}.0/24 ge 32
			ipv6 prefix-list HOSTS seq 5 permit ${NET6[${RACK[$1]}]}:/64 ge 128
			route-map HOSTS permit 10
			 match ip address prefix-list HOSTS
			route-map HOSTS6 permit 10
			 match ipv6 address prefix-list HOSTS
		END
		;;
	esac
	cat <<-END
		router bgp $own
		 bgp router-id 10.1.0.$((own - 65000))
		 no bgp default ipv4-unicast
		 no bgp ebgp-requires-policy
		 bgp bestpath as-path multipath-relax
		 timers bgp 1 3
	END
	while read -r four six as; do
		printf " neighbor %s remote-as $as\n" "$four" "$six"
		printf ' neighbor %s timers connect 1\n' "$four" "$six"
		printf ' neighbor %s advertisement-interval 0\n' "$four" "$six"
	done < <(neighbors "$1")
	address_family "$1" ipv4 1 "$redistribute"
	address_family "$1" ipv6 2 "${redistribute:+${redistribute}6}"
}

# address_family ROUTER ipv4|ipv6 FIELD REDISTRIBUTE
address_family()
{
	echo " address-family $2 unicast"
	neighbors "$1" | cut -d' ' -f "$3" | sed 's/.*/  neighbor & activate/'
	echo "  maximum-paths 8"
	[ -z "$4" ] || echo " $4"
	if [ "$1" = core ] || [ "$1-$(kind)" = "leaf${1#leaf}-asks" ]; then
		echo "  redistribute connected"
	fi
	echo " exit-address-family"
}

routers_start()
{
	local router daemon

	touch /etc/frr/vtysh.conf
	for router in "${ROUTERS[@]}"; do
		mkdir -p "/etc/frr/$router" "/run/frr/$router"
		router_config "$router" >"/etc/frr/$router/frr.conf"
		touch "/etc/frr/$router/vtysh.conf"
		chown -R frr:frr "/etc/frr/$router" "/run/frr/$router"
		for daemon in zebra bgpd; do
			ip netns exec "$router" "$FRR/$daemon" -d -N "$router"
		done >"$FABRIC_RUN/frr-$router.log" 2>&1
		vtysh -N "$router" -b >>"$FABRIC_RUN/frr-$router.log" 2>&1
	done
	for router in "${ROUTERS[@]}"; do
		await 60 router_is_up "$router" ||
			lab_die "BGP of $router does not come up: $(sessions "$router") sessions"
	done
}

routers_stop()
{
	local pidfile router

	for router in "${ROUTERS[@]}"; do
		for pidfile in "/run/frr/$router/"*.pid; do
			[ ! -f "$pidfile" ] || kill "$(cat "$pidfile")" 2>/dev/null || true
		done
		rm -rf "/run/frr/$router" "/etc/frr/$router"
	done
}

# router_runs ROUTER: its FRR was started
router_runs()
{
	[ -e "/run/frr/$1/bgpd.pid" ]
}

# sessions ROUTER: how many of BGP are up
sessions()
{
	vtysh -N "$1" -c 'show bgp summary json' |
		jq '[.. | objects | select(.state? == "Established")] | length'
}

router_is_up()
{
	[ "$(sessions "$1")" = $((2 * $(neighbors "$1" | wc -l))) ]
}

# next_hops ROUTER ADDRESS: of its route to it; a subnet's does not count
next_hops()
{
	ip "$(family "$2")" -n "$1" -j route show "$2" |
		jq '[.[] | if .nexthops then .nexthops[] else . end] | length'
}

# --- server ports ---------------------------------------------------------------

# watch LEAF: a neighbor goes with the port that it was learned on
watch()
{
	local word dev rest mac
	local -A behind=()

	while read -r word dev rest; do
		case $word in
		??:??:??:??:??:??)	# MAC "dev" PORT ...
			behind[$word]=${rest%% *} ;;
		[0-9]*:)		# NUMBER: PORT: <FLAGS> ...
			[[ $rest == *NO-CARRIER* || $rest == *"state DOWN"* ]] || continue
			dev=${dev%%[:@]*}
			for mac in "${!behind[@]}"; do
				[ "${behind[$mac]}" != "$dev" ] || forget "$1" "$mac"
			done
			;;
		esac
	done < <(ip netns exec "$1" bridge fdb show br srv
		ip netns exec "$1" bridge monitor fdb &
		exec ip -n "$1" -o monitor link)
}

# forget LEAF MAC
forget()
{
	local address

	for address in $(ip -n "$1" neigh show dev srv | awk -v mac="$2" '$0 ~ mac { print $1 }'); do
		ip -n "$1" neigh del "$address" dev srv
	done
}
