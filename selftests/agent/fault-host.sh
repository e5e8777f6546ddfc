#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Faults of the host: config-drift, module-not-active.

. "$(dirname "$0")/lib-fault.sh"

# bond OPTION VALUE
bond()
{
	ip link set bond0 type bond "$@"
}

# rate VALUE: that needs a bond that is down
rate()
{
	ip link set bond0 down
	bond lacp_rate "$1"
	ip link set bond0 up
}

# configured LINE...: for bond0
configured()
{
	{
		default_config
		printf '%s\n' "$@"
	} | config
	reload
}

# as dkms leaves it
install_module()
{
	mkdir -p /var/lib/dkms/dualhome-bonding
	ln -s "9.9/$(uname -r)/x86_64" \
		"/var/lib/dkms/dualhome-bonding/kernel-$(uname -r)-x86_64"
}

begin 28

configured TransmitHashPolicy=layer2 MIIMonitorSec=100ms LACPTransmitRate=fast
all_clear
caused bond xmit_hash_policy layer3+4
raised 5000-6500 warning config-drift bond0
check "the text compares" says "xmit_hash_policy is layer3+4, not layer2"
nothing_else "config-drift:bond0"
caused bond xmit_hash_policy layer2
cleared 1000 config-drift bond0
all_clear

caused bond miimon 200
raised 5000-6500 warning config-drift bond0
check "the text compares" says "miimon is 200 ms, not 100 ms"
nothing_else "config-drift:bond0"
caused bond miimon 100
cleared 1000 config-drift bond0
all_clear

caused configured Mode=active-backup
raised 5000-6500 warning config-drift bond0
check "the text compares" says "mode is 802.3ad, not active-backup"
nothing_else "config-drift:bond0"
caused configured
cleared 1000 config-drift bond0
all_clear

# Slow is a fault of its own, unless it is asked for.
caused rate slow
raised 5000-7000 warning config-drift bond0
check "the text says what it means" says "lacp_rate of bond0 is slow"
nothing_else "config-drift:bond0"
caused configured LACPTransmitRate=slow
cleared 1000 config-drift bond0
all_clear
rate fast
configured
all_clear

# Nothing announces a module.
caused install_module
raised 12000 warning module-not-active bond0
check "the text says what to do" says "reboot to activate it"
nothing_else "module-not-active:bond0"
caused rm -r /var/lib/dkms
cleared 12000 module-not-active bond0
all_clear
finish
