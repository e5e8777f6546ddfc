# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests of a lab.

TESTS=0 FAILED=0
ON_FAILURE=true			# a command that shows what state the lab is in

# check NAME COMMAND...: the last line that it prints is shown with the result
check()
{
	local name=$1 out

	shift
	TESTS=$((TESTS + 1))
	if out=$("$@" 2>&1); then
		echo "ok $TESTS $name${out:+ # ${out##*$'\n'}}"
	else
		FAILED=$((FAILED + 1))
		{
			printf '%s\n' "failed: $*" "$out"
			"$ON_FAILURE"
		} | sed 's/^/# /'
		echo "not ok $TESTS $name"
	fi
}
