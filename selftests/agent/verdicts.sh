#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# LACP is fine, and yet nothing behind a leaf answers: whose fault it is follows
# from who answers through which port.

. "$(dirname "$0")/lib.sh"

# soon SECONDS CODE OBJECT: the problem began that long after $SINCE at most
soon()
{
	within 15 problem "$2" "$3" >/dev/null &&
		named_by "$2" "$3" $((SINCE + $1 * 1000000))
}

setup
ip route add default via 192.0.2.1
printf '[Keepalive]\nGatewayIntervalSec=1\n[Bond bond0]\nPeerSources=gateway\n' | config
reload

plan 14
check "the gateway answers" within 10 is 1 reachable
signals Event
SINCE=$(now_usec)
deaf 2
check "a dead path is named within 7 s" soon 7 leaf-isolated eth2
check "it is degraded" problem_is leaf-isolated eth2 degraded
check "the gateway still answers" no_problem gateway-unreachable bond0
check "the other port is fine" no_problem leaf-isolated eth1
hearing 2
check "one answer clears it" within 5 no_problem leaf-isolated eth2
check "and is signaled" within 2 event ok leaf-isolated eth2

SINCE=$(now_usec)
deaf 1
deaf 2
check "without any answer the gateway is unreachable" soon 7 gateway-unreachable bond0
check "that is critical" problem_is gateway-unreachable bond0 critical
hearing 1
check "one answer clears that as well" within 5 no_problem gateway-unreachable bond0
hearing 2

# The host sends packets of 1500 bytes, and the second leaf drops them.
leaf 2 nft -f - <<-END
table netdev narrow {
	chain in {
		type filter hook ingress device bond0 priority 0
		ip length > 1400 drop
	}
}
END
systemctl restart dualhomed		# so that it need not wait 10 minutes
check "a leaf that drops full packets is named" within 20 problem mtu-mismatch eth2
check "the other one is not" no_problem mtu-mismatch eth1
check "small ones still pass" no_problem leaf-isolated eth2
hearing 2
check "it is cleared when they pass again" within 90 no_problem mtu-mismatch eth2

ip route del default
finish
