# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests with a server's root share. The driver is built in a chroot of it,
# since a compiler takes minutes under TCG; then the root is booted.

# shellcheck source=selftests/dkms/root.sh
. "$TOP/selftests/dkms/root.sh"

# start_server: ROOT, with the headers and the source of KERNEL; WORK ends with us
start_server()
{
	need_root
	start_work dkms
	ROOT=$WORK/root
	if ! dump_root dkms "$ROOT"; then
		echo 'Bail out! no root to install in'
		exit 1
	fi
}

# boot TEST [OPTION]...: it changes the disk
boot()
{
	"$VM/run" -p dkms -d "$WORK/disk" -t 500 "${@:2}" "$TOP/selftests/dkms/guest" "$1"
}
