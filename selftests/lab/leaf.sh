# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How a leaf of destack learns: what it hears becomes a host route, and the
# client hears of the host route. A leaf asks nobody for this.

# listener_start N: in the background; in a session of its own
listener_start()
{
	listener_stop "$1"
	setsid "${LISTENER:-$LAB_DIR/destack}" listen "$1" </dev/null \
		>"$DESTACK_RUN/leaf$1.log" 2>&1 &
	echo $! >"$DESTACK_RUN/leaf$1.pid"
}

listener_stop()
{
	local pid

	if pid=$(cat "$DESTACK_RUN/leaf$1.pid" 2>/dev/null); then
		kill -- "-$pid" 2>/dev/null || true
		rm -f "$DESTACK_RUN/leaf$1.pid"
	fi
}

# listen N: a neighbor that leafN has heard becomes a host route, one that it
# lost no longer is one. Most events change neither, and cost nothing. In a
# quiet moment the table is read, for what came before the first event.
listen()
{
	local line
	local -A heard=()

	exec 8< <(exec ip -n "leaf$1" monitor neigh dev srv)
	while :; do
		if read -r -t 1 line <&8; then
			hear "$1" "$line"
		elif [ $? -gt 128 ]; then
			while read -r line; do
				hear "$1" "$line"
			done < <(ip -n "leaf$1" neigh show dev srv)
		else
			return	# the leaf is gone
		fi
	done
}

# hear N LINE: of ip neigh or ip monitor; keeps heard
hear()
{
	local address state

	read -r address state <<<"$2"
	if [ "$address" = Deleted ]; then
		address=${state%% *} state=
	fi
	case $address,$state in
	fe80:*) ;;
	*lladdr*)
		[ -z "${heard[$address]:-}" ] || return 0
		# Refused while the interface goes up: once more next time
		! host_route "$1" replace "$address" || heard[$address]=yes
		;;
	*)
		[ -n "${heard[$address]:-}" ] || return 0
		unset "heard[$address]"
		# It may have gone with the interface.
		host_route "$1" del "$address" || true
		;;
	esac
}

# family ADDRESS
family()
{
	case $1 in
	*:*) echo -6 ;;
	*) echo -4 ;;
	esac
}

# host_route N replace|del ADDRESS
host_route()
{
	local ok=0

	ip "$(family "$3")" -n "leaf$1" route "$2" "$3" dev srv proto static \
		2>/dev/null || ok=1
	announce "$3"
	return $ok
}

# announce ADDRESS: the client's routes to it are those through leaves that
# have a host route. Both leaves call this.
announce()
{
	local n via=() family source=$CLIENT4

	family=$(family "$1")
	[ "$family" = -4 ] || source=$CLIENT6
	exec 9>"$DESTACK_RUN/lock"
	flock 9
	for n in 1 2; do
		knows "leaf$n" "$1" || continue
		case $family in
		-4) via+=(nexthop via "203.0.113.1$n" dev "to_leaf$n") ;;
		-6) via+=(nexthop via "2001:db8:f$n::1" dev "to_leaf$n") ;;
		esac
	done
	if [ ${#via[@]} -gt 0 ]; then
		ip "$family" -n client route replace "$1" src "$source" \
			proto static "${via[@]}"
	else
		ip "$family" -n client route del "$1" proto static 2>/dev/null || true
	fi
	exec 9>&-
}

# knows LEAF ADDRESS: the leaf has a host route for ADDRESS
knows()
{
	[ -n "$(ip "$(family "$2")" -n "$1" route show "$2" proto static dev srv 2>/dev/null)" ]
}
