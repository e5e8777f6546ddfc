# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What prepare and build share: one line for whatever goes wrong.

say()
{
	printf 'dualhome-bonding: %s\n' "$*"
}

fail()
{
	say "$@" >&2
	exit 1
}

# rpm_based: this system is of the family of Fedora and RHEL
rpm_based()
{
	# shellcheck disable=SC1091 # the system's
	case $(. /etc/os-release 2>/dev/null && echo " ${ID:-} ${ID_LIKE:-} ") in
	*' rhel '* | *' fedora '* | *' centos '*) ;;
	*) return 1 ;;
	esac
}

# to_install DEB [RPM]: the command that brings a package
to_install()
{
	if rpm_based; then
		echo "run: dnf install ${2:-$1}"
	elif command -v dpkg >/dev/null; then
		echo "run: apt-get install $1"
	else
		echo "install $1"
	fi
}

# need TOOL [DEB [RPM]]
need()
{
	command -v "$1" >/dev/null ||
		fail "$1 is missing; $(to_install "${2:-$1}" "${3:-${2:-$1}}")"
}

# need_compiler: the one that KDIR's kernel was built with
need_compiler()
{
	local text

	text=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(.*\)"$/\1/p' "$KDIR/.config" 2>/dev/null) || true
	text=${text%% *}
	need "${text:-gcc}"
}

# explain WHAT ERROR: fails with the line of ERROR that matters
explain()
{
	case $2 in
	*'No space left on device'* | *'quota exceeded'*)
		fail "$1: no space left on the device; free 10 MB there"
		;;
	*)
		fail "$1: ${2%%$'\n'*}"
		;;
	esac
}

# try WHAT COMMAND...: silent, unless it fails
try()
{
	local what=$1 error

	shift
	error=$(LC_ALL=C "$@" 2>&1 >/dev/null) || explain "$what" "$error"
}

# make_work DIR: WORK, a directory of our own in DIR that ends with us. One
# that a killed run has left there goes too.
make_work()
{
	local old

	for old in "$1"/.dualhome.*; do
		[ ! -d "$old" ] || kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
	done
	WORK=$1/.dualhome.$$
	trap 'rm -rf "$WORK"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	try "cannot write to $1" mkdir "$WORK"
}
