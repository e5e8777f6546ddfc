// SPDX-License-Identifier: GPL-2.0
/*
 * Paths sit in an array of pointers, sorted by (bond, peer, port) to find and
 * list them, and in a heap by due time. Adding or removing one of 20,000 moves
 * 160 kB at most; what is done per probe is logarithmic.
 *
 * The gate is what keeps probes apart: it opens a gap after the last one,
 * whatever is due. So nobody has to plan a start or a return without a burst.
 *
 * Cookies are SipHash of a counter under a secret key. A peer sees its own
 * cookies and must not learn from them those of other paths, or it could keep
 * a dead path alive; that rules out the usual fast generators. Identifiers and
 * jitter come from the same source because it is there.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "heap.h"
#include "keepalive.h"
#include "siphash.h"

#define GAP_USEC 10000ULL		/* between two probes */
#define RETRY_USEC 1000000ULL		/* what is missing is ARP, often */
#define NEVER UINT64_MAX

/* Second half of the SipHash key; the secret is the first. */
#define KEY1 0x6b656570616c6976ULL

struct keepalive_port {
	TAILQ_ENTRY(keepalive_port) entry;
	int ifindex;
	int bond;			/* of its paths */
	size_t paths;
	uint16_t identifier;
	bool usable;
};

struct path {
	struct heap_entry schedule;	/* first; NEVER while its port rests */
	struct keepalive_path public;
	struct keepalive_port *port;
	uint64_t before_usec;		/* sent_usec before the last probe */
	uint64_t retry;			/* after a failure; 0 = it was sent */
	bool waits;			/* for the peer to be resolved */
};

struct key {
	int bond;
	const struct address *peer;	/* NULL sorts before every peer */
	int port;
};

struct keepalive {
	uint64_t interval;
	uint64_t gate;			/* no probe leaves earlier */
	uint64_t seed;
	uint64_t counter;
	TAILQ_HEAD(keepalive_ports, keepalive_port) ports;
	struct heap heap;
	struct path **sorted;
	size_t count;
	size_t capacity;
};

static uint64_t next_random(struct keepalive *keepalive)
{
	return siphash(keepalive->seed, KEY1, keepalive->counter++);
}

/* Random, up to and including @max; the bias of % does not matter here. */
static uint64_t random_up_to(struct keepalive *keepalive, uint64_t max)
{
	return next_random(keepalive) % (max + 1);
}

static void schedule_after(struct keepalive *keepalive, struct path *path,
			   uint64_t now, uint64_t span)
{
	heap_set_due(&keepalive->heap, &path->schedule,
		     now + span - span / 4 + random_up_to(keepalive, span / 2));
}

static int compare(const struct path *path, const struct key *key)
{
	const struct keepalive_path *a = &path->public;
	int r;

	if (a->bond != key->bond)
		return a->bond < key->bond ? -1 : 1;
	if (!key->peer)
		return 1;
	r = address_compare(&a->peer, key->peer);
	if (r)
		return r;
	return (a->port > key->port) - (a->port < key->port);
}

