# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# prepare's way to the kernel's source: KSRC, else KernelSource= in
# /etc/dualhome/dkms.conf, else the distribution's tarball. It may be a directory,
# a tarball or a kernel source RPM, or a directory that holds the files of several
# kernels.
#
# A stable update may change the driver while "uname -r" stays, and even while the
# headers stay. So the source must be the one that the headers came from: same
# package version, same point release (with the build number of the RHEL family),
# same bonding headers.

CONF=${DUALHOME_DKMS_CONF:-/etc/dualhome/dkms.conf}
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/dualhome/source

# owner FILE: "package version" of the package that brought it, or nothing
owner()
{
	local package

	if rpm_based; then
		# That nobody owns it goes to standard output as well.
		! package=$(rpm -qf --qf '%{NAME} %{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null) ||
			echo "$package"
		return
	fi
	command -v dpkg-query >/dev/null || return 0
	package=$(dpkg-query -S "$1" 2>/dev/null) || return 0
	# shellcheck disable=SC2016 # dpkg's variables, not ours
	dpkg-query -W -f '${Package} ${Version}\n' "${package%%[:,]*}"
}

# headers_version: the package version of the headers. Debian writes it into
# them, RHEL into the kernel's release, others leave it to the package manager.
headers_version()
{
	local version

	version=$(sed -n 's/^#define LINUX_PACKAGE_ID " .* \(.*\)"$/\1/p' \
		"$KDIR/include/generated/package.h" 2>/dev/null) || true
	[ -n "$version" ] || version=$(owner "$KDIR/Module.symvers")
	[ -n "$version" ] || version=$(sed -n 's/^\(.*-.*\.\(el\|fc\)[0-9][^.]*\)\..*$/\1/p' \
		"$KDIR/include/config/kernel.release" 2>/dev/null) || true
	echo "${version#* }"
}

# source_wanted: the command that brings the right source
source_wanted()
{
	local series

	if rpm_based; then
		echo "run: dnf download --source kernel-${HEADERS_VERSION:-$RELEASE}," \
			"and name the file with KernelSource= in $CONF"
		return
	fi
	series=$(echo "$RELEASE" | cut -d. -f-2)
	to_install "linux-source-$series${HEADERS_VERSION:+=$HEADERS_VERSION}"
}

# configured_source: KernelSource= of the configuration, or nothing
configured_source()
{
	local line number=0 key value=

	[ -e "$CONF" ] || return 0
	[ -f "$CONF" ] || fail "$CONF is no file; it holds lines such as KernelSource=/srv/linux.tar.xz"
	[ -r "$CONF" ] || fail "cannot read $CONF"
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		[[ ! $line =~ ^[[:space:]]*([#;]|$) ]] || continue
		[[ $line =~ ^[[:space:]]*([^=]*[^=[:space:]])[[:space:]]*=(.*)$ ]] ||
			fail "$CONF:$number: not key=value: $line"
		key=${BASH_REMATCH[1]}
		[ "$key" = KernelSource ] ||
			fail "$CONF:$number: no such key '$key'; there is: KernelSource"
		[ -z "$value" ] || fail "$CONF:$number: KernelSource is there twice"
		read -r value <<<"${BASH_REMATCH[2]}"
		case $value in
		'' | /*) ;;
		*) fail "$CONF:$number: KernelSource=$value: give an absolute path" ;;
		esac
	done <"$CONF"
	echo "$value"
}

# one_of DIR: SOURCE, the file for this kernel among those of DIR
one_of()
{
	local file series

	series=$(echo "$RELEASE" | cut -d. -f-2)
	for file in "$1"/kernel-"${HEADERS_VERSION:-none}".src.rpm \
		"$1"/linux-source-"$series"{,.[0-9]*}.tar.* "$1"/linux-"$series".[0-9]*.tar.*; do
		[ ! -f "$file" ] || SOURCE=$file
	done
}

# find_source: SOURCE, and SAID, where it was named
find_source()
{
	SAID=KSRC
	if [ -z "$SOURCE" ]; then
		SAID="KernelSource in $CONF"
		SOURCE=$(configured_source)
	fi
	if [ -n "$SOURCE" ]; then
		[ -e "$SOURCE" ] || fail "$SAID: $SOURCE: no such directory, tarball or source RPM"
		[ -r "$SOURCE" ] || fail "$SAID: cannot read $SOURCE"
		if [ -d "$SOURCE" ] && ! [ -d "$SOURCE/drivers" ]; then
			one_of "$SOURCE"
		fi
		return
	fi
	SAID=
	one_of /usr/src
	[ -n "$SOURCE" ] ||
		fail "no source of Linux $RELEASE here; $(source_wanted)$(rpm_based ||
			echo ", or name it with KernelSource= in $CONF")"
}

# extract [OPTION]...: tar, of what the driver is built from; into WORK/pristine
extract()
{
	XZ_DEFAULTS=-T0 tar -x "$@" -C "$WORK/pristine" --strip-components=1 \
		--no-same-owner --no-same-permissions --wildcards --no-wildcards-match-slash \
		'*/Makefile*' '*/drivers/net/bonding' '*/include/net/bond*.h' \
		'*/include/uapi/linux/if_link.h'
}

# need_for FILE: what its compression takes
need_for()
{
	case $1 in
	*.xz) need xz xz-utils xz ;;
	*.bz2) need bzip2 ;;
	*.zst) need zstd ;;
	esac
}

# tar_option FILE: for a tarball that comes through a pipe
tar_option()
{
	case $1 in
	*.gz) echo --gzip ;;
	*.xz) echo --xz ;;
	*.bz2) echo --bzip2 ;;
	*.zst) echo --zstd ;;
	*) echo --no-auto-compress ;;
	esac
}

