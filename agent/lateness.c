// SPDX-License-Identifier: GPL-2.0
#include "lateness.h"

#define STEPS 8				/* buckets between n and 2 n */

/* 0 to 15 stand for themselves; the rest by its four highest bits. */
static unsigned int bucket_of(uint64_t usec)
{
	unsigned int shift, bucket;

	if (usec < STEPS * 2)
		return usec;
	shift = 63 - __builtin_clzll(usec) - 3;
	bucket = shift * STEPS + (usec >> shift);
	return bucket < LATENESS_BUCKETS ? bucket : LATENESS_BUCKETS - 1;
}

/* The greatest value in it. */
static uint64_t end_of(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < STEPS * 2)
		return bucket;
	shift = bucket / STEPS - 1;
	return ((STEPS + bucket % STEPS + 1ULL) << shift) - 1;
}

void lateness_add(struct lateness *lateness, uint64_t usec)
{
	lateness->total++;
	lateness->counts[bucket_of(usec)]++;
	if (usec > lateness->max_usec)
		lateness->max_usec = usec;
}

uint64_t lateness_quantile(const struct lateness *lateness, unsigned int percent)
{
	/* rounded up: of three, half are two */
	uint64_t wanted = (lateness->total * percent + 99) / 100, seen = 0, end;

	if (!lateness->total)
		return 0;
	for (unsigned int i = 0; i < LATENESS_BUCKETS - 1; i++) {
		seen += lateness->counts[i];
		end = end_of(i);
		if (seen && seen >= wanted)
			return end < lateness->max_usec ? end : lateness->max_usec;
	}
	return lateness->max_usec;
}
