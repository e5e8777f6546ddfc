# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by those that source it
#
# What the tests of packaging/ share.

TOP=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
# shellcheck source=selftests/dkms/ktap.sh
. "$TOP/selftests/dkms/ktap.sh"
# shellcheck source=selftests/dkms/root.sh
. "$TOP/selftests/dkms/root.sh"
VERSION=$(cat "$TOP/VERSION")
ROOT=		# that inside and the tests work on
PACKAGES=$(realpath -m "${BUILD:-$TOP/build}")/packages

# have deb|rpm: the packages, which are built if they are not there
have()
{
	ls "$PACKAGES/dualhome"[_-]"$VERSION"[_-]*."$1" >/dev/null 2>&1 || make -s -C "$TOP" "$1" >&2
}

# newer_tree DIR VERSION: a copy of this tree that has another version
newer_tree()
{
	"$TOP/packaging/export" "$1"
	echo "$2" >"$1/VERSION"
	sed -i "1s/(.*)/($2)/" "$1/packaging/deb/changelog"
	sed -i "s/^\(Version: *\).*/\1$2/; s/- [0-9.]*-1%/- $2-1%/" "$1/packaging/rpm/dualhome.spec"
}
