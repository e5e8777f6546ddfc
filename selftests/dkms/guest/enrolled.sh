#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Secure Boot, and the key that dkms signed with is enrolled: the driver loads.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/dkms/guest/lib.sh
. ./lib.sh
module=$(dkms_name)

plan 8
is 'the firmware says that Secure Boot is on' "$(mokutil --sb-state)" 'SecureBoot enabled'
ok 'the kernel is locked down' grep -qF '[integrity]' /sys/kernel/security/lockdown
ok 'the driver is installed' dkms install "$module"
is "dkms' key has signed it" "serial=$(modinfo -F sig_key bonding | tr -d :)" \
	"$(openssl x509 -inform der -in /var/lib/dkms/mok.pub -noout -serial)"
ok 'a bond can be made' ip link add bond9 type bond mode 802.3ad
is 'the patched module is the running one' "$(cat /sys/module/bonding/version)" "${module#*/}"
is 'the kernel has verified it' "$(cat /sys/module/bonding/taint)" O
finish
