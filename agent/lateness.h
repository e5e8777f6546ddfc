/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_LATENESS_H
#define DUALHOME_LATENESS_H

/*
 * How long after they were due things happened: counts in buckets that are an
 * eighth of their value wide, so that quantiles of any number of them need no
 * memory and are at most an eighth too high.
 */

#include <stdint.h>

#define LATENESS_BUCKETS 184		/* up to 31 s, the last one for all beyond */

struct lateness {
	uint64_t total;
	uint64_t max_usec;
	uint64_t counts[LATENESS_BUCKETS];
};

void lateness_add(struct lateness *lateness, uint64_t usec);

/* What @percent of all were not later than; 0 if there is none. */
uint64_t lateness_quantile(const struct lateness *lateness, unsigned int percent);

#endif
