# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by those that source it
#
# What tests with a root of a server share: in it the driver is built, since a compiler
# takes minutes under TCG, and packages are installed.

VM=${VM:-$TOP/selftests/vm}

# need_root: else the tests are skipped
need_root()
{
	[ "$(id -u)" -eq 0 ] || {
		echo '1..0 # SKIP needs root'
		exit 4
	}
}

# start_work NAME: WORK, a directory that ends with us
start_work()
{
	WORK=$(mktemp -d "${TMPDIR:-/var/tmp}/dualhome-$1.XXXXXX")
	trap 'rm -rf "$WORK"' EXIT
}

# dump_root NAME DIR: the root of a guest, with the newest kernel of Debian 12, as a
# directory; sets KERNEL
dump_root()
{
	local kernel root

	kernel=$("$VM/kernel" bookworm) && root=$("$VM/root" "$1" "$kernel") || return
	KERNEL=$(cat "$kernel/release")
	mkdir "$2"
	debugfs -R "rdump / $2" "$root/root.ext4" >/dev/null 2>&1
}

# make_disk SIZE: WORK/disk, of ROOT as it is now
make_disk()
{
	rm -f "$WORK/disk"
	# shellcheck disable=SC2153 # of those that source this
	mke2fs -q -t ext4 -O ^has_journal,^resize_inode -m 0 -L root -d "$ROOT" "$WORK/disk" "$1"
}

# inside COMMAND...: in ROOT, with processes and mounts of its own
inside()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --pid --uts --ipc --fork sh -eu -c '
		root=$1; shift
		mount -t proc proc "$root/proc"
		mount --bind /dev "$root/dev"
		mount -t tmpfs tmp "$root/tmp"
		mount -t tmpfs run "$root/run"
		exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' sh "$ROOT" "$@"
}
