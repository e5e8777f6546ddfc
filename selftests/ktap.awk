# SPDX-License-Identifier: GPL-2.0
# Counts the results of a KTAP stream: the innermost ones, because a test that
# has subtests only repeats what they said. Prints "passed failed skipped", and
# with -v list=1 the names of the failed ones instead.

function indent(line)
{
	match(line, /^ */)
	return RLENGTH
}

/^ *(not )?ok( |$)/ {
	depth = indent($0)
	failed_here = ($0 ~ /^ *not ok/)
	parent = (last > depth)
	last = depth
	# A parent fails by itself only if none of its subtests did.
	if (parent && !(failed_here && !subfailed)) {
		subfailed = 0
		next
	}
	if ($0 ~ /# *[Ss][Kk][Ii][Pp]/) {
		skipped++
	} else if (failed_here) {
		failed++
		subfailed = 1
		if (list)
			print
	} else {
		passed++
	}
	if (depth == 0)
		subfailed = 0
}

END {
	if (!list)
		print passed + 0, failed + 0, skipped + 0
}
