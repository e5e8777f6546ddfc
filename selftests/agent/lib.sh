# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Library of the agent's tests. The host of the drawing is the guest itself,
# with dualhomed as a service of systemd:
#
#   host                                leaf1
#  +---------------------------+       +---------------------------+
#  |                 +- eth1 --+-------+- p0 - bond0 192.0.2.1     |
#  | bond0 (802.3ad) |         |       +---------------------------+
#  | 192.0.2.10      |         |        leaf2
#  |                 |         |       +---------------------------+
#  |                 +- eth2 --+-------+- p0 - bond0 192.0.2.1     |
#  +---------------------------+       +---------------------------+
#
# The leaves know nothing of each other, but show the same LACP system, the
# same gateway address and the same MAC. The second one enslaves a dummy first:
# equal port numbers would look like a loop.
#
# A test leaves the lab as it found it, or broken: the next one mends it.

set -eu
export LC_ALL=C

readonly SKIP=4
readonly CONF=/etc/dualhome/dualhome.conf
readonly SYSTEM=02:00:00:00:01:01
readonly GATEWAY_MAC=02:00:00:00:01:fe
readonly HOST_MAC=02:00:00:00:00:10
readonly MUTED=/run/agent-tests-muted	# some end may not speak LACP
readonly BOND=/org/dualhome1/bond/bond0
WORK=$(mktemp -d)

# --- KTAP ---

tests_run=0
tests_failed=0

plan()
{
	echo "KTAP version 1"
	echo "1..$1"
}

skip_all()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit "$SKIP"
}

# check NAME COMMAND...
check()
{
	local name=$1

	shift
	tests_run=$((tests_run + 1))
	if "$@" >"$WORK/check.out" 2>&1; then
		echo "ok $tests_run $name"
	else
		tests_failed=$((tests_failed + 1))
		{
			echo "failed: $*"
			cat "$WORK/check.out"
			journalctl -u dualhomed -n 12 --no-pager -o short-precise
		} | sed 's/^/# /'
		echo "not ok $tests_run $name"
	fi
}

finish()
{
	[ "$tests_failed" -eq 0 ]
}

# --- waiting ---

# within SECONDS COMMAND...: poll until it succeeds. Where the clock is that of a busy
# host, three times as long; in a guest that counts instructions it is exact.
within()
{
	local factor=3 end

	[ ! -e /.vm/busy ] || factor=1
	end=$(($(now_usec) + factor * $1 * 1000000))
	shift
	until "$@"; do
		[ "$(now_usec)" -lt "$end" ] || return 1
		sleep 0.1
	done
}

now_usec()
{
	echo "${EPOCHREALTIME/./}"
}

# --- the bus ---

# property OBJECT INTERFACE NAME: its value as JSON
property()
{
	busctl --json=short get-property org.dualhome1 "$1" \
		"org.dualhome1.$2" "$3" | jq -c .data
}

# port NAME PROPERTY
port()
{
	property "/org/dualhome1/port/$1" Port "$2"
}

# is VALUE COMMAND...: the command prints the value
is()
{
	local wanted=$1 got

	shift
	got=$("$@") && [ "$got" = "$wanted" ] && return
	echo "got '$got' instead of '$wanted'"
	return 1
}

object()
{
	case $1 in
	bond*) echo "/org/dualhome1/bond/$1" ;;
	*) echo "/org/dualhome1/port/$1" ;;
	esac
}

# problem CODE OBJECT [BOND]: its line as JSON, if the bond has that problem
problem()
{
	property "$(object "${3:-bond0}")" Bond Problems |
		jq -ce --arg code "$1" --arg object "$(object "$2")" \
			'.[] | select(.[0] == $code and .[2] == $object)'
}

# since CODE OBJECT: realtime usec
since()
{
	problem "$@" | jq -r '.[3]'
}

# says_of CODE OBJECT TEXT: in the words of that problem
says_of()
{
	problem "$1" "$2" | jq -r '.[4]' | grep -F -- "$3"
}

# reachable: how many peers of the bond
reachable()
{
	property "$BOND" Bond PeersReachable
}

# bonds: the names of all that the daemon knows
bonds()
{
	busctl --json=short call org.dualhome1 /org/dualhome1 \
		org.dualhome1.Manager ListBonds | jq -r '.data[0][][0]' |
		sort | paste -sd' '
}

no_problem()
{
	! problem "$@"
}

