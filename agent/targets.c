// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "targets.h"

/* In the order of bond, address, interface. */
struct list {
	struct target *entries;
	size_t count;
	size_t capacity;
};

struct targets {
	struct list now;
	struct list next;
};

static int compare(const void *x, const void *y)
{
	const struct target *a = x, *b = y;
	int r;

	if (a->bond != b->bond)
		return a->bond < b->bond ? -1 : 1;
	r = address_compare(&a->keepalive.peer, &b->keepalive.peer);
	if (r)
		return r;
	return (a->keepalive.interface > b->keepalive.interface) -
	       (a->keepalive.interface < b->keepalive.interface);
}

int targets_new(struct targets **targets)
{
	struct targets *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	*targets = new;
	return 0;
}

struct targets *targets_free(struct targets *targets)
{
	if (!targets)
		return NULL;
	free(targets->now.entries);
	free(targets->next.entries);
	free(targets);
	return NULL;
}

void targets_begin(struct targets *targets)
{
	targets->next.count = 0;
}

int targets_want(struct targets *targets, const struct target *target)
{
	struct list *list = &targets->next;

	if (list->count == TARGETS_MAX)
		return -ENOSPC;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 16;
		struct target *entries;

		entries = reallocarray(list->entries, capacity, sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		list->entries = entries;
		list->capacity = capacity;
	}
	list->entries[list->count++] = *target;
	return 0;
}

/* Of equal ones, the most frequent probe counts, and an echo before others. */
static void merge(struct target *into, const struct target *from)
{
	struct keepalive_target *a = &into->keepalive;
	const struct keepalive_target *b = &from->keepalive;

	a->sources |= b->sources;
	if (b->method < a->method)
		a->method = b->method;
	if (!a->interval_msec ||
	    (b->interval_msec && b->interval_msec < a->interval_msec))
		a->interval_msec = b->interval_msec;
}

static void unite(struct list *list)
{
	size_t kept = 0;

	if (!list->count)
		return;
	qsort(list->entries, list->count, sizeof(*list->entries), compare);
	for (size_t i = 1; i < list->count; i++) {
		if (compare(&list->entries[kept], &list->entries[i]) == 0)
			merge(&list->entries[kept], &list->entries[i]);
		else
			list->entries[++kept] = list->entries[i];
	}
	list->count = kept + 1;
}

static bool same(const struct target *a, const struct target *b)
{
	return a->keepalive.method == b->keepalive.method &&
	       a->keepalive.sources == b->keepalive.sources &&
	       a->keepalive.interval_msec == b->keepalive.interval_msec;
}

void targets_end(struct targets *targets,
		 void (*removed)(const struct target *target, void *userdata),
		 void (*wanted)(const struct target *target, void *userdata),
		 void *userdata)
{
	struct list before = targets->now;
	size_t old = 0, new = 0;

	unite(&targets->next);
	targets->now = targets->next;
	targets->next = before;
	while (old < before.count || new < targets->now.count) {
		const struct target *a = &before.entries[old];
		const struct target *b = &targets->now.entries[new];
		int order = old == before.count ? 1 :
			    new == targets->now.count ? -1 : compare(a, b);

		if (order < 0)
			removed(a, userdata);
		else if (order > 0 || !same(a, b))
			wanted(b, userdata);
		old += order <= 0;
		new += order >= 0;
	}
}

const struct target *targets_next(const struct targets *targets, int bond,
				  size_t *i)
{
	const struct list *list = &targets->now;

	for (; *i < list->count; (*i)++)
		if (!bond || list->entries[*i].bond == bond)
			return &list->entries[(*i)++];
	return NULL;
}
