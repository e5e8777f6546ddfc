/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_HISTORY_H
#define DUALHOME_HISTORY_H

/*
 * What was, as far as it explains what is: bounded, part of the model, and
 * written only when something is observed, so that diagnosis stays a function
 * of the snapshot, this and the time.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "lacp.h"
#include "util.h"

struct bond;

/* One moment on both clocks: monotonic for spans, realtime for people. */
struct moment {
	uint64_t mono_usec;
	uint64_t real_usec;
};

/* The moment at @mono_usec, which is past, by the realtime clock of @now. */
static inline struct moment moment_at(uint64_t mono_usec, struct moment now)
{
	return (struct moment) {
		.mono_usec = mono_usec,
		.real_usec = now.real_usec - (now.mono_usec - mono_usec),
	};
}

#define CARRIER_CHANGES_MAX 16

/* The last changes of a port's carrier. Times are monotonic, 0 = never. */
struct carrier_history {
	uint64_t changed_usec[CARRIER_CHANGES_MAX];	/* a ring */
	unsigned int next;
	uint64_t lost_usec;		/* when it was lost last */
	uint64_t back_usec;		/* when it came back after that */
};

/* @count changes were seen at @now; the last one was to @carrier. */
void carrier_changed(struct carrier_history *history, unsigned int count,
		     bool carrier, uint64_t now);

/* How many changes there were after @since, at most CARRIER_CHANGES_MAX. */
unsigned int carrier_changes(const struct carrier_history *history,
			     uint64_t since);
uint64_t carrier_last_change(const struct carrier_history *history);

/*
 * How long a changed partner is shown: twice what the slowest monitoring asks
 * (5 min), so that nobody misses it, and no longer, since nothing is broken.
 */
#define PARTNER_CHANGED_USEC (600 * USEC_PER_SEC)

/* The LACP system that all ports of a bond hear, and the one before it. */
struct partner_history {
	uint8_t system[MAC_LEN];	/* zero = none was heard yet */
	uint8_t before[MAC_LEN];
	struct moment changed;		/* from before to system; 0 = never */
	unsigned int split;		/* ports that heard two systems, 0 = one */
	char lost_port[IFNAMSIZ];	/* had lost its carrier shortly before */
	uint64_t lost_sec;		/* so long before */
};

/* Look at what the ports hear now: 1 if the partner of the bond changed. */
int partner_observe(struct bond *bond, struct moment now);

#endif
