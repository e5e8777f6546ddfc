/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_SINCE_H
#define DUALHOME_SINCE_H

/*
 * Since when faults are there, kept in a file below /run for the next start:
 * whoever looks at night must see when it began, not when the daemon was
 * upgraded. A line per fault: code, ifindex, monotonic and realtime usec.
 */

#include "bond.h"
#include "health.h"

#define SINCE_MAX 256

struct since {
	size_t count;
	struct waiting list[SINCE_MAX];
	uint64_t loaded_usec;		/* monotonic: it is forgotten some time later */
};

/* What the file has; lines that make no sense are skipped. */
void since_load(struct since *since, int fd, uint64_t now);

/*
 * What is wrong now, and what is still remembered of before, takes the place of
 * what the file has. 0 or -errno.
 */
int since_save(int fd, const struct bonds *bonds, const struct since *since);

/* Put what is known of @bond into @before, as if it had been waiting since. */
void since_recall(struct since *since, const struct bond *bond,
		  struct problems *before, uint64_t now);

/* It was there at the end of the last run. */
bool since_has(const struct since *since, enum fault_code code, int ifindex);

/* What @bond has now is no longer news from before the start. */
void since_forget(struct since *since, const struct bond *bond);

#endif
