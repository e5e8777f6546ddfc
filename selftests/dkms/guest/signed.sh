#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# No Secure Boot, but a kernel that takes signed modules only: dkms' key is none that it
# knows, and none can be enrolled.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/dkms/guest/lib.sh
. ./lib.sh
no='and /var/lib/dkms/mok.pub is no key that the kernel was built with, nor is Secure Boot on; boot without that demand, or with Secure Boot and that key enrolled'

plan 11
is 'there is no Secure Boot here' "$(mokutil --sb-state 2>&1)" 'EFI variables are not supported on this system'
echo integrity >/sys/kernel/security/lockdown
would_refuse 'a kernel that is locked down' "the kernel is locked down $no"
is 'it would not have loaded ours' "$(insmod "$(built)" 2>&1 | sed 's/.*: //')" 'Operation not permitted'
echo 1 >/sys/module/module/parameters/sig_enforce
refused 'a kernel with module.sig_enforce' "module.sig_enforce is on $no"
own_stays
is 'it would not have loaded ours' "$(insmod "$(built)" 2>&1 | sed 's/.*: //')" 'Key was rejected by service'
ok "the kernel's own loads" ip link add bond9 type bond mode 802.3ad
ok 'it is the one that runs' test ! -e /sys/module/bonding/version
finish
