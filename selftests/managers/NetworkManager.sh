#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# NetworkManager leaves the bond alone when it is restarted or reads its files
# again. dualhomed switches the option on.

. "$(dirname "$0")/lib.sh"

again()
{
	systemctl restart NetworkManager
	nmcli connection reload
}

managed()
{
	nmcli -t -f NAME,DEVICE connection show --active | tee /dev/stderr |
		grep -x 'bond0:bond0'
}

# as examples/README.md says, of other names
by_nmcli()
{
	local options=mode=802.3ad,lacp_rate=fast,miimon=100,xmit_hash_policy=layer3+4

	ip link add eth3 type veth peer name p3
	ip link set p3 up
	nmcli connection add type bond ifname bond3 con-name bond3 \
		bond.options "$options" \
		ipv4.method manual ipv4.addresses 198.51.100.10/24
	nmcli connection add type ethernet ifname eth3 con-name bond3-eth3 master bond3
	nmcli connection up bond3-eth3
	within 10 test -e /sys/class/net/bond3/lower_eth3
}

as_the_example()
{
	is "$(options bond0)" options bond3
}

plan 21
booted
check "NetworkManager has made the bond" managed
bond_is_made NetworkManager.service
before=$(pid)
check "a restart and a reload disturb nothing" undisturbed again
check "NetworkManager still has the bond" within 10 managed
check "the option stays on" option_is 1
check "nmcli makes a bond with a port" by_nmcli
check "with the same options" as_the_example
nmcli connection delete bond3 bond3-eth3 >/dev/null
check "without it the bond stays ok" undisturbed systemctl stop NetworkManager
check "status is ok" status_ok
check "no fault was named" no_fault
check "from the same daemon" is "$before" pid
finish
