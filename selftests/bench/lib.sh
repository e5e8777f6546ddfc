# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Library of the benchmarks' host side.

set -o pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(realpath "$HERE/../..")
export BUILD=${BUILD:-$TOP/build}
VM=$TOP/selftests/vm
OUT=$(realpath -m "$BUILD")/${BENCH_OUT:-bench}
KERNEL=${KERNEL:-bookworm}

die()
{
	echo "bench: $*" >&2
	exit 2
}

progress()
{
	echo "# $*" >&2
}

# need_number NAME...: variables with a number of 1 to 9999
need_number()
{
	local name

	for name; do
		[[ ${!name} =~ ^[1-9][0-9]{0,3}$ ]] ||
			die "$name=${!name}: give a number from 1 to 9999"
	done
}

# install_programs: all that a guest runs, into OUT/guest
install_programs()
{
	local dir

	mkdir -p "$OUT"
	rm -rf "$OUT/guest"
	for dir in bonding bench; do
		make -s -C "$TOP/selftests/$dir" OUTPUT="$OUT/programs" \
			INSTALL_PATH="$OUT/guest" USERLDFLAGS=-static install >&2
	done
}

# report PART RAW: the table, and OUT/PART.json; fails with STRICT=1 when an
# expectation is missed
report()
{
	local release

	release=$(cat "$("$VM/kernel" "$KERNEL")/version")
	jq -nR --arg kernel "$KERNEL, $release" -L "$HERE" \
		'include "report"; [inputs | split(" ")] | '"$1"' | finish($kernel)' \
		<"$2" >"$OUT/$1.json"
	jq -r -L "$HERE" 'include "report"; table' "$OUT/$1.json" |
		LC_ALL=C awk -F '\t' '{ printf "  %-50s %12s  %-26s %-12s %s\n", $1, $2, $3, $4, $5 }'
	[ -z "${STRICT:-}" ] || ! jq -e 'any(.rows[]; .verdict == "MISSED")' "$OUT/$1.json" >&2
}