# problem_is CODE OBJECT SEVERITY
problem_is()
{
	[ "$(problem "$1" "$2" | jq -r '.[1]')" = "$3" ]
}

# All problems as "code:object ..." in the order of the bus
problems()
{
	property "$BOND" Bond Problems |
		jq -r '[.[] | .[0] + ":" + (.[2] | sub(".*/"; ""))] | join(" ")'
}

# named_by CODE OBJECT LIMIT: the problem's since is not later (usec). The
# journal tells it even if the problem has turned into another one meanwhile.
named_by()
{
	local since field=PORT

	case $2 in bond*) field=BOND ;; esac
	journalctl --sync
	since=$(journalctl -u dualhomed --since "@$BEGAN" -o json --no-pager \
		"CODE=$1" "$field=$2" |
		jq -rs '[.[] | select(.SEVERITY != "ok")][0].SINCE_USEC')
	echo "since $since, limit $3"
	[ "$since" -le "$3" ]
}

# signals MEMBER: record the signals of that name as JSON lines
signals()
{
	busctl monitor --json=short \
		--match="type='signal',sender='org.dualhome1',member='$1'" \
		>"$WORK/$1" 2>"$WORK/$1.err" &
	within 5 grep -q . "$WORK/$1.err"
}

# event SEVERITY CODE OBJECT: was signaled
event()
{
	jq -se --arg severity "$1" --arg code "$2" --arg object "$(object "$3")" \
		'any(.[]; .payload.data[0:3] == [$severity, $code, $object])' \
		"$WORK/Event"
}

# events: how many Events were signaled since "signals Event"
events()
{
	jq -s length "$WORK/Event"
}

# --- the service ---

pid()
{
	systemctl show -P MainPID dualhomed
}

status_line()
{
	systemctl show -P StatusText dualhomed
}

status_has()
{
	status_line | grep -qF -- "$1"
}

# journal_has TEXT [FIELD=VALUE...]: since this test began
journal_has()
{
	local text=$1

	shift
	journalctl --sync
	journalctl -u dualhomed --since "@$BEGAN" -o cat --no-pager "$@" |
		grep -F -- "$text"
}

journal_lacks()
{
	! journal_has "$@"
}

# config: stdin becomes the configuration
config()
{
	mkdir -p "${CONF%/*}"
	cat >"$CONF"
}

default_config()
{
	cat <<-END
	[Keepalive]
	IntervalSec=1
	[Bond bond0]
	Peers=192.0.2.1
	PeerSources=
	END
}

reload()
{
	systemctl reload dualhomed
}

service_up()
{
	systemctl reset-failed dualhomed 2>/dev/null || :
	systemctl start dualhomed
}

# --- the lab ---

# leaf NUMBER COMMAND...: in its namespace
leaf()
{
	local number=$1

	shift
	ip netns exec "leaf$number" "$@"
}

# make_leaf NUMBER [SYSTEM]: with its port already there
make_leaf()
{
	ip -n "leaf$1" link add bond0 address "$GATEWAY_MAC" type bond \
		mode 802.3ad lacp_rate fast miimon 100 \
		ad_actor_system "${2:-$SYSTEM}"
	if [ "$1" = 2 ]; then
		ip -n leaf2 link add d0 type dummy
		ip -n leaf2 link set d0 master bond0
	fi
	ip -n "leaf$1" link set p0 down
	ip -n "leaf$1" link set p0 master bond0
	ip -n "leaf$1" addr add 192.0.2.1/24 dev bond0
	ip -n "leaf$1" addr add 2001:db8::1/64 dev bond0 nodad
	ip -n "leaf$1" link set bond0 up
	# a leaf that hears no ARP of ours would be isolated indeed
	ip -n "leaf$1" neigh replace 192.0.2.10 dev bond0 lladdr "$HOST_MAC"
	ip -n "leaf$1" neigh replace 2001:db8::10 dev bond0 lladdr "$HOST_MAC"
}

unmake_leaf()
{
	ip -n "leaf$1" link del bond0 2>/dev/null || :
	ip -n "leaf$1" link del d0 2>/dev/null || :
}

make_host_bond()
{
	ip link add bond0 address "$HOST_MAC" type bond \
		mode 802.3ad lacp_rate fast miimon 100
	ip link set eth1 down
	ip link set eth2 down
	ip link set eth1 master bond0
	ip link set eth2 master bond0
	ip addr add 192.0.2.10/24 dev bond0
	ip addr add 2001:db8::10/64 dev bond0 nodad
	ip link set bond0 up
}

