// SPDX-License-Identifier: GPL-2.0

#include "throttle.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "util.h"

/* One object and code, for as long as its minute runs. */
struct window {
	TAILQ_ENTRY(window) entry;	/* in the order of their ends */
	uint64_t end_usec;
	unsigned int said;
	unsigned int kept;
	struct change last;		/* of those that are kept */
};

struct throttle {
	TAILQ_HEAD(, window) windows;
};

int throttle_new(struct throttle **throttle)
{
	*throttle = calloc(1, sizeof(**throttle));
	if (!*throttle)
		return -ENOMEM;
	TAILQ_INIT(&(*throttle)->windows);
	return 0;
}

static void forget(struct throttle *throttle, struct window *window)
{
	TAILQ_REMOVE(&throttle->windows, window, entry);
	free(window);
}

struct throttle *throttle_free(struct throttle *throttle)
{
	if (!throttle)
		return NULL;
	while (!TAILQ_EMPTY(&throttle->windows))
		forget(throttle, TAILQ_FIRST(&throttle->windows));
	free(throttle);
	return NULL;
}

/* What is over and kept nothing is of no more use. */
static void forget_old(struct throttle *throttle, uint64_t now_usec)
{
	struct window *window = TAILQ_FIRST(&throttle->windows), *next;

	for (; window && window->end_usec <= now_usec; window = next) {
		next = TAILQ_NEXT(window, entry);
		if (window->kept == 0)
			forget(throttle, window);
	}
}

static struct window *find(struct throttle *throttle,
			   const struct change *change)
{
	const struct problem *problem = &change->problem, *other;
	struct window *window;

	TAILQ_FOREACH(window, &throttle->windows, entry) {
		other = &window->last.problem;
		if (other->ifindex == problem->ifindex &&
		    other->code == problem->code)
			return window;
	}
	return NULL;
}

static void begin(struct throttle *throttle, struct window *window,
		  uint64_t now_usec)
{
	window->end_usec = now_usec + THROTTLE_WINDOW_USEC;
	window->said = 1;
	window->kept = 0;
	TAILQ_INSERT_TAIL(&throttle->windows, window, entry);
}

bool throttle_admit(struct throttle *throttle, const struct change *change)
{
	struct window *window;

	forget_old(throttle, change->when.mono_usec);
	window = find(throttle, change);
	if (!window) {
		window = calloc(1, sizeof(*window));
		if (!window)
			return true;
		window->last = *change;
		begin(throttle, window, change->when.mono_usec);
		return true;
	}
	window->last = *change;
	if (window->said < THROTTLE_BURST) {
		window->said++;
		return true;
	}
	window->kept++;
	return false;
}

static struct window *first_kept(const struct throttle *throttle)
{
	struct window *window;

	TAILQ_FOREACH(window, &throttle->windows, entry)
		if (window->kept > 0)
			return window;
	return NULL;
}

uint64_t throttle_next_usec(const struct throttle *throttle)
{
	const struct window *window = first_kept(throttle);

	return window ? window->end_usec : UINT64_MAX;
}

bool throttle_due(struct throttle *throttle, uint64_t now_usec,
		  struct change *change, unsigned int *left_out)
{
	struct window *window = first_kept(throttle);

	if (!window || window->end_usec > now_usec)
		return false;
	*change = window->last;
	*left_out = window->kept - 1;
	TAILQ_REMOVE(&throttle->windows, window, entry);
	begin(throttle, window, now_usec);
	return true;
}
