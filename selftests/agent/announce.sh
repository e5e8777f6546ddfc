#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A port returns: what lives behind the bond is announced through it, and only
# through it, several times. The driver of this guest announces nothing itself.

. "$(dirname "$0")/lib.sh"

readonly VM=02:00:00:00:30:20

make_stack()
{
	ip link add link bond0 name bond0.10 type vlan id 10
	ip addr add 10.10.0.10/24 dev bond0.10
	ip link add link bond0 name bond0.30 type vlan id 30
	ip link add br0 address 02:00:00:00:30:10 type bridge
	ip link set bond0.30 master br0 up
	ip addr add 10.30.0.10/24 dev br0
	ip link set br0 up
	ip netns add vm
	ip link add vm0 type veth peer name eth0 address "$VM" netns vm
	ip link set vm0 master br0 up
	ip -n vm addr add 10.30.0.20/24 dev eth0
	ip -n vm link set eth0 up
	ip link set bond0.10 up
	ip link add vip type dummy
	ip addr add 198.51.100.7/32 dev vip
	ip link set vip up
	ip route add default via 192.0.2.1
	within 10 ping -q -c 1 -W 1 10.30.0.20 >/dev/null	# so br0 learns it
}

gateway_found()
{
	busctl --json=short call org.dualhome1 "$BOND" org.dualhome1.Bond ListPeers |
		grep -F '"192.0.2.1"'
}

# bounce COMMAND...: the port to leaf2 goes and returns, while both leaves listen
# until the command succeeds: five rounds, of which four have surely been heard
bounce()
{
	# not its end: tcpdump cannot begin on a link that is down
	ip link set eth2 down
	within 30 is false port eth2 Usable >/dev/null
	listen -e 'not ether proto 0x8809 and not icmp'
	ip link set eth2 up
	within 30 is true port eth2 Usable >/dev/null
	within 30 "$@" >/dev/null || :
	stop_listening
}

setup
make_stack
printf '[Keepalive]\nIntervalSec=60\n' | config
reload
within 10 gateway_found >/dev/null

plan 13
arp="(Request who-has|Reply)"
readonly ARP="ethertype ARP.*$arp 192\.0\.2\.10 "
bounce count_heard 2 5 "$ARP"
check "the bond's address, 4 times at least" count_heard 2 4 "$ARP"
check "in the form of a request" count_heard 2 2 "Request who-has 192\.0\.2\.10 .*tell 192\.0\.2\.10"
check "and of a reply" count_heard 2 1 "Reply 192\.0\.2\.10 is-at"
check "its IPv6 address" count_heard 2 4 "2001:db8::10 > ff02::1: .*neighbor advertisement"
check "the VLAN's address in its tag" count_heard 2 4 "vlan 10, .*$arp 10\.10\.0\.10 "
check "the bridge's address with its MAC" count_heard 2 4 \
	"02:00:00:00:30:10 > ff:ff:ff:ff:ff:ff, .*vlan 30, .*$arp 10\.30\.0\.10 "
check "a machine behind the bridge by RARP" count_heard 2 4 \
	"$VM > ff:ff:ff:ff:ff:ff, .*vlan 30, .*[Rr]everse"
check "a virtual address" count_heard 2 4 "$arp 198\.51\.100\.7 "
check "nothing of it through the other port" never_heard 1 "Request who-has 192\.0\.2\.10 .*tell 192\.0\.2\.10|Reply|[Rr]everse"
check "no address of the host that is local to it" never_heard 2 "127\.0\.0\.1|::1 >"

sysctl -q net.ipv4.conf.all.arp_ignore=1
bounce count_heard 2 5 "$ARP"
sysctl -q net.ipv4.conf.all.arp_ignore=0
check "a virtual address that ARP is not answered for is not announced" never_heard 2 "198\.51\.100\.7"
check "the others are" count_heard 2 4 "$ARP"

printf '[Bond bond0]\nAnnounceOnRecovery=no\n' | config
reload
bounce sleep 4		# the rounds would end after 3 s
check "nothing is announced when it is not wanted" never_heard 2 "$arp 192\.0\.2\.10 .*(tell 192\.0\.2\.10|is-at)"

ip route del default
ip link del vip
ip link del br0
ip netns del vm
ip link del bond0.10
ip link del bond0.30
finish
