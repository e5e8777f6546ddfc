# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by those that source it
#
# Shared by run, kernel and root: messages, packages of this machine, the
# archive, and the cache.
#
# A cache entry is a directory. It is built under a temporary name, stamped
# and renamed, so that an entry with a stamp is a whole one. The stamp holds
# the recipe's key and size, time and checksum of every file: a truncated or
# changed file is noticed and the entry built again.

VM_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
VM_CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/dualhome/vm
export VM_DIR
# su without - leaves these out
export PATH=$PATH:/usr/sbin:/sbin

# How old an answer of the archive and an entry may become.
ASK_MINUTES=$((24 * 60))
ENTRY_DAYS=14

die()
{
	echo "vm: $*" >&2
	exit 2
}

say()
{
	echo "# vm: $*" >&2
}

# need_root: everything below mounts nothing, but roots hold files of many users
need_root()
{
	[ "$(id -u)" -eq 0 ] || die "needs root to build guest images: run it with sudo"
}

# need COMMAND=PACKAGE...: install or name the packages that are missing
need()
{
	local pair missing=()

	for pair; do
		command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "${DUALHOME_INSTALL:-0}" = 1 ] && [ "$(id -u)" -eq 0 ]; then
		say "installing ${missing[*]}"
		if (apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
		    apt-get -qq -y --no-install-recommends install "${missing[@]}") \
		    >/dev/null 2>&1; then
			return 0
		fi
		die "cannot install ${missing[*]}: see 'apt-get install ${missing[*]}'"
	fi
	die "missing on this machine: apt-get install ${missing[*]}"
}

# need_space MEGABYTES: before a build, in the cache's file system
need_space()
{
	local free

	mkdir -p "$VM_CACHE" 2>/dev/null ||
		die "cannot write $VM_CACHE: set XDG_CACHE_HOME to a writable directory"
	free=$(df --output=avail -m "$VM_CACHE" | tail -n 1)
	[ "$free" -ge "$1" ] ||
		die "$VM_CACHE has ${free// /} MB free, $1 MB are needed: make room or set XDG_CACHE_HOME"
}

# fresh FILE MINUTES: true if FILE exists and is younger
fresh()
{
	[ -n "$(find "$1" -maxdepth 0 -mmin "-$2" 2>/dev/null)" ]
}

# find_kernel NAME: sets SUITE and PACKAGE, and MADE, how its headers are had
find_kernel()
{
	local entry

	entry=$(awk -v name="$1" '$1 == name { print $2, $3, $4 }' "$VM_DIR/kernels")
	MADE=
	if [ -n "$entry" ]; then
		read -r SUITE PACKAGE MADE <<<"$entry"
		return
	fi
	case $1 in
	*/linux-image-*) SUITE=${1%%/*} PACKAGE=${1#*/} ;;
	linux-image-*) SUITE=bookworm PACKAGE=$1 ;;
	*)
		die "unknown kernel '$1': a directory, a linux-image package, or one of" \
			"$(awk '/^[^#]/ { printf "%s%s", sep, $1; sep = ", " }' "$VM_DIR/kernels")"
		;;
	esac
}

# --- cache entries ---------------------------------------------------------

# stamp DIR KEY: the last step of a build
stamp()
{
	local file

	{
		echo "key $2"
		for file in "$1"/*; do
			[ -f "$file" ] || continue
			echo "$(stat -c '%s %.9Y' "$file") $(sha256sum <"$file" | cut -d' ' -f1) ${file##*/}"
		done
	} >"$1/.stamp"
	echo whole >>"$1/.stamp"
}

# intact DIR KEY: the checksum is computed only if a time changed
intact()
{
	local size time sum file

	[ "$(head -n 1 "$1/.stamp" 2>/dev/null)" = "key $2" ] &&
		[ "$(tail -n 1 "$1/.stamp")" = whole ] || return 1
	while read -r size time sum file; do
		case $size in key | whole) continue ;; esac
		[ "$(stat -c %s "$1/$file" 2>/dev/null)" = "$size" ] || return 1
		[ "$(stat -c %.9Y "$1/$file")" = "$time" ] ||
			[ "$(sha256sum <"$1/$file" | cut -d' ' -f1)" = "$sum" ] || return 1
	done <"$1/.stamp"
}

# publish TMP DIR: put a stamped directory in its place
publish()
{
	rm -rf "$2.old"
	if [ -e "$2" ]; then
		mv "$2" "$2.old"
	fi
	mv "$1" "$2"
	rm -rf "$2.old"
}

# new_tmp: a directory to build in; sweeps what killed runs left, and entries
# that nobody used for a while
new_tmp()
{
	find "$VM_CACHE" -maxdepth 1 -name 'tmp.*' -mmin +1440 -exec rm -rf {} +
	find "$VM_CACHE" -maxdepth 1 \( -name 'kernel-*' -o -name 'root-*' -o -name 'release-*' \) \
		-mtime "+$ENTRY_DAYS" -exec rm -rf {} +
	mktemp -d "$VM_CACHE/tmp.XXXXXX"
}

