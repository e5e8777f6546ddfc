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

#include "history.h"
#include "names.h"

struct bond;
struct bond_policy;

#define SENTENCE_MAX 256

struct problem {
	enum fault_code code;
	enum severity severity;
	int ifindex;			/* the port or bond that it is about */
	char object[IFNAMSIZ];		/* its name */
	struct moment since;
	uint64_t well_usec;		/* monotonic, when it ended, 0 = it did not */
	char text[SENTENCE_MAX];	/* evidence; then what it means */
};

/* It is there, but not long enough to be called a problem. */
struct waiting {
	enum fault_code code;
	int ifindex;
	struct moment since;
};

#define PROBLEMS_MAX 32

/* More than slewing adds up to; a smaller step of a clock is not worth a word. */
#define CLOCK_STEP_USEC (10 * 1000000ULL)

struct problems {
	size_t count;
	struct problem list[PROBLEMS_MAX];
	size_t waiting_count;
	struct waiting waiting[PROBLEMS_MAX];
	struct moment checked;		/* when this was found out */
	uint64_t next_usec;		/* monotonic, when to look again, even if
					 * nothing happens; UINT64_MAX = never */
};

/*
 * Fill @problems with what is wrong with @bond at @now, worst first. A problem
 * that is in @before too (same code and ifindex) keeps its since; if the
 * realtime clock was set meanwhile, since moves along.
 */
void health_check(const struct bond *bond, const struct bond_policy *policy,
		  const struct problems *before, struct moment now,
		  struct problems *problems);

/* That problem of that port or bond, or NULL. */
const struct problem *problems_find(const struct problems *problems,
				    enum fault_code code, int ifindex);

/* It is there since then, raised or not; one more than fit is left out. */
void problems_wait(struct problems *problems, enum fault_code code,
		   int ifindex, struct moment since);

/* False in the first seconds of a port: carrier comes, LACP negotiates. */
bool health_settled(const struct bond *bond, struct moment now);

/* The worst of the problems; ok if there is none that counts. */
enum health health_of(const struct problems *problems);

/*
 * The worst of the last verdict on @bond; unknown while it is switched off, or
 * new without a usable port yet.
 */
enum health health_of_bond(const struct bond *bond);

/* Problems of one port only; HEALTH_OK if none names it. */
enum health health_of_port(const struct problems *problems, int ifindex);

/*
 * "bond0 degraded: eth1 has no carrier since 14:02:11 (+1 more)" or
 * "bond0 ok, 2 of 2 ports usable". What a problem means follows its since:
 * "... since 14:02:11; the leaves no longer present one system ...". Returns the
 * length, truncated to @size.
 */
int health_describe(const struct bond *bond, char *text, size_t size);

/*
 * What the recent past of @bond explains, though nothing is wrong: a port that
 * was held back by its leaf. "" if there is nothing to say.
 */
char *health_remark(const struct bond *bond, char *text, size_t size);

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
