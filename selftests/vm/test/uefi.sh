#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Secure Boot is on, the kernel knows it, and variables can be written.
set -eu
mount -t securityfs security /sys/kernel/security
mount -t efivarfs vars /sys/firmware/efi/efivars
cd /sys/firmware/efi/efivars
[ "$(tail -c 1 SecureBoot-* | od -An -tu1 | tr -d ' ')" = 1 ]
grep -F '[integrity]' /sys/kernel/security/lockdown
printf '\007\000\000\000x' >Test-605dab50-e046-4300-abb6-3dd810dd8b23
[ "$(tail -c 1 Test-605dab50-e046-4300-abb6-3dd810dd8b23)" = x ]