make_lab()
{
	local number

	modprobe bonding max_bonds=0
	for number in 1 2; do
		ip netns add "leaf$number"
		ip link add "eth$number" type veth \
			peer name p0 netns "leaf$number"
		make_leaf "$number"
	done
	make_host_bond
}

# system_of LEAF: what it shows in LACP
system_of()
{
	leaf "$1" cat /sys/class/net/bond0/bonding/ad_actor_system 2>/dev/null
}

leaves_are_one()
{
	[ "$(system_of 1)" = "$SYSTEM" ] && [ "$(system_of 2)" = "$SYSTEM" ]
}

# Whatever a test broke
mend_lab()
{
	local number

	[ ! -e "$MUTED" ] && lacp_is_up && leaves_are_one && return
	rm -f "$MUTED"
	[ -e /run/netns/leaf1 ] || make_lab
	[ -e /sys/class/net/bond0 ] || make_host_bond
	ip link set bond0 up
	nft flush ruleset
	for number in 1 2; do
		leaf "$number" nft flush ruleset
		ip link set "eth$number" up
		if [ "$(system_of "$number")" != "$SYSTEM" ]; then
			unmake_leaf "$number"
			make_leaf "$number"
		fi
		ip -n "leaf$number" link set p0 up
	done
}

both_usable()
{
	[ "$(property "$BOND" Bond UsablePorts)" = 2 ]
}

# Two of four states of both ports are what both ends forward with.
lacp_is_up()
{
	[ "$(grep -c 'port state: 63' /proc/net/bonding/bond0 2>/dev/null)" = 4 ]
}

# mute PORT DEVICE: no LACPDU leaves leaf PORT (0 = the host) on the device
mute()
{
	local run=

	touch "$MUTED"
	[ "$1" = 0 ] || run="leaf $1"
	$run nft -f - <<-END
	table netdev lacp_$2 {
		chain out {
			type filter hook egress device $2 priority 0
			ether type 0x8809 drop
		}
	}
	END
}

# deaf NUMBER: the leaf takes no echo request any more
deaf()
{
	leaf "$1" nft -f - <<-END
	table netdev deaf {
		chain in {
			type filter hook ingress device bond0 priority 0
			icmp type echo-request drop
		}
	}
	END
}

# hearing NUMBER: it takes all
hearing()
{
	leaf "$1" nft flush ruleset
}

# Ends that have heard nobody speak every 30 s; a new link makes them speak at
# once. It is too short to count as flapping.
wake_lacp()
{
	local number

	for number in 1 2; do
		ip -n "leaf$number" link set p0 down
		ip -n "leaf$number" link set p0 up
	done
}

# --- what the leaves hear ---

# listen OPTION...: tcpdump on both leaves, into $WORK/heard1 and heard2. It
# returns when they listen, however long that takes.
declare -a LISTENERS=()
listen()
{
	local number

	for number in 1 2; do
		# no function in between: its shell would be killed, not tcpdump
		ip netns exec "leaf$number" tcpdump -Qin -nn -l -i p0 "$@" \
			>"$WORK/heard$number" 2>"$WORK/listen$number" &
		LISTENERS+=($!)
	done
	for number in 1 2; do
		within 60 grep -q "listening on" "$WORK/listen$number"
	done
}

stop_listening()
{
	kill "${LISTENERS[@]}"
	wait "${LISTENERS[@]}" || :
	LISTENERS=()
}

# count_heard LEAF LEAST REGEX: it was heard so often, or more
count_heard()
{
	local count

	count=$(grep -acE -- "$3" "$WORK/heard$1")
	echo "leaf$1: $count of $3"
	[ "$count" -ge "$2" ]
}

# never_heard LEAF REGEX
never_heard()
{
	! grep -aE -- "$2" "$WORK/heard$1"
}

# The lab in order, the service running, nothing wrong
setup()
{
	mend_lab
	default_config | config
	# a new daemon: what the tests before did to a link would be flapping
	systemctl reset-failed dualhomed 2>/dev/null || :
	systemctl restart dualhomed
	within 30 lacp_is_up || { echo "Bail out! LACP does not come up"; exit 1; }
	within 15 is "" problems >/dev/null ||
		{ echo "Bail out! problems: $(problems)"; exit 1; }
	BEGAN=$(date +%s.%6N)
}

BEGAN=$(date +%s.%6N)
trap 'kill $(jobs -p) 2>/dev/null || :; rm -rf "$WORK"' EXIT
