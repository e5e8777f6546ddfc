# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Library of the stories about faults, which run in a guest whose clock counts
# instructions: an idle minute costs nothing, and a busy host stretches nothing,
# so a limit of 50 ms or of 600 s is one.
#
# A story causes a fault and asks for the Events that belong to it, each within
# its time. What else is signaled fails nothing_else: so a fault is raised once
# and cleared once, and comes with no other code than those that were asked for.
# Only that waits longer than it has to.

# A process that waits for a disk sleeps for as long as the host takes, and a
# sleeping guest skips time: what is run often must be in memory.
export TMPDIR=/run

. "$(dirname "$0")/lib.sh"

# In which whatever is about to be said is said: SETTLE_USEC of the daemon
readonly QUIET_MSEC=5000

# What was signaled in time may be read late.
readonly GRACE_USEC=50000

declare -a PENDING=()		# "USEC SEVERITY CODE OBJECT", not asked for yet
CAUSED=$(now_usec)

warm()
{
	local lib=/usr/lib/x86_64-linux-gnu

	[ ! -e /run/warm ] || return 0
	touch /run/warm
	type -P bash busctl cat chrt date dbus-daemon dualhomectl dualhomed ethtool \
		grep ip journalctl jq mkdir mkfifo nft nproc python3 sleep systemctl \
		tcpdump tee test |
		xargs cat "$lib"/*.so* "$lib"/systemd/* /lib/systemd/systemd-journald >/dev/null
}

# watch: hear what is signaled from now on
watch()
{
	mkfifo "$WORK/events"
	busctl monitor --json=short \
		--match="type='signal',sender='org.dualhome1',member='Event'" \
		>"$WORK/events" 2>"$WORK/watch.err" &
	exec {EVENTS}<"$WORK/events"
	within 10 grep -q . "$WORK/watch.err"
}

# hear USEC: wait so long for an event, which is pending then, with the time at
# which busctl had it
hear()
{
	local data='"timestamp-realtime":([0-9]+),.*"data":\["([a-z]+)","([a-z-]+)","[^"]*/([^"/]+)"'
	local line timeout

	printf -v timeout %d.%06d $(($1 / 1000000)) $(($1 % 1000000))
	IFS= read -r -t "$timeout" line <&"$EVENTS" || return
	[[ $line =~ $data ]] || { echo "not an event: $line"; return 1; }
	PENDING+=("${BASH_REMATCH[*]:1}")
}

# caused COMMAND...: this is the cause of what follows
caused()
{
	CAUSED=$(now_usec)
	"$@"
}

# take EVENT: of the pending ones; sets AFTER, the msec since the cause
take()
{
	local i

	for i in "${!PENDING[@]}"; do
		if [ "${PENDING[i]#* }" = "$1" ]; then
			AFTER=$(((${PENDING[i]%% *} - CAUSED) / 1000))
			unset "PENDING[i]"
			return
		fi
	done
	return 1
}

# told [LEAST-]MSEC EVENT: the event "SEVERITY CODE OBJECT" is signaled that
# long after the cause at most, and not before the least
told()
{
	local most=${1#*-} least=0 left

	case $1 in *-*) least=${1%-*} ;; esac
	AFTER=
	until take "$2"; do
		left=$((CAUSED + most * 1000 - $(now_usec)))
		if ! hear $((left > GRACE_USEC ? left : GRACE_USEC)); then
			echo "not within $most ms: ${PENDING[*]-}"
			return 1
		fi
	done
	echo "after $AFTER ms"
	[ "$AFTER" -ge "$least" ] && [ "$AFTER" -le "$most" ]
}

# expect NAME [LEAST-]MSEC EVENT
expect()
{
	check "$1" told "$2" "$3"
	[ -z "$AFTER" ] || echo "# after $AFTER ms"
}

# raised [LEAST-]MSEC SEVERITY CODE OBJECT
raised()
{
	expect "$3 is raised for $4 within ${1#*-} ms" "$1" "$2 $3 $4"
}

# cleared [LEAST-]MSEC CODE OBJECT
cleared()
{
	expect "$2 of $3 is cleared within ${1#*-} ms" "$1" "ok $2 $3"
}

# All problems as "code:object ..." in the order of the bus; as that of lib.sh,
# for a tenth of its instructions
problems()
{
	local problem='"([a-z-]+)" "[a-z]+" "[^"]*/([^"/]+)" [0-9]+ "[^"]*"'
	local left list=

	left=$(busctl get-property org.dualhome1 "$BOND" org.dualhome1.Bond \
		Problems) || return
	while [[ $left =~ $problem ]]; do
		list+=" ${BASH_REMATCH[1]}:${BASH_REMATCH[2]}"
		left=${left#*"${BASH_REMATCH[0]}"}
	done
	echo "${list# }"
}

# says TEXT: in words of one of the problems
says()
{
	busctl get-property org.dualhome1 "$BOND" org.dualhome1.Bond Problems |
		tee /dev/stderr | grep -qF -- "$1"
}

quiet()
{
	while hear $((QUIET_MSEC * 1000)); do :; done
	[ ${#PENDING[@]} -eq 0 ] || { printf 'also %s\n' "${PENDING[@]}"; return 1; }
	is "$1" problems
}

# nothing_else PROBLEMS: these are there, and nothing that was not asked for was
# signaled
nothing_else()
{
	check "nothing else is said${1:+ than $1}" quiet "$1"
	PENDING=()
}

# all_clear: how a story begins, and ends well
all_clear()
{
	nothing_else ""
}

# begin TESTS: all is well, and has been for long enough to count what changes
begin()
{
	setup
	watch
	plan "$1"
	all_clear
}

# rewrite LEAF STATEMENT: its LACPDUs are changed on the wire
rewrite()
{
	leaf "$1" nft -f - <<-END
	table netdev rewrite {
		chain out {
			type filter hook egress device p0 priority 0
			ether type 0x8809 $2
		}
	}
	END
}

# unwritten LEAF: they are not any more
unwritten()
{
	leaf "$1" nft flush ruleset
}

# bounce LEAF: its link, for long enough to be seen by a driver that looks every
# 100 ms
bounce()
{
	ip -n "leaf$1" link set p0 down
	sleep 0.5
	ip -n "leaf$1" link set p0 up
}

warm
