# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests with a server's root share. The driver is built in a chroot of it,
# since a compiler takes minutes under TCG; then the root is booted.

VM=${VM:-$TOP/selftests/vm}

# inside COMMAND...: in the root, seen by nobody else
inside()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --pid --uts --ipc --fork sh -eu -c '
		root=$1; shift
		mount -t proc proc "$root/proc"
		mount --bind /dev "$root/dev"
		mount -t tmpfs tmp "$root/tmp"
		exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' sh "$ROOT" "$@"
}

# start_server: ROOT, with the headers and the source of KERNEL; WORK ends with us
start_server()
{
	local kernel root

	if [ "$(id -u)" -ne 0 ]; then
		echo '1..0 # SKIP needs root'
		exit 4
	fi
	if ! kernel=$("$VM/kernel" bookworm) || ! root=$("$VM/root" dkms "$kernel"); then
		echo 'Bail out! no root to install in'
		exit 1
	fi
	# shellcheck disable=SC2034 # for steps.sh
	KERNEL=$(cat "$kernel/release")
	WORK=$(mktemp -d "${TMPDIR:-/var/tmp}/dualhome-dkms.XXXXXX")
	trap 'rm -rf "$WORK"' EXIT
	ROOT=$WORK/root
	mkdir "$ROOT"
	debugfs -R "rdump / $ROOT" "$root/root.ext4" >/dev/null 2>&1
}

# make_disk: the root as it is now
make_disk()
{
	rm -f "$WORK/disk"
	mke2fs -q -t ext4 -O ^has_journal,^resize_inode -m 0 -L root -d "$ROOT" "$WORK/disk" 2G
}

# boot TEST [OPTION]...: it changes the disk
boot()
{
	"$VM/run" -p dkms -d "$WORK/disk" -t 500 "${@:2}" "$TOP/selftests/dkms/guest" "$1"
}
