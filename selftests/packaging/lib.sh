# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by those that source it
#
# What the tests of packaging/ share.

TOP=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
# shellcheck source=selftests/dkms/ktap.sh
. "$TOP/selftests/dkms/ktap.sh"
VERSION=$(cat "$TOP/VERSION")
ROOT=		# that inside and the tests work on
VM=$TOP/selftests/vm
PACKAGES=$(realpath -m "${BUILD:-$TOP/build}")/packages

# need_root: else the tests are skipped
need_root()
{
	[ "$(id -u)" -eq 0 ] || {
		echo '1..0 # SKIP needs root'
		exit 4
	}
}

# start_work: WORK, a directory that ends with us
start_work()
{
	WORK=$(mktemp -d "${TMPDIR:-/var/tmp}/dualhome-packaging.XXXXXX")
	trap 'rm -rf "$WORK"' EXIT
}

# newer_tree DIR VERSION: a copy of this tree that has another version
newer_tree()
{
	"$TOP/packaging/export" "$1"
	echo "$2" >"$1/VERSION"
	sed -i "1s/(.*)/($2)/" "$1/packaging/deb/changelog"
	sed -i "s/^\(Version: *\).*/\1$2/; s/- [0-9.]*-1%/- $2-1%/" "$1/packaging/rpm/dualhome.spec"
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

# ends CODE COMMAND...: its output is in WORK/log
ends()
{
	local code=$1 status=0

	shift
	"$@" >"$WORK/log" 2>&1 || status=$?
	[ "$status" -eq "$code" ] || cat "$WORK/log"
	is "exit code of $*" "$status" "$code"
}

# says PATTERN: the last command that ended
says()
{
	grep -Eq "$1" "$WORK/log" || {
		cat "$WORK/log"
		check "output is like $1" false
	}
}
