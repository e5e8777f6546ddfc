/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TAP_H
#define DUALHOME_TAP_H

/*
 * An ear of its own on a link, besides the port's socket: filtered before it is
 * bound, with a small queue that nobody waits for; who opened it looks into it
 * when it is time. What does not fit the queue costs no copy.
 */

#include <stdbool.h>
#include <stddef.h>

struct sock_filter;

struct tap {
	int ifindex;			/* 0 = every link */
	int type;			/* SOCK_RAW or SOCK_DGRAM */
	int queue;			/* bytes, as SO_RCVBUF takes them */
	bool outgoing;			/* what leaves is heard, too */
};

/* A nonblocking file descriptor, or -errno. */
int tap_open(const struct tap *tap, const struct sock_filter *filter,
	     size_t count);

/* Another filter for it; 0 or -errno. */
int tap_set_filter(int fd, const struct sock_filter *filter, size_t count);

#endif
