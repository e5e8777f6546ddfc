#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Secure Boot, and a key of dkms that nobody has enrolled: the driver is refused, the
# kernel's own stays and loads. Then the key is enrolled as an operator does it.
cd "$(dirname "$0")" || exit 1
# shellcheck source=selftests/dkms/guest/lib.sh
. ./lib.sh
vars=/sys/firmware/efi/efivars
shim=605dab50-e046-4300-abb6-3dd810dd8b23
key=/var/lib/dkms/mok.pub
no="Secure Boot is on and $key is not enrolled; run: mokutil --import $key, reboot, enroll it there, then dkms install"

plan 14
is 'the firmware says that Secure Boot is on' "$(mokutil --sb-state)" 'SecureBoot enabled'
ok 'the kernel is locked down' grep -qF '[integrity]' /sys/kernel/security/lockdown
refused 'a key that is not enrolled is refused' "$no"
own_stays
ok "the kernel's own loads" ip link add bond9 type bond mode 802.3ad
ok 'it is the one that runs' test ! -e /sys/module/bonding/version
ip link del bond9
modprobe -r bonding
is 'the kernel would not have loaded ours' "$(insmod "$(built)" 2>&1 | sed 's/.*: //')" 'Key was rejected by service'

umount $vars
would_refuse 'so is a key that nobody can say anything about' \
	'module.sig_enforce is on and mokutil cannot see which keys are enrolled; run: mount -t efivarfs efivarfs /sys/firmware/efi/efivars, then dkms install'
mount -t efivarfs efivarfs $vars

mokutil --generate-hash=dualhome >/tmp/hash
ok 'its enrollment can be requested' mokutil --hash-file /tmp/hash --import $key
would_refuse 'a request is not enough' "$no"
# What the operator confirms at the next boot becomes, of MokNew, shim's list.
cat $vars/MokNew-$shim >$vars/MokListRT-$shim
is 'it is enrolled' "$(mokutil --test-key $key)" "$key is already enrolled"
sync
finish