# of_rpm PATTERN: the files of the source RPM that match, one after the other
of_rpm()
{
	rpm2cpio "$SOURCE" | cpio -i --quiet --to-stdout "$1"
}

# extract_rpm: the RHEL family's tarball is patched already. What its spec would
# apply on top is not for us to guess, so it must leave the driver alone.
extract_rpm()
{
	local inner patched

	inner=$(rpm2cpio "$SOURCE" | cpio -it --quiet |
		sed -n '/^\(\.\/\)\{0,1\}linux-[0-9].*\.tar\(\.[a-z0-9]*\)\{0,1\}$/p' | head -n 1)
	[ -n "$inner" ] || fail "$SOURCE holds no linux-*.tar.*: not a kernel's source RPM"
	need_for "$inner"
	patched=$(of_rpm '*.patch' | sed -n -E \
		's,^\+\+\+ b/(drivers/net/bonding/.*|include/net/bond[^/]*\.h|include/uapi/linux/if_link\.h).*$,\1,p' |
		head -n 1)
	[ -z "$patched" ] ||
		fail "a patch in $SOURCE changes $patched; unpack it with rpmbuild -bp," \
			"and name the directory with KernelSource= in $CONF"
	of_rpm "$inner" | extract "$(tar_option "$inner")" -f -
}

# unpack: the files that matter out of a tarball or an RPM into WORK/pristine;
# kept, since an .xz takes seconds and serves every flavor of the kernel
unpack()
{
	local entry said status=0 how=(extract -f "$SOURCE")

	entry=$CACHE/$(stat -Lc '%n %s %Y %i' "$SOURCE" | sha256sum | cut -c-16)
	if [ -d "$entry" ]; then
		try "cannot copy $entry" cp -R "$entry" "$WORK/pristine"
		return
	fi
	try "cannot write to $WORK" mkdir "$WORK/pristine"
	case $SOURCE in
	*.rpm) how=(extract_rpm) ;;
	*) need_for "$SOURCE" ;;
	esac
	said=$(set -o pipefail; LC_ALL=C "${how[@]}" 2>&1) || status=$?
	check_unpacked "$status" "$said"
	# Only a convenience: without it the next run takes longer.
	{ mkdir -p "$CACHE" && find "$CACHE" -mindepth 1 -maxdepth 1 -mtime +90 -exec rm -rf {} + &&
		cp -R "$WORK/pristine" "$CACHE/.$$" &&
		mv -T "$CACHE/.$$" "$entry"; } 2>/dev/null || rm -rf "$CACHE/.$$"
}

