# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of dkms in a root share. NAME is what dkms calls the driver, KERNEL
# the kernel that it is for; inside runs a command in the root, ROOT is the way to
# its files.

# shellcheck disable=SC2034 # used by those that source it
NAME=dualhome-bonding/$VERSION

# version_of KERNEL: of the module that modprobe takes
version_of()
{
	inside modinfo -k "$1" -F version bonding
}

# own_bonding: the kernel's is the one that modprobe takes
own_bonding()
{
	check "nothing is installed" test ! -e "$ROOT/lib/modules/$KERNEL/updates"
	is "bonding's version" "$(version_of "$KERNEL")" ''
	is "bonding" "$(inside modinfo -k "$KERNEL" -n bonding | sed 's/\.[xz]*$//')" \
		"/lib/modules/$KERNEL/kernel/drivers/net/bonding/bonding.ko"
}

# our_bonding: made for this kernel, and depmod has run
our_bonding()
{
	is "bonding's version" "$(version_of "$KERNEL")" "$VERSION"
	is "bonding's kernel" "$(inside modinfo -k "$KERNEL" -F vermagic bonding | cut -d' ' -f1)" "$KERNEL"
	check "depmod has run" grep -q '^updates/dkms/bonding.ko' \
		"$ROOT/lib/modules/$KERNEL/modules.dep"
}

# built: the module that dkms has built
built()
{
	inside find "/var/lib/dkms/$NAME/$KERNEL" -path '*/module/bonding.ko*'
}

# sign_built [KEY CERTIFICATE]: with that key and no other, or not at all
sign_built()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	inside sh -euc '
		sign=$1/scripts/sign-file packed=$2; shift 2
		module=${packed%.xz}
		[ "$module" = "$packed" ] || xz -d "$packed"
		strip --strip-debug "$module"
		[ $# -eq 0 ] || "$sign" sha256 "$@" "$module"
		[ "$module" = "$packed" ] || xz --check=crc32 "$module"
	' sh "/lib/modules/$KERNEL/build" "$(built)" "$@"
}

# play_mokutil SB-STATE TEST-KEY
play_mokutil()
{
	# shellcheck disable=SC2016 # expanded by mokutil
	printf '#!/bin/sh\ncase $1 in\n--sb-state) echo "%s" ;;\n--test-key) echo "$2 %s" ;;\nesac\n' \
		"$1" "$2" >"$ROOT/usr/bin/mokutil"
	chmod +x "$ROOT/usr/bin/mokutil"
}

# of_initramfs: the version of bonding in it
of_initramfs()
{
	inside sh -euc "dir=\$(mktemp -d); cd \"\$dir\"; unmkinitramfs /boot/initrd.img-$KERNEL x
		modinfo -F version \$(find \"\$dir\" -name 'bonding.ko*'); rm -rf \"\$dir\""
}

source_tree_can_be_added()
{
	make -s -C "$TOP/dkms" install DESTDIR="$ROOT"
	ends 0 inside dkms add "$NAME"
	ends 0 inside dkms status
	says '^dualhome-bonding(/|, )[0-9.]+: added$'
}
