# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # used by those that source it
#
# Shared by check and check-tree: a copy of the driver to patch and build, what
# is known of stock, and KTAP.
#
# The caller sets
#	TREE	the copy: a git repository with the driver and its headers
#	KDIR	the build directory, as seen inside ROOT
#	ROOT	"", or a directory with the system that builds (chroot)
#	WORK	a temporary directory, inside ROOT

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
ME=$(basename "$0")

# What the driver is made of.
DRIVER=('drivers/net/bonding' 'include/net/bond*.h' 'include/uapi/linux/if_link.h')

# Structures whose members in-tree modules read with the offsets of the
# distribution's headers.
LAYOUT=(bonding slave bond_params)

# The attribute's number is what iproute2 sends, whatever the enum looks like.
BROADCAST_NEIGH=33

die()
{
	echo "$ME: $*" >&2
	exit 2
}

need()
{
	local pair missing=()

	for pair; do
		command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
	done
	[ ${#missing[@]} -eq 0 ] ||
		die "missing on this machine: apt-get install ${missing[*]}"
}

# list_series FOLDER: its patches, in order; shared ones are ../FOLDER/PATCH
list_series()
{
	grep -vE '^(#|$)' "$1/series"
}

# --- the tree under test ---------------------------------------------------

tree_git()
{
	git -C "$TREE" -c core.hooksPath=/dev/null -c commit.gpgsign=false \
		-c gc.auto=0 -c user.name=check -c user.email=check@localhost "$@"
}

# init_tree: TREE, which holds the stock driver, becomes a repository
init_tree()
{
	tree_git -c init.defaultBranch=main init -q
	# Ours next to the driver: patched headers come before the kernel's.
	printf '%s\n' '*.o' '*.ko' '*.mod' '*.mod.c' '.*.cmd' 'modules.order' \
		'.module-common.c' 'Module.symvers' /drivers/net/bonding/Kbuild \
		>"$TREE/.git/info/exclude"
	# shellcheck disable=SC2016 # make's variables
	printf '%s\n' 'LINUXINCLUDE := -I$(src)/../../../include $(LINUXINCLUDE)' \
		'include $(src)/Makefile' >"$TREE/drivers/net/bonding/Kbuild"
	tree_git add -A
	tree_git commit -q -m stock
}

# apply FOLDER: its series to TREE; false, with STOP, if a patch does not fit
apply()
{
	local patch

	while read -r patch; do
		if ! tree_git apply --exclude='Documentation/*' "$1/$patch" 2>/dev/null; then
			patch=${patch##*/}
			STOP="${1##*/} stops at ${patch%%-*}"
			return 1
		fi
	done < <(list_series "$1")
}

# pick_series KSRC: TREE, patched with the first that fits whole, as dkms/prepare
# does it; sets SERIES
pick_series()
{
	local file tried=

	while IFS= read -r file; do
		SERIES=${file%/series}
		! apply "$SERIES" || return 0
		tried+="${tried:+, }$STOP"
		tree_git reset -q --hard
		tree_git clean -qfd
	done < <(find "$HERE" -path '*/linux-*/series' | sort -Vr)
	die "no series fits $1: $tried"
}

# no_other_fits: TREE, which is stock, is for SERIES alone
no_other_fits()
{
	local file other found=

	while IFS= read -r file; do
		other=${file%/series}
		[ ! "$other" -ef "$SERIES" ] || continue
		! apply "$other" || found+=" ${other##*/}"
		tree_git reset -q --hard
		tree_git clean -qfd
	done < <(find "$HERE" -path '*/linux-*/series' | sort -V)
	[ -z "$found" ] || { echo "these fit as well:$found"; return 1; }
}

# in_root COMMAND...: objtool reads /proc, which is mounted for the command alone
in_root()
{
	if [ -z "$ROOT" ]; then
		"$@"
		return
	fi
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$ROOT" "$@"
}

# build LOG [ARGUMENT...]: the driver in the tree, with debugging information
build()
{
	local log=$1

	shift
	in_root make -s -j "$(nproc)" -C "$KDIR" \
		M="${TREE#"$ROOT"}/drivers/net/bonding" \
		CONFIG_BONDING=m KCFLAGS=-g "$@" modules >"$log" 2>&1
}

# warnings LOG: one per line, without the line numbers that patches move
warnings()
{
	grep -E '(warning|error):' "$1" | sed -E 's/(:[0-9]+)+:/:/' | sort || :
}

# new_warnings STOCK LOG: what LOG has and STOCK has not; fails if there is any
new_warnings()
{
	local new

	new=$(comm -13 <(warnings "$1") <(warnings "$2"))
	[ -z "$new" ] || { echo "$new"; return 1; }
}

# facts: what the users of the module in the tree rely on, one fact per line;
# of structures, including those inside, all lines "member; /* offset size */"
facts()
{
	local ko=$TREE/drivers/net/bonding/bonding.ko struct

	for struct in "${LAYOUT[@]}"; do
		pahole -E -C "$struct" "$ko" | tr -s ' \t' ' ' |
			sed -nE "s,^ ?(.*;) (/\* [0-9: ]+ \*/)$,struct $struct: \1 \2,p"
	done
	nm "$ko" | sed -n 's/.* __ksymtab_\(strings_\)\{0,1\}/symbol: /p'
	modinfo -F parm "$ko" | sed 's/^/parameter: /'
}

# --- KTAP ------------------------------------------------------------------

NUMBER=0
FAILED=0

# result NAME COMMAND...: one test; what the command says is its diagnosis
result()
{
	local name=$1 said

	shift
	NUMBER=$((NUMBER + 1))
	if said=$("$@" 2>&1); then
		echo "ok $NUMBER $name"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $NUMBER $name"
	fi
	[ -z "$said" ] || echo "# ${said//$'\n'/$'\n'# }"
}

# --- tests -----------------------------------------------------------------

compiles_like_stock()
{
	build "$WORK/step" W=1 || { grep error "$WORK/step" || cat "$WORK/step"; return 1; }
	new_warnings "$WORK/stock" "$WORK/step"
}

# keeps KIND...: no fact of these kinds that stock had is missing
keeps()
{
	local kinds stock gone

	kinds=$(printf '|%s' "$@")
	stock=$(grep -E "^(${kinds#|})" "$WORK/stock-facts" | sort)
	[ -n "$stock" ] || { echo "nothing known of stock"; return 1; }
	gone=$(comm -23 <(echo "$stock") <(facts | sort))
	[ -n "$gone" ] || return 0
	echo "$(wc -l <<<"$gone") of stock are gone, such as"
	head -n 5 <<<"$gone"
	return 1
}

has_attribute_number()
{
	printf '%s\n' '#include "uapi/linux/if_link.h"' \
		"_Static_assert(IFLA_BOND_BROADCAST_NEIGH == $BROADCAST_NEIGH, \"number\");" |
		gcc -I "$TREE/include" -xc -fsyntax-only -
}