# check_unpacked STATUS ERRORS: what came out is a driver, and nothing else
check_unpacked()
{
	local odd

	case $2 in
	'dualhome-bonding: '*)
		printf '%s\n' "$2" >&2
		exit 1
		;;
	*"contains '..'"* | *'Removing leading'*)
		fail "$SOURCE has file names that lead out of it: not a kernel source; $(source_wanted)"
		;;
	*'/drivers/net/bonding: Not found in archive'*)
		fail "$SOURCE has no drivers/net/bonding: not a kernel source; $(source_wanted)"
		;;
	esac
	[ "$1" -eq 0 ] || explain "cannot unpack $SOURCE in ${WORK%/*}" \
		"$(grep -e 'No space left' <<<"$2" || echo "${2:-it breaks off}")"
	odd=$(find "$WORK/pristine" ! -type d ! -type f -printf '%P\n' -quit)
	[ -z "$odd" ] ||
		fail "$odd in $SOURCE is neither a file nor a directory: not a kernel source; $(source_wanted)"
}

# copy DIR: the same out of a directory
copy()
{
	local dir=$1 inner

	for inner in "$1"/*/drivers/net/bonding; do
		[ -d "$dir/drivers/net/bonding" ] || dir=${inner%/drivers/net/bonding}
	done
	[ -d "$dir/drivers/net/bonding" ] ||
		fail "$1 has no drivers/net/bonding, and no source of Linux $RELEASE: not a kernel source"
	try "cannot write to $WORK" mkdir -p "$WORK/pristine/drivers/net"
	try "cannot copy $dir to $WORK" cp -R "$dir/drivers/net/bonding" "$WORK/pristine/drivers/net/"
	(cd "$dir" && try "cannot copy $dir to $WORK" cp --parents Makefile* include/net/bond*.h \
		include/uapi/linux/if_link.h "$WORK/pristine/")
}

# take_source: SOURCE's driver and bonding headers to WORK/pristine; and its
# PACKAGE, "name version", if it comes in one
take_source()
{
	PACKAGE=
	if [ -d "$SOURCE" ]; then
		copy "$SOURCE"
		return
	fi
	case $SOURCE in
	*.rpm)
		need rpm
		need rpm2cpio rpm2cpio rpm
		need cpio
		PACKAGE=$(LC_ALL=C rpm -qp --nosignature \
			--qf '%{NAME} %{VERSION}-%{RELEASE} %{SOURCEPACKAGE}\n' "$SOURCE" 2>&1) ||
			fail "cannot read $SOURCE: ${PACKAGE%%$'\n'*}"
		[ "${PACKAGE##* }" = 1 ] || fail "$SOURCE is no source RPM; $(source_wanted)"
		PACKAGE=${PACKAGE% *}
		check_version
		;;
	*)
		PACKAGE=$(owner "$(realpath "$SOURCE")")
		check_version
		;;
	esac
	unpack
}

# check_version: refuse another package's source before its seconds of unpacking
check_version()
{
	if [ -n "$PACKAGE" ] && [ -n "$HEADERS_VERSION" ] && [ "${PACKAGE#* }" != "$HEADERS_VERSION" ]; then
		fail "$KDIR is of version $HEADERS_VERSION, but ${PACKAGE% *}" \
			"${SAID:+($SAID $SOURCE) }is ${PACKAGE#* }; $(source_wanted)"
	fi
}

# full_release DIR: the point release, with the build number of the RHEL family
full_release()
{
	local build

	build=$(cat "$1"/Makefile.rhelver "$1"/Makefile 2>/dev/null |
		sed -n 's/^RHEL_RELEASE *= *\([^ ]*\) *$/\1/p' | head -n 1)
	echo "$(makefile_version "$1/Makefile")${build:+-$build}"
}

# check_match: refuse a source that the headers did not come from
check_match()
{
	local version=${PACKAGE#* } release file

	for file in Makefile drivers/net/bonding/bond_main.c; do
		[ -f "$WORK/pristine/$file" ] ||
			fail "$SOURCE has no $file: not a kernel source; $(source_wanted)"
	done
	release=$(full_release "$WORK/pristine")
	[ "$release" = "$(full_release "$HEADERS")" ] ||
		fail "$KDIR is Linux $(full_release "$HEADERS")${HEADERS_VERSION:+ ($HEADERS_VERSION)}," \
			"but ${SAID:+$SAID }$SOURCE is $release; $(source_wanted)"
	for file in "$WORK"/pristine/include/{net/bond*.h,uapi/linux/if_link.h}; do
		file=${file#"$WORK/pristine/"}
		cmp -s "$WORK/pristine/$file" "$HEADERS/$file" ||
			fail "$file of $SOURCE (Linux $release${version:+, $version}) differs from" \
				"that of $HEADERS (${HEADERS_VERSION:-$RELEASE}); $(source_wanted)"
	done
}
