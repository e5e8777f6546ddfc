# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the boots of a server share. Its bond goes to two leaves that are one system:
#
#   server                    namespace "leaves"
#  +---------------+         +---------------------+
#  |       +- eth1-+---------+- p1 -+              |
#  | bond0 |       |         |      +- bond0       |
#  |       +- eth2-+---------+- p2 -+  192.0.2.1   |
#  +---------------+         +---------------------+

# shellcheck source=selftests/dkms/guest/lib.sh
. ./ktap.sh

LEAF=192.0.2.1
PINGS=/run/pings

# await SECONDS COMMAND...
await()
{
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# running: version of the bonding driver that runs; none for the kernel's own
running()
{
	cat /sys/module/bonding/version 2>/dev/null || echo none
}

# status_is PATTERN
status_is()
{
	# shellcheck disable=SC2053 # a pattern
	[[ $(systemctl show -P StatusText dualhomed) == $1 ]]
}

# dpkg_says ARGUMENT...: what is kept in /run/said; by the signals of an admin's shell,
# since a service ignores SIGPIPE, and dkms then complains of its own pipes
dpkg_says()
{
	local status=0

	env --default-signal=PIPE dpkg "$@" >/run/said 2>&1 || status=$?
	sed 's/^/# /' /run/said
	return $status
}

# reload: the service
reload()
{
	systemctl reload dualhomed && return
	journalctl -u dualhomed -n 30 -o cat --no-pager | sed 's/^/# /'
	return 1
}

# bond: what must not change of it
bond()
{
	cat /sys/class/net/bond0/ifindex
	grep -E 'Interface|MII Status|Failure|Aggregator ID' /proc/net/bonding/bond0
}

# pings_begin, pings_end: through the bond; each of them must have been answered, but
# for the last, which may be on its way
pings_begin()
{
	ping -n -i 0.05 "$LEAF" >"$PINGS" &
	await 10 grep -q 'icmp_seq=10 ' "$PINGS"
}

pings_end()
{
	local last count

	sleep 1
	kill %ping
	wait %ping
	last=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$PINGS" | tail -n 1)
	count=$(grep -c 'icmp_seq=.*time=' "$PINGS")
	echo "# $count of $last pings answered"
	[ "$count" -gt 20 ] && [ "$count" -eq "$last" ]
}

# listing: of the files that a package could leave
listing()
{
	find /boot /etc /lib/modules /opt /root /usr /var/lib /var/cache -xdev \
		\( -path /root/tests -o -path /var/lib/dpkg -o -path /var/lib/systemd/timers \) -prune -o \
		! -name 'modules.*' ! -path '/etc/*-' ! -name .pwd.lock ! -name random-seed -print | LC_ALL=C sort
}
