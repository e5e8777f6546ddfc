# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How a leaf learns: what it hears on srv becomes a host route, which is announced.
# A leaf asks nobody for this. The topology that sources this has LISTENER, a
# program with a verb "listen", LEAF_RUN, its directory, and announce ADDRESS.

# listener_start LEAF: in the background; in a session of its own
listener_start()
{
	listener_stop "$1"
	setsid "$LISTENER" listen "$1" </dev/null >"$LEAF_RUN/$1.log" 2>&1 &
	echo $! >"$LEAF_RUN/$1.pid"
}

listener_stop()
{
	local pid

	if pid=$(cat "$LEAF_RUN/$1.pid" 2>/dev/null); then
		kill -- "-$pid" 2>/dev/null || true
		rm -f "$LEAF_RUN/$1.pid"
	fi
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