/* Index of the first path that is not before @key. */
static size_t lower_bound(const struct keepalive *keepalive, const struct key *key)
{
	size_t low = 0, high = keepalive->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(keepalive->sorted[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The path of @key, NULL if there is none; @i is where it is or belongs. */
static struct path *find_path(const struct keepalive *keepalive,
			      const struct key *key, size_t *i)
{
	*i = lower_bound(keepalive, key);
	if (*i == keepalive->count || compare(keepalive->sorted[*i], key))
		return NULL;
	return keepalive->sorted[*i];
}

static struct keepalive_port *find_port(const struct keepalive *keepalive,
					int ifindex)
{
	struct keepalive_port *port;

	TAILQ_FOREACH(port, &keepalive->ports, entry)
		if (port->ifindex == ifindex)
			return port;
	return NULL;
}

static struct keepalive_port *
find_identifier(const struct keepalive *keepalive, uint16_t identifier)
{
	struct keepalive_port *port;

	TAILQ_FOREACH(port, &keepalive->ports, entry)
		if (port->identifier == identifier)
			return port;
	return NULL;
}

static struct keepalive_port *get_port(struct keepalive *keepalive, int ifindex)
{
	struct keepalive_port *port = find_port(keepalive, ifindex);
	uint16_t identifier;

	if (port)
		return port;
	port = calloc(1, sizeof(*port));
	if (!port)
		return NULL;
	do
		identifier = next_random(keepalive);
	while (find_identifier(keepalive, identifier));
	port->ifindex = ifindex;
	port->identifier = identifier;
	TAILQ_INSERT_TAIL(&keepalive->ports, port, entry);
	return port;
}

int keepalive_new(struct keepalive **keepalive, uint64_t interval_usec,
		  uint64_t seed)
{
	struct keepalive *new;

	if (!interval_usec)
		return -EINVAL;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->interval = interval_usec;
	new->seed = seed;
	TAILQ_INIT(&new->ports);
	*keepalive = new;
	return 0;
}

struct keepalive *keepalive_free(struct keepalive *keepalive)
{
	struct keepalive_port *port;

	if (!keepalive)
		return NULL;
	while ((port = TAILQ_FIRST(&keepalive->ports))) {
		TAILQ_REMOVE(&keepalive->ports, port, entry);
		free(port);
	}
	for (size_t i = 0; i < keepalive->count; i++)
		free(keepalive->sorted[i]);
	free(keepalive->sorted);
	heap_clear(&keepalive->heap);
	free(keepalive);
	return NULL;
}

/* Spread what would now be too late over one interval; the rest may stay. */
void keepalive_set_interval(struct keepalive *keepalive, uint64_t interval_usec,
			    uint64_t now)
{
	keepalive->interval = interval_usec;
	for (size_t i = 0; i < keepalive->count; i++) {
		struct heap_entry *schedule = &keepalive->sorted[i]->schedule;

		if (schedule->due != NEVER && schedule->due > now + interval_usec)
			heap_set_due(&keepalive->heap, schedule,
				     now + random_up_to(keepalive, interval_usec));
	}
}

static int insert(struct keepalive *keepalive, struct path *path, size_t i,
		  uint64_t due)
{
	struct path **sorted = keepalive->sorted;

	if (keepalive->count == keepalive->capacity) {
		size_t capacity = keepalive->capacity ? 2 * keepalive->capacity : 16;

		sorted = reallocarray(sorted, capacity, sizeof(*sorted));
		if (!sorted)
			return -ENOMEM;
		keepalive->sorted = sorted;
		keepalive->capacity = capacity;
	}
	if (heap_add(&keepalive->heap, &path->schedule, due) < 0)
		return -ENOMEM;
	memmove(sorted + i + 1, sorted + i,
		(keepalive->count++ - i) * sizeof(*sorted));
	sorted[i] = path;
	return 0;
}

int keepalive_path_added(struct keepalive *keepalive, int bond, int port,
			 const struct address *peer, uint64_t now)
{
	const struct key key = { bond, peer, port };
	struct keepalive_port *entry;
	struct path *path;
	size_t i;

	if (!address_is_ip(peer))
		return -EINVAL;
	if (find_path(keepalive, &key, &i))
		return 0;
	entry = get_port(keepalive, port);
	if (!entry)
		return -ENOMEM;
	if (entry->paths && entry->bond != bond)
		return -EINVAL;
	path = calloc(1, sizeof(*path));
	if (!path)
		return -ENOMEM;
	path->port = entry;
	path->public.bond = bond;
	path->public.port = port;
	path->public.peer = *peer;
	path->public.identifier = entry->identifier;
	if (insert(keepalive, path, i, entry->usable ? now : NEVER) < 0) {
		free(path);
		return -ENOMEM;
	}
	entry->bond = bond;
	entry->paths++;
	return 1;
}

int keepalive_path_removed(struct keepalive *keepalive, int bond, int port,
			   const struct address *peer)
{
	const struct key key = { bond, peer, port };
	struct path *path;
	size_t i;

	path = find_path(keepalive, &key, &i);
	if (!path)
		return 0;
	memmove(keepalive->sorted + i, keepalive->sorted + i + 1,
		(--keepalive->count - i) * sizeof(*keepalive->sorted));
	heap_remove(&keepalive->heap, &path->schedule);
	path->port->paths--;
	free(path);
	return 1;
}

int keepalive_port_removed(struct keepalive *keepalive, int port)
{
	struct keepalive_port *entry = find_port(keepalive, port);
	size_t kept = 0;

	if (!entry)
		return 0;
	for (size_t i = 0; i < keepalive->count; i++) {
		struct path *path = keepalive->sorted[i];

		if (path->port == entry) {
			heap_remove(&keepalive->heap, &path->schedule);
			free(path);
		} else {
			keepalive->sorted[kept++] = path;
		}
	}
	keepalive->count = kept;
	TAILQ_REMOVE(&keepalive->ports, entry, entry);
	free(entry);
	return 1;
}

int keepalive_port_usable(struct keepalive *keepalive, int port, bool usable,
			  uint64_t now)
{
	struct keepalive_port *entry;

	entry = usable ? get_port(keepalive, port) : find_port(keepalive, port);
	if (!entry)
		return usable ? -ENOMEM : 0;
	if (entry->usable == usable)
		return 0;
	entry->usable = usable;
	for (size_t i = 0; i < keepalive->count; i++) {
		struct path *path = keepalive->sorted[i];

		if (path->port != entry)
			continue;
		path->public.cookie = 0;
		path->public.misses = 0;
		path->retry = 0;
		heap_set_due(&keepalive->heap, &path->schedule,
			     usable ? now : NEVER);
	}
	return 1;
}

uint64_t keepalive_next_usec(const struct keepalive *keepalive)
{
	const struct heap_entry *first = heap_first(&keepalive->heap);

	if (!first)
		return NEVER;
	return first->due > keepalive->gate ? first->due : keepalive->gate;
}

static uint64_t gap(const struct keepalive *keepalive)
{
	uint64_t fair = keepalive->interval / 4 / keepalive->count;

	if (fair > GAP_USEC)
		return GAP_USEC;
	return fair ? fair : 1;
}

const struct keepalive_path *keepalive_due(struct keepalive *keepalive,
					   uint64_t now)
{
	const uint64_t next = keepalive_next_usec(keepalive);
	struct keepalive_path *public;
	struct path *path;

	if (next == NEVER || next > now)
		return NULL;
	path = (struct path *)heap_first(&keepalive->heap);
	public = &path->public;
	if (public->cookie)
		public->misses++;
	do
		public->cookie = next_random(keepalive);
	while (!public->cookie);
	public->sequence++;
	path->before_usec = public->sent_usec;
	public->sent_usec = now;
	schedule_after(keepalive, path, now, keepalive->interval);
	keepalive->gate = now + gap(keepalive);
	return public;
}

void keepalive_sent(struct keepalive *keepalive,
		    const struct keepalive_path *path,
		    enum keepalive_outcome outcome)
{
	const struct key key = { path->bond, &path->peer, path->port };
	struct path *found;
	size_t i;

	found = find_path(keepalive, &key, &i);
	if (!found)
		return;
	found->waits = outcome == KEEPALIVE_UNRESOLVED;
	if (outcome == KEEPALIVE_SENT) {
		found->public.sent++;
		found->retry = 0;
		return;
	}
	found->retry = found->retry ? 2 * found->retry : RETRY_USEC;
	if (found->retry > keepalive->interval)
		found->retry = keepalive->interval;
	if (found->schedule.due != NEVER)
		schedule_after(keepalive, found, found->public.sent_usec,
			       found->retry);
	/* a cookie that stays is a miss by the next attempt */
	if (!found->waits || !found->public.sent)
		found->public.cookie = 0;
	found->public.sent_usec = found->before_usec;
}

int keepalive_peer_resolved(struct keepalive *keepalive, int bond,
			    const struct address *peer, uint64_t now)
{
	size_t i = lower_bound(keepalive, &(struct key) { bond, peer, 0 });
	struct path *path;
	int changed = 0;

	for (; i < keepalive->count; i++) {
		path = keepalive->sorted[i];
		if (path->public.bond != bond ||
		    !address_equal(&path->public.peer, peer))
			break;
		if (!path->waits || path->schedule.due == NEVER)
			continue;
		path->waits = false;
		heap_set_due(&keepalive->heap, &path->schedule, now);
		changed = 1;
	}
	return changed;
}

const struct keepalive_path *keepalive_answer(struct keepalive *keepalive,
					      int port,
					      const struct address *peer,
					      uint16_t identifier,
					      uint16_t sequence, uint64_t cookie,
					      uint64_t now)
{
	const struct keepalive_port *from = find_identifier(keepalive, identifier);
	const struct keepalive_port *heard = find_port(keepalive, port);
	struct keepalive_path *public;
	struct path *path;
	size_t i;

	if (!from || !heard || from->bond != heard->bond)
		return NULL;
	path = find_path(keepalive,
			 &(struct key) { from->bond, peer, from->ifindex }, &i);
	if (!path)
		return NULL;
	public = &path->public;
	if (!public->cookie || public->cookie != cookie ||
	    public->sequence != sequence)
		return NULL;
	public->cookie = 0;
	public->revived = !keepalive_is_alive(public);
	public->answered++;
	public->answered_usec = now;
	public->rtt_usec = now > public->sent_usec ? now - public->sent_usec : 1;
	public->misses = 0;
	return public;
}

const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i)
{
	if (bond && *i == 0)
		*i = lower_bound(keepalive, &(struct key) { .bond = bond });
	if (*i >= keepalive->count)
		return NULL;
	if (bond && keepalive->sorted[*i]->public.bond != bond)
		return NULL;
	return &keepalive->sorted[(*i)++]->public;
}
