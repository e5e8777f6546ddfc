# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# subtests COMMAND NAME...: "COMMAND NAME" as a KTAP subtest each; 4 is a skip.
# False if one failed.
subtests()
{
	local command=$1 name number=0 failures=0 start

	shift
	echo 'KTAP version 1'
	echo "1..$#"
	for name; do
		number=$((number + 1)) start=$SECONDS
		echo "# Subtest: $name"
		"$command" "$name" 2>&1 | sed -u 's/^/    /'
		case ${PIPESTATUS[0]} in
		0) echo "ok $number $name" ;;
		4) echo "ok $number $name # SKIP" ;;
		*)
			echo "not ok $number $name"
			failures=$((failures + 1))
			;;
		esac
		echo "# $name: $((SECONDS - start)) s"
	done
	[ "$failures" -eq 0 ]
}
