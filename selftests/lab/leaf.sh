# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the leaves of destack and fabric have in common. A leaf learns: what it hears
# on srv becomes a host route, which is announced; it asks nobody for this. The
# topology that sources this has LEAF_PROGRAM, itself, whose verbs are what runs
# beside a leaf, LEAF_RUN, its directory, and announce ADDRESS.

# leaf_run LEAF VERB: in the background; in a session of its own
leaf_run()
{
	leaf_stop "$1" "$2"
	setsid "$LEAF_PROGRAM" "$2" "$1" </dev/null >"$LEAF_RUN/$1.$2.log" 2>&1 &
	echo $! >"$LEAF_RUN/$1.$2.pid"
}

leaf_stop()
{
	local pid

	if pid=$(cat "$LEAF_RUN/$1.$2.pid" 2>/dev/null); then
		kill -- "-$pid" 2>/dev/null || true
		rm -f "$LEAF_RUN/$1.$2.pid"
	fi
}

# lag_join LEAF LAG PORT NUMBER: the port gets that number in LACP, 1 or 2
lag_join()
{
	if [ "$4" = 2 ]; then
		# They are handed out in the order of enslaving.
		modprobe dummy numdummies=0
		ip -n "$1" link add spare type dummy
		ip -n "$1" link set spare master "$2"
	fi
	ip -n "$1" link set "$3" master "$2"
	[ "$4" = 1 ] || ip -n "$1" link del spare
}

# listen LEAF: a neighbor that it has heard becomes a host route, one that it
# lost no longer is one. Most events change neither, and cost nothing. In a
# quiet moment the table is read, for what came before the first event.
listen()
{
	local line
	local -A heard=()

	exec 8< <(exec ip -n "$1" monitor neigh dev srv)
	while :; do
		if read -r -t 1 line <&8; then
			hear "$1" "$line"
		elif [ $? -gt 128 ]; then
			while read -r line; do
				hear "$1" "$line"
			done < <(ip -n "$1" neigh show dev srv)
		else
			return	# the leaf is gone
		fi
	done
}

# hear LEAF LINE: of ip neigh or ip monitor; keeps heard
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

# host_route LEAF replace|del ADDRESS
host_route()
{
	local ok=0

	ip "$(family "$3")" -n "$1" route "$2" "$3" dev srv proto static \
		2>/dev/null || ok=1
	announce "$3"
	return $ok
}

# knows LEAF ADDRESS: the leaf has a host route for ADDRESS
knows()
{
	[ -n "$(ip "$(family "$2")" -n "$1" route show "$2" proto static dev srv 2>/dev/null)" ]
}
