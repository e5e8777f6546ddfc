/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_SENDERS_H
#define DUALHOME_SENDERS_H

/*
 * Who sends unicast IP to us: MACs, learned from a random sample that the
 * kernel takes of what an interface receives. The sample adapts to the load:
 * about 64 frames a second and interface at most, all of them while there are
 * few. What a sender costs is bounded, however many MACs somebody invents.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lacp.h"

struct senders;
struct sd_event;

struct sender {
	int interface;			/* ifindex */
	uint8_t mac[MAC_LEN];
	unsigned int sightings;		/* seconds in which it was seen */
	uint64_t seen_usec;		/* last, monotonic */
	bool known;			/* senders_known() since the last _begin() */
};

/* Calls @changed when somebody has been seen often enough to be a sender. */
int senders_new(struct senders **senders, struct sd_event *event,
		void (*changed)(void *userdata), void *userdata);
struct senders *senders_free(struct senders *senders);

/* Interfaces to listen on: those that are not named in between end. */
void senders_begin(struct senders *senders);
void senders_watch(struct senders *senders, int interface);
void senders_end(struct senders *senders);

/* That MAC is in a table of ours: no stranger. */
void senders_known(struct senders *senders, int interface,
		   const uint8_t mac[MAC_LEN]);

/*
 * The strangers who were seen in two seconds at least and within the last
 * @age_usec; start with *i = 0.
 */
const struct sender *senders_next(const struct senders *senders,
				  uint64_t age_usec, size_t *i);

#endif
