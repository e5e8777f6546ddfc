# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of prepare and build share.

TOP=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
# shellcheck source=selftests/dkms/ktap.sh
. "$TOP/selftests/dkms/ktap.sh"
VERSION=$(cat "$TOP/VERSION")

# find_kernel: KDIR and KERNEL, the newest kernel that has headers here
find_kernel()
{
	KDIR=$(find /lib/modules/*/build -maxdepth 0 2>/dev/null | sort -V | tail -n 1)
	if [ -z "$KDIR" ]; then
		echo "1..0 # SKIP no kernel headers here; apt-get install linux-headers-cloud-amd64"
		exit 4
	fi
	KERNEL=${KDIR#/lib/modules/}
	KERNEL=${KERNEL%/build}
}

# start_work: WORK, a directory that ends with us; KDIR and KERNEL
start_work()
{
	find_kernel
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/dualhome-dkms.XXXXXX")
	trap 'rm -rf "$WORK"' EXIT
	export DUALHOME_DKMS_CONF=$WORK/none.conf
}

# make_pristine: PRISTINE, a tree whose series changes no code, so that it leaves
# the source as it is; and SOURCE, that source
make_pristine()
{
	PRISTINE=$(new_tree pristine)
	mkdir "$PRISTINE/kernel-patches/linux-1"
	echo doc >"$PRISTINE/kernel-patches/linux-1/series"
	cat >"$PRISTINE/kernel-patches/linux-1/doc" <<-'END'
		diff --git a/Documentation/networking/bonding.rst b/Documentation/networking/bonding.rst
		--- a/Documentation/networking/bonding.rst
		+++ b/Documentation/networking/bonding.rst
		@@ -1,1 +1,1 @@
		-what no kernel has said
		+what one should say
	END
	SOURCE=$WORK/pristine-out/linux
	if ! "$PRISTINE/prepare" "$KDIR" "$WORK/pristine-out" >"$WORK/log" 2>&1; then
		sed 's/^/# /' "$WORK/log"
		echo 'Bail out! no source to test with'
		exit 1
	fi
}

# new_tree NAME: what dkms gets, in WORK/NAME, with no series; prints its path
new_tree()
{
	make -s -C "$TOP/dkms" install DESTDIR="$WORK/$1" >&2
	rm -rf "$WORK/$1/usr/src/dualhome-bonding-$VERSION"/kernel-patches/*
	echo "$WORK/$1/usr/src/dualhome-bonding-$VERSION"
}

# add_patch TREE SERIES NAME FILE SED: a patch that does to FILE of SOURCE what
# sed does
add_patch()
{
	local dir=$1/kernel-patches/$2

	mkdir -p "$dir"
	echo "$3" >>"$dir/series"
	{
		echo "diff --git a/$4 b/$4"
		sed "$5" "$SOURCE/$4" |
			diff -u --label "a/$4" --label "b/$4" "$SOURCE/$4" - || true
	} >"$dir/$3"
	# A patch that changes nothing would prove nothing.
	grep -q '^@@' "$dir/$3"
}

# copy_source NAME: a source to spoil; prints its path
copy_source()
{
	cp -R "$SOURCE" "$WORK/$1"
	echo "$WORK/$1"
}

# new_kdir NAME: a KDIR to spoil, of links to the real one; prints its path
new_kdir()
{
	local dir=$WORK/$1

	mkdir -p "$dir/include"
	ln -s "$KDIR"/* "$KDIR"/.[!.]* "$dir/" 2>/dev/null || true
	ln -s "$KDIR"/include/* "$dir/include/"
	rm "$dir/include/generated"
	cp -R "$KDIR/include/generated" "$dir/include/"
	echo "$dir"
}

# refused CODE PATTERN COMMAND...: ends with CODE and one line like PATTERN
refused()
{
	local code=$1 pattern=$2 output status=0

	shift 2
	output=$("$@" 2>&1 >/dev/null) || status=$?
	is "exit code of $*, which said \"$output\"" "$status" "$code"
	is "lines of \"$output\"" "$(echo "$output" | wc -l)" 1
	[[ $output =~ $pattern ]] || check "\"$output\" is like $pattern" false
}

# holds DIR NAMES: nothing else is in DIR, hidden or not
holds()
{
	is "files in $1" "$(find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' |
		LC_ALL=C sort | paste -sd' ')" "$2"
}

# in_small_space SIZE COMMAND...: with a file system of SIZE on WORK/small that
# nobody else sees
in_small_space()
{
	local options=(--mount)

	[ "$(id -u)" -eq 0 ] || options+=(--map-root-user)
	mkdir -p "$WORK/small"
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare "${options[@]}" sh -c 'mount -t tmpfs -o size="$1" small "$2" && shift 2 && exec "$@"' \
		sh "$1" "$WORK/small" "${@:2}"
}
