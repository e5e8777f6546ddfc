/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TARGETS_H
#define DUALHOME_TARGETS_H

/*
 * The set of peers of all bonds. It is gathered anew each time: between
 * targets_begin() and targets_end() everybody says whom he wants, and the end
 * tells what is different. A peer that is wanted twice, by interface and
 * address, is one with both reasons.
 */

#include <stdbool.h>
#include <stddef.h>

#include "keepalive.h"

/* More would leave none of them the interval that keeps a switch warm. */
#define TARGETS_MAX 20000

struct targets;

struct target {
	int bond;			/* ifindex */
	struct keepalive_target keepalive;
};

int targets_new(struct targets **targets);
struct targets *targets_free(struct targets *targets);

void targets_begin(struct targets *targets);

/* -ENOSPC beyond TARGETS_MAX: who is asked first counts; or -ENOMEM. */
int targets_want(struct targets *targets, const struct target *target);

/*
 * The set is what was wanted now. @removed is called for what went, @wanted
 * for what came and for what has another method, sources or interval.
 */
void targets_end(struct targets *targets,
		 void (*removed)(const struct target *target, void *userdata),
		 void (*wanted)(const struct target *target, void *userdata),
		 void *userdata);

/* Iterate over the peers of a bond (0 = all): start with *i = 0. */
const struct target *targets_next(const struct targets *targets, int bond,
				  size_t *i);

#endif