# locked NAME: hold the lock on a cache entry until this process ends
locked()
{
	exec 8>"$VM_CACHE/.lock-$1"
	flock -n 8 && return 0
	say "waiting for another run that builds $1"
	flock 8
}

# --- the archive -----------------------------------------------------------

# debian_uris: "URI release" of Debian's own repositories, as apt knows them
debian_uris()
{
	local opts=(-o "Dir::State::Lists=$VM_CACHE/apt/host" -o APT::Sandbox::User=root) out

	out=$(debian_targets)
	if [ -z "$out" ]; then
		# apt was never updated here: ask with lists of our own
		mkdir -p "$VM_CACHE/apt/host/partial"
		apt-get -qq "${opts[@]}" update >/dev/null 2>&1 || true
		out=$(debian_targets "${opts[@]}")
	fi
	echo "$out" | cut -d' ' -f3-
}

# debian_targets [APTOPTION...]
debian_targets()
{
	# shellcheck disable=SC2016 # apt's placeholders
	apt-get "$@" indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 2>/dev/null | grep '^Debian main ' || true
}

# sources SUITE: sources.list lines for SUITE at this machine's archives
sources()
{
	local base=${1%%-*} uris main security signed=

	uris=$(debian_uris)
	main=$(echo "$uris" | awk '$2 !~ /-security|\/updates/ { print $1; exit }')
	security=$(echo "$uris" | awk '$2 ~ /-security|\/updates/ { print $1; exit }')
	[ -n "$main" ] || return 1
	if [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
	fi
	echo "deb $signed$main $base main"
	case $base in sid | experimental) return ;; esac
	echo "deb $signed$main $base-updates main"
	if [ -n "$security" ]; then
		echo "deb $signed$security $base-security main"
	fi
	if [ "$1" != "$base" ]; then
		echo "deb $signed$main $1 main"
	fi
}

# apt_for SUITE: sets APT, options for a private apt that knows SUITE only and
# takes proxies and the like from this machine's configuration
apt_for()
{
	local dir=$VM_CACHE/apt/$1

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/state"
	: >"$dir/status"
	if ! [ -s "$dir/sources.list" ]; then
		sources "$1" >"$dir/sources.list.new" ||
			die "apt knows no Debian archive: add one to /etc/apt/sources.list.d and run apt-get update"
		mv "$dir/sources.list.new" "$dir/sources.list"
	fi
	APT=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
		-o "Dir::State=$dir/state" -o "Dir::State::Lists=$dir/lists"
		-o "Dir::State::Status=$dir/status" -o "Dir::Cache=$dir/cache"
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
		-o APT::Sandbox::User=root
		-o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15
		-o Acquire::Languages=none -o APT::Install-Recommends=false)
	# Backports are never chosen on their own; a plain suite must not
	# outrank its own security updates.
	case $1 in
	*-backports) APT+=(-o "APT::Default-Release=$1") ;;
	esac
}

# ask_archive SUITE: refresh the private lists; false if nobody answers
ask_archive()
{
	local dir=$VM_CACHE/apt/$1

	# The machine's addresses may have changed since.
	if sources "$1" >"$dir/sources.list.new"; then
		mv "$dir/sources.list.new" "$dir/sources.list"
	fi
	flock "$dir/.lock" apt-get -qq "${APT[@]}" -o APT::Update::Error-Mode=any update \
		>"$dir/log" 2>&1
}

# bootstrap SUITE DIR VARIANT PACKAGES: a root of a release; see mmdebstrap
bootstrap()
{
	local conf

	conf=$(mktemp -p "${2%/*}" apt.XXXXXX)
	apt_for "$1"
	apt-config dump --no-empty |
		grep -E '^Acquire::(http|https|ftp|Check|Retries|ForceIP)' >"$conf" || true
	cat >>"$conf" <<-END
		Acquire::Languages "none";
		Acquire::Retries "1";
		Acquire::http::Timeout "15";
	END
	mmdebstrap --quiet --variant="$3" ${4:+--include="$4"} \
		--aptopt="$conf" --dpkgopt=force-unsafe-io \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"${1%%-*}" "$2" - <"$VM_CACHE/apt/$1/sources.list" || return 1
	rm -rf "$conf" "$2"/var/cache/apt/* "$2"/var/lib/apt/lists/* \
		"$2/etc/apt/apt.conf.d/99mmdebstrap"
}

# apt_error LOG: its first complaint, on one line
apt_error()
{
	grep -m 1 '^[EW]:' "$1" || tail -n 1 "$1"
}
