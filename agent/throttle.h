/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_THROTTLE_H
#define DUALHOME_THROTTLE_H

/*
 * Keeps a port that flaps from filling the journal: of what is said of one
 * fault of one object within a minute, the first ten times are let through.
 * Of the rest, only how it is at the end of that minute is said then, with the
 * number of what was left out: the last word is always true. Time is an
 * argument.
 */

#include <stdbool.h>

#include "health.h"

#define THROTTLE_BURST		10
#define THROTTLE_WINDOW_USEC	(60 * USEC_PER_SEC)

/* A change of a problem, with all that a later report of it needs. */
struct change {
	char bond[IFNAMSIZ];
	struct problem problem;
	bool is_port;
	bool raised;
	struct moment when;
	char sentence[SENTENCE_MAX];	/* what is said of it */
};

struct throttle;

int throttle_new(struct throttle **throttle);
struct throttle *throttle_free(struct throttle *throttle);

/* True if @change is to be said now; else it is kept, replacing the last one. */
bool throttle_admit(struct throttle *throttle, const struct change *change);

/* When the next kept change is due (monotonic), UINT64_MAX if there is none. */
uint64_t throttle_next_usec(const struct throttle *throttle);

/*
 * The next change that is due at @now_usec, and how many were left out before
 * it; false if none is.
 */
bool throttle_due(struct throttle *throttle, uint64_t now_usec,
		  struct change *change, unsigned int *left_out);

#endif
