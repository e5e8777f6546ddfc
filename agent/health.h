/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_HEALTH_H
#define DUALHOME_HEALTH_H

/*
 * Diagnosis: a pure function from a bond (the snapshot), what is wanted of it
 * (the policy) and the time to the list of its problems. No I/O, no clock.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

struct bond;
struct bond_policy;

/* One moment on both clocks: monotonic for spans, realtime for people. */
struct moment {
	uint64_t mono_usec;
	uint64_t real_usec;
};

struct problem {
	enum fault_code code;
	enum severity severity;
	int ifindex;			/* the port or bond that it is about */
	char object[IFNAMSIZ];		/* its name */
	struct moment since;
	char text[200];			/* one sentence: evidence and way out */
};

#define PROBLEMS_MAX 64

struct problems {
	size_t count;
	struct problem list[PROBLEMS_MAX];
};

/*
 * Fill @problems with what is wrong with @bond at @now, worst first. A problem
 * that is in @before too (same code and ifindex) keeps its since.
 */
void health_check(const struct bond *bond, const struct bond_policy *policy,
		  const struct problems *before, struct moment now,
		  struct problems *problems);

/* False in the first seconds of a port: carrier comes, LACP negotiates. */
bool health_settled(const struct bond *bond, struct moment now);

/* The worst of the problems; ok if there is none that counts. */
enum health health_of(const struct problems *problems);

/*
 * The worst of the last verdict on @bond; unknown while it is new and has no
 * usable port yet.
 */
enum health health_of_bond(const struct bond *bond);

/* Problems of one port only; HEALTH_OK if none names it. */
enum health health_of_port(const struct problems *problems, int ifindex);

/*
 * "bond0 degraded: eth1 has no carrier since 14:02:11 (+1 more)" or
 * "bond0 ok, 2 of 2 ports usable". Returns the length, truncated to @size.
 */
int health_describe(const struct bond *bond, char *text, size_t size);

/*
 * What to say of a verdict: start with *i = 0, NULL at the end. A problem whose
 * severity changed is raised again, one whose object has a new name is raised
 * under that and cleared under the old one. The text may change silently.
 */
const struct problem *problems_raised(const struct problems *after,
				      const struct problems *before, size_t *i);
const struct problem *problems_cleared(const struct problems *after,
				       const struct problems *before, size_t *i);

#endif
