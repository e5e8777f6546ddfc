/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_KEEPALIVE_H
#define DUALHOME_KEEPALIVE_H

/*
 * The schedule: who is probed when on which port. Pure: time is an argument,
 * randomness comes from a seed, nothing is sent here.
 *
 * A path is one peer through one port. Each path is due once per interval,
 * with a jitter of +-25 % so that servers that booted together drift apart.
 * A new path is due at once, so that a start is seen. Whatever piles up (a
 * start, a port that returns, a stalled process), two probes leave a port at
 * least 10 ms apart, closer only where that could not serve all its paths in
 * a quarter of the interval, and never closer than the rate limit allows on
 * average over 50 ms.
 *
 * A path that has answered and does not any more is asked again after a
 * second, three times; so a dead leaf is found a few seconds after the first
 * probe into it, not three intervals later.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "lateness.h"
#include "names.h"

struct keepalive;

/* Who is probed, and how. @interface is the bond or stands above it. */
struct keepalive_target {
	int interface;			/* ifindex */
	struct address peer;
	enum keepalive_method method;
	unsigned int sources;		/* PEER_BIT(enum peer_source) */
	uint32_t interval_msec;		/* 0 = the common one */
};

/* A path, as others may see it. Times are monotonic, 0 = never. */
struct keepalive_path {
	int bond;			/* ifindex */
	int port;			/* ifindex */
	int interface;			/* ifindex */
	struct address peer;
	uint8_t method;			/* enum keepalive_method */
	uint8_t sources;		/* PEER_BIT(enum peer_source) */
	uint16_t identifier;		/* ICMP identifier, one per port */
	uint16_t sequence;		/* of the last probe */
	uint64_t cookie;		/* of the probe in flight, 0 = none */
	uint64_t sent;
	uint64_t answered;
	uint64_t sent_usec;
	uint64_t answered_usec;
	uint64_t rtt_usec;		/* of the last answer */
	uint64_t rtt_sum_usec;		/* of all answers */
	uint32_t rtt_min_usec;
	uint32_t rtt_max_usec;
	unsigned int misses;		/* unanswered in a row */
	unsigned int unresolved;	/* attempts in a row without ARP or ND */
	bool revived;			/* the last answer made it alive */
};

/* As many probes unanswered in a row mean that a path is dead: FAULTS.md. */
#define KEEPALIVE_MISSES 3

/* It has answered once, so that silence means something. */
static inline bool keepalive_is_alive(const struct keepalive_path *path)
{
	return path->answered > 0 && path->misses < KEEPALIVE_MISSES;
}

/* How it went with a probe. */
enum keepalive_outcome {
	KEEPALIVE_SENT,
	KEEPALIVE_UNRESOLVED,		/* the peer answers no ARP or ND */
	KEEPALIVE_FAILED,		/* the peer has no part in it */
};

/* @seed is a secret from getrandom(2): cookies cannot be guessed without it. */
int keepalive_new(struct keepalive **keepalive, uint64_t interval_usec,
		  uint64_t seed);
struct keepalive *keepalive_free(struct keepalive *keepalive);
void keepalive_set_interval(struct keepalive *keepalive, uint64_t interval_usec,
			    uint64_t now);

/* At most that many probes in a second leave a port; 0 = no limit. */
void keepalive_set_rate(struct keepalive *keepalive, unsigned int per_second);

/*
 * Paths come and go with ports and peers; 1 if something changed. A path that
 * is there already takes over method, sources and interval. A new port rests;
 * -EINVAL if @port already has paths in another bond, -ENOMEM.
 */
int keepalive_path_added(struct keepalive *keepalive, int bond, int port,
			 const struct keepalive_target *target, uint64_t now);
int keepalive_path_removed(struct keepalive *keepalive, int bond, int port,
			   int interface, const struct address *peer);
int keepalive_port_removed(struct keepalive *keepalive, int port);

/*
 * A port that is not usable keeps its paths and their counts, but rests; its
 * misses start anew when it returns.
 */
int keepalive_port_usable(struct keepalive *keepalive, int port, bool usable,
			  uint64_t now);

/* When the next path is due, UINT64_MAX if none is. */
uint64_t keepalive_next_usec(const struct keepalive *keepalive);

/*
 * The path that is due at @now, with a fresh sequence and cookie, rescheduled;
 * NULL if none is due. If the last probe is unanswered, that is a miss. The
 * caller sends, then says how it went, before a path is added or removed: one
 * that was not sent is not counted as sent and is tried again after 1, 2, 4, ...
 * seconds, at most the interval. It is no miss either, unless a peer that was
 * sent to before is unresolved now: the kernel gives up an ARP entry before
 * three probes are lost.
 */
const struct keepalive_path *keepalive_due(struct keepalive *keepalive,
					   uint64_t now);
void keepalive_sent(struct keepalive *keepalive,
		    const struct keepalive_path *path,
		    enum keepalive_outcome outcome);

/*
 * How late probes were taken that had a time to be taken at; not those that were
 * due at once, which the gap between two probes of a port holds back.
 */
/* How long the rate limit makes a round of the port with the most paths; 0 = none. */
uint64_t keepalive_least_round_usec(const struct keepalive *keepalive);
const struct lateness *keepalive_lateness(const struct keepalive *keepalive);

/* ARP or ND has an answer: what waits for it is due now. 1 if anything is. */
int keepalive_peer_resolved(struct keepalive *keepalive, int bond,
			    int interface, const struct address *peer,
			    uint64_t now);

/*
 * An answer came in on @port. Returns the path if it is the answer to its last
 * probe (address, identifier, sequence and cookie match, and it came on the
 * bond of that port), else NULL: forged, replayed or late ones count nothing.
 * Leaves may hash the answer to the other port: it counts for the path that
 * the probe left on, which the identifier names.
 */
const struct keepalive_path *keepalive_answer(struct keepalive *keepalive,
					      int port,
					      const struct address *peer,
					      uint16_t identifier,
					      uint16_t sequence, uint64_t cookie,
					      uint64_t now);

/*
 * Iterate over the paths of a bond (0 = all): start with *i = 0. In the order
 * of bond, peer, interface, port, so that the paths of a peer are neighbors.
 */
const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i);

#endif
