#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A lab by hand, as the package dualhome-selftests brings it: a user gives one verb
# after the other, and no test may start beside a lab that is up.
set -eu
# shellcheck source=selftests/lab/ktap.sh
. "$(dirname "$(realpath "$0")")/ktap.sh"

RUN=/usr/libexec/dualhome/selftests/run
# what a user's machine has not
mv /.vm/job /.vm/job.away
trap 'mv /.vm/job.away /.vm/job' EXIT

# says PATTERN ARGUMENT...: of run
says()
{
	local pattern=$1

	shift
	"$RUN" "$@" | grep -E "$pattern"
}

# refused ARGUMENT...: because of the bond
refused()
{
	local code=0 out

	out=$("$RUN" "$@" 2>&1) || code=$?
	echo "exit code $code: $out"
	[ "$code" -eq 2 ] && [[ $out == 'run: a bond is in use here; '* ]]
}

echo 'KTAP version 1'
echo '1..7'
check "a lab is built" "$RUN" destack up
check "it tells its state" says 'link to the server +yes +yes' destack status
check "another verb changes it" "$RUN" destack cut leaf1
check "which it tells" says 'link to the server +no +yes' destack status
check "no test starts beside it" refused bonding
check "nor another lab" refused dsr
check "it is taken down" "$RUN" destack down
[ "$FAILED" -eq 0 ]
