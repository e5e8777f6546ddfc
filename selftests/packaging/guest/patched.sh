#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Second boot: the driver runs and the option is on. The agent is upgraded while a port
# is down, and then everything is purged while it runs.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/packaging/guest/lib.sh
. ./lib.sh
version=$(cat version) newer=$(cat newer)

# echoes: that the leaves have heard
echoes()
{
	# shellcheck disable=SC2016 # awk's
	ip netns exec leaves awk '$1 == "Icmp:" && $2 ~ /[0-9]/ { print $(column) }
		$1 == "Icmp:" { for (i = 1; i <= NF; i++) if ($i == "InEchos") column = i }' /proc/net/snmp
}

# listen: while /run/listen is there; keeps in /run/gap the longest time without a
# keepalive, in milliseconds, and how many came
listen()
{
	local first last since now count seen=0 longest=0

	first=$(echoes)
	last=$first since=${EPOCHREALTIME/./}
	while [ -e /run/listen ]; do
		count=$(echoes)
		now=${EPOCHREALTIME/./}
		if [ $((now - since)) -gt "$longest" ]; then
			longest=$((now - since))
		fi
		if [ "$count" != "$last" ]; then
			last=$count since=$now seen=$((count - first))
		fi
		echo "$((longest / 1000)) $seen" >/run/gap.new
		mv /run/gap.new /run/gap
		sleep 0.05
	done
}

# pause COMMAND...: sets PAUSE, how much longer than usual it made the leaves wait for a
# keepalive, in milliseconds, and SEEN, how many came
pause()
{
	local usual gap status=0

	rm -f /run/gap
	touch /run/listen
	listen &
	await 20 test -e /run/gap
	sleep 4
	read -r usual SEEN </run/gap
	"$@" || status=$?
	sleep 4
	rm /run/listen
	wait %listen
	read -r gap SEEN </run/gap
	PAUSE=$((gap - usual))
	echo "# $SEEN keepalives, at most $usual ms without one before and $gap ms later"
	return $status
}

plan 23
is 'the running driver' "$(running)" "$version"
ok 'the service is well' await 30 status_is 'bond0 ok, 2 of 2 ports usable*'
systemctl show -P StatusText dualhomed | sed 's/^/# /'
is 'the option is on' "$(cat /sys/class/net/bond0/bonding/broadcast_neighbor)" 1
dualhomectl status >/run/said
is 'the exit code of dualhomectl' $? 0
sed 's/^/# /' /run/said
is 'warnings of it' "$(grep -c warning /run/said)" 0

ip -n leaves link set p2 down
ok 'a port that goes down is told' await 20 status_is 'bond0 degraded: eth2 *since *'
before=$(systemctl show -P StatusText dualhomed)
pid=$(systemctl show -P MainPID dualhomed)
upgrade=(dpkg_says -i dualhome_"$newer"_*.deb)
ok 'dpkg upgrades the agent' pause "${upgrade[@]}"
ok 'it is another process' test "$(systemctl show -P MainPID dualhomed)" != "$pid"
is 'its version' "$(dualhomectl --version)" "dualhomectl $newer"
ok 'it says the same, and since when' await 20 status_is "$before"
[ "$(systemctl show -P StatusText dualhomed)" = "$before" ] ||
	echo "# $before; now $(systemctl show -P StatusText dualhomed)"
ok 'keepalives go on' test "$SEEN" -ge 6
# A busy host may hold up the guest for that long, but not each time.
for _ in again 'and again'; do
	[ "$PAUSE" -lt 2000 ] || pause "${upgrade[@]}"
done
ok 'and pause for less than 2 s' test "$PAUSE" -lt 2000
is 'the end of the configuration' "$(tail -n 1 /etc/dualhome/dualhome.conf)" '# mine'
is 'the option is still on' "$(cat /sys/class/net/bond0/bonding/broadcast_neighbor)" 1
ip -n leaves link set p2 up
ok 'the port comes back' await 40 status_is 'bond0 ok, 2 of 2 ports usable*'

bond >/run/bond
pings_begin
ok 'dpkg purges them' dpkg_says -P dualhome dualhome-bonding-dkms
ok 'it says that a reboot brings back the own driver' \
	grep -q "^dualhome-bonding: removed from $(uname -r); a reboot brings back the kernel's own bonding$" /run/said
ok 'no packet was lost through the bond' pings_end
ok 'the bond is as it was' diff /run/bond <(bond)
is 'the running driver' "$(running)" "$version"
is 'the service' "$(systemctl is-active dualhomed)" inactive
listing | diff /root/before - >/run/left
sed 's/^/# /' /run/left
is 'files left' "$(grep -c '^>' /run/left)" 0
finish
