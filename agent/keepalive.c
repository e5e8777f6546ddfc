// SPDX-License-Identifier: GPL-2.0
/*
 * Paths sit in an array of pointers, sorted by (bond, peer, interface, port) to
 * find and list them, and in a heap of their port by due time. Adding or
 * removing one of 20,000 moves 160 kB at most; what is done per probe is
 * logarithmic.
 *
 * The gate of a port is what keeps its probes apart: it opens a gap after the
 * last one, whatever is due. So nobody has to plan a start or a return without
 * a burst. Where the gap is short, it may open for what was missed in the last
 * 50 ms, so that one wakeup serves several.
 *
 * Cookies are SipHash of a counter under a secret key. A peer sees its own
 * cookies and must not learn from them those of other paths, or it could keep
 * a dead path alive; that rules out the usual fast generators. Identifiers and
 * jitter come from the same source because it is there.
 */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "answer.h"
#include "heap.h"
#include "keepalive.h"
#include "siphash.h"

#define GAP_USEC 10000ULL		/* between two probes of a port */
#define BURST_USEC 50000ULL		/* that a shorter gap may make up for */
#define RETRY_USEC 1000000ULL		/* what is missing is ARP, often */
#define ANSWER_USEC 1000000ULL		/* far more than any fabric takes */
#define NEVER UINT64_MAX

/* Second half of the SipHash key; the secret is the first. */
#define KEY1 0x6b656570616c6976ULL

struct keepalive_port {
	TAILQ_ENTRY(keepalive_port) entry;
	int ifindex;
	int bond;			/* of its paths */
	struct heap heap;		/* of its paths */
	uint64_t gate;			/* no probe leaves earlier */
	double own_rate;		/* probes per usec with an own interval */
	uint16_t identifier;
	bool usable;
};

struct path {
	struct heap_entry schedule;	/* first */
	struct keepalive_path public;
	struct keepalive_port *port;
	uint64_t before_usec;		/* sent_usec before the last probe */
	uint64_t interval;		/* 0 = the common one */
	uint64_t retry;			/* after a failure; 0 = it was sent */
	bool waits;			/* for the peer to be resolved */
	bool planned;			/* not due at once */
};

struct key {
	int bond;
	const struct address *peer;	/* NULL sorts before every peer */
	int interface;
	int port;
};

struct keepalive {
	uint64_t interval;
	uint64_t least_gap;		/* by the rate limit */
	uint64_t seed;
	uint64_t counter;
	TAILQ_HEAD(keepalive_ports, keepalive_port) ports;
	struct path **sorted;
	size_t count;
	size_t capacity;
	struct lateness lateness;
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

static uint64_t interval_of(const struct keepalive *keepalive,
			    const struct path *path)
{
	return path->interval ? path->interval : keepalive->interval;
}

static void schedule_after(struct keepalive *keepalive, struct path *path,
			   uint64_t now, uint64_t span)
{
	path->planned = true;
	heap_set_due(&path->port->heap, &path->schedule,
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
	if (a->interface != key->interface)
		return a->interface < key->interface ? -1 : 1;
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

	if (port)
		return port;
	port = calloc(1, sizeof(*port));
	if (!port)
		return NULL;
	port->ifindex = ifindex;
	TAILQ_INSERT_TAIL(&keepalive->ports, port, entry);
	return port;
}

/*
 * With its first path. What hashes answers to two leaves mostly folds the
 * identifier and takes a bit of that: where one byte is inverted, and not the
 * other, the answer comes through the other leaf.
 */
static void join_bond(struct keepalive *keepalive, struct keepalive_port *port,
		      int bond)
{
	uint16_t identifier = next_random(keepalive);
	const struct keepalive_port *other;

	TAILQ_FOREACH(other, &keepalive->ports, entry) {
		if (other->bond != bond)
			continue;
		identifier = other->identifier ^ 0xff;
		break;
	}
	while (find_identifier(keepalive, identifier))
		identifier = next_random(keepalive);
	port->identifier = identifier;
	port->bond = bond;
}

static void port_free(struct keepalive *keepalive, struct keepalive_port *port)
{
	TAILQ_REMOVE(&keepalive->ports, port, entry);
	heap_clear(&port->heap);
	free(port);
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
	while ((port = TAILQ_FIRST(&keepalive->ports)))
		port_free(keepalive, port);
	for (size_t i = 0; i < keepalive->count; i++)
		free(keepalive->sorted[i]);
	free(keepalive->sorted);
	free(keepalive);
	return NULL;
}

/* Spread what would now be too late over one interval; the rest may stay. */
static void hasten(struct keepalive *keepalive, struct path *path, uint64_t now)
{
	uint64_t interval = interval_of(keepalive, path);

	if (path->schedule.due > now + interval)
		heap_set_due(&path->port->heap, &path->schedule,
			     now + random_up_to(keepalive, interval));
}

void keepalive_set_interval(struct keepalive *keepalive, uint64_t interval_usec,
			    uint64_t now)
{
	keepalive->interval = interval_usec;
	for (size_t i = 0; i < keepalive->count; i++)
		hasten(keepalive, keepalive->sorted[i], now);
}

void keepalive_set_rate(struct keepalive *keepalive, unsigned int per_second)
{
	keepalive->least_gap = per_second ? 1000000 / per_second : 0;
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
	if (heap_add(&path->port->heap, &path->schedule, due) < 0)
		return -ENOMEM;
	memmove(sorted + i + 1, sorted + i,
		(keepalive->count++ - i) * sizeof(*sorted));
	sorted[i] = path;
	return 0;
}

/* @sign 1: @path is one of its port from now on, -1: it is not any more. */
static void count_rate(struct path *path, int sign)
{
	if (path->interval)
		path->port->own_rate += sign / (double)path->interval;
}

/* What may change while the path is there; 1 if it did. */
static int take_over(struct keepalive *keepalive, struct path *path,
		     const struct keepalive_target *target, uint64_t now)
{
	const uint64_t interval = target->interval_msec * 1000ULL;
	struct keepalive_path *public = &path->public;
	bool changed = public->method != target->method ||
		       public->sources != target->sources ||
		       path->interval != interval;

	if (public->method != target->method) {
		public->cookie = 0;
		public->misses = 0;
	}
	public->method = target->method;
	public->sources = target->sources;
	count_rate(path, -1);
	path->interval = interval;
	count_rate(path, 1);
	hasten(keepalive, path, now);
	return changed;
}

static struct path *new_path(struct keepalive_port *port, int bond,
			     const struct keepalive_target *target)
{
	struct path *path = calloc(1, sizeof(*path));

	if (!path)
		return NULL;
	path->port = port;
	path->interval = target->interval_msec * 1000ULL;
	path->public.bond = bond;
	path->public.port = port->ifindex;
	path->public.interface = target->interface;
	path->public.peer = target->peer;
	path->public.method = target->method;
	path->public.sources = target->sources;
	path->public.identifier = port->identifier;
	return path;
}

int keepalive_path_added(struct keepalive *keepalive, int bond, int port,
			 const struct keepalive_target *target, uint64_t now)
{
	const struct key key = { bond, &target->peer, target->interface, port };
	struct keepalive_port *entry;
	struct path *path;
	size_t i;

	if (!address_is_ip(&target->peer) && target->peer.family != AF_PACKET)
		return -EINVAL;
	path = find_path(keepalive, &key, &i);
	if (path)
		return take_over(keepalive, path, target, now);
	entry = get_port(keepalive, port);
	if (!entry)
		return -ENOMEM;
	if (entry->heap.count && entry->bond != bond)
		return -EINVAL;
	if (entry->bond != bond)
		join_bond(keepalive, entry, bond);
	path = new_path(entry, bond, target);
	if (!path)
		return -ENOMEM;
	if (insert(keepalive, path, i, now) < 0) {
		free(path);
		return -ENOMEM;
	}
	count_rate(path, 1);
	return 1;
}

int keepalive_path_removed(struct keepalive *keepalive, int bond, int port,
			   int interface, const struct address *peer)
{
	const struct key key = { bond, peer, interface, port };
	struct path *path;
	size_t i;

	path = find_path(keepalive, &key, &i);
	if (!path)
		return 0;
	memmove(keepalive->sorted + i, keepalive->sorted + i + 1,
		(--keepalive->count - i) * sizeof(*keepalive->sorted));
	heap_remove(&path->port->heap, &path->schedule);
	count_rate(path, -1);
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

		if (path->port == entry)
			free(path);
		else
			keepalive->sorted[kept++] = path;
	}
	keepalive->count = kept;
	port_free(keepalive, entry);
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
		path->public.unresolved = 0;
		path->retry = 0;
		path->planned = false;
		heap_set_due(&entry->heap, &path->schedule, now);
	}
	return 1;
}

/* When the next path of @port is due, NEVER while it rests. */
static uint64_t port_next(const struct keepalive_port *port)
{
	const struct heap_entry *first = heap_first(&port->heap);

	if (!first || !port->usable)
		return NEVER;
	return first->due > port->gate ? first->due : port->gate;
}

static struct keepalive_port *next_port(const struct keepalive *keepalive)
{
	struct keepalive_port *port, *next = NULL;

	TAILQ_FOREACH(port, &keepalive->ports, entry)
		if (port_next(port) != NEVER &&
		    (!next || port_next(port) < port_next(next)))
			next = port;
	return next;
}

uint64_t keepalive_next_usec(const struct keepalive *keepalive)
{
	const struct keepalive_port *port = next_port(keepalive);

	return port ? port_next(port) : NEVER;
}

/* Apart enough to serve everything four times as often as it is due. */
static uint64_t fair_gap(const struct keepalive *keepalive,
			 const struct keepalive_port *port)
{
	double rate = port->own_rate +
		      (double)port->heap.count / keepalive->interval;

	return 1 / (4 * rate);
}

/* Closes the gate behind a probe that leaves at @now. */
static void close_gate(const struct keepalive *keepalive,
		       struct keepalive_port *port, uint64_t now)
{
	uint64_t gap = fair_gap(keepalive, port);
	uint64_t from = now;

	if (gap > GAP_USEC)
		gap = GAP_USEC;
	if (gap < keepalive->least_gap)
		gap = keepalive->least_gap;
	if (gap < GAP_USEC && port->gate < now)
		from = port->gate + BURST_USEC > now ? port->gate :
						       now - BURST_USEC;
	port->gate = from + (gap ? gap : 1);
}

/* An answer is expected from what has answered; then the interval goes on. */
static uint64_t span_after_probe(const struct keepalive *keepalive,
				 const struct path *path)
{
	const uint64_t interval = interval_of(keepalive, path);

	if (path->public.method != KEEPALIVE_ECHO || interval < ANSWER_USEC ||
	    !keepalive_is_alive(&path->public))
		return interval;
	return ANSWER_USEC;
}

const struct keepalive_path *keepalive_due(struct keepalive *keepalive,
					   uint64_t now)
{
	struct keepalive_port *port = next_port(keepalive);
	struct keepalive_path *public;
	struct path *path;

	if (!port || port_next(port) > now)
		return NULL;
	path = (struct path *)heap_first(&port->heap);
	public = &path->public;
	if (path->planned)
		lateness_add(&keepalive->lateness, now - path->schedule.due);
	if (public->cookie)
		public->misses++;
	do
		public->cookie = next_random(keepalive);
	while (!public->cookie);
	public->sequence++;
	path->before_usec = public->sent_usec;
	public->sent_usec = now;
	schedule_after(keepalive, path, now, span_after_probe(keepalive, path));
	close_gate(keepalive, port, now);
	return public;
}

void keepalive_sent(struct keepalive *keepalive,
		    const struct keepalive_path *path,
		    enum keepalive_outcome outcome)
{
	struct path *found = (struct path *)
			     ((char *)path - offsetof(struct path, public));

	found->waits = outcome == KEEPALIVE_UNRESOLVED;
	if (outcome != KEEPALIVE_FAILED)
		found->public.unresolved = found->waits ?
					   found->public.unresolved + 1 : 0;
	if (outcome == KEEPALIVE_SENT) {
		found->public.sent++;
		found->retry = 0;
		if (path->method != KEEPALIVE_ECHO)
			found->public.cookie = 0;	/* nothing returns it */
		return;
	}
	found->retry = found->retry ? 2 * found->retry : RETRY_USEC;
	if (found->retry > interval_of(keepalive, found))
		found->retry = interval_of(keepalive, found);
	schedule_after(keepalive, found, found->public.sent_usec, found->retry);
	/* a cookie that stays is a miss by the next attempt */
	if (!found->waits || !found->public.sent)
		found->public.cookie = 0;
	found->public.sent_usec = found->before_usec;
}

uint64_t keepalive_least_round_usec(const struct keepalive *keepalive)
{
	const struct keepalive_port *port;
	size_t most = 0;

	TAILQ_FOREACH(port, &keepalive->ports, entry)
		if (port->heap.count > most)
			most = port->heap.count;
	return most * keepalive->least_gap;
}

const struct lateness *keepalive_lateness(const struct keepalive *keepalive)
{
	return &keepalive->lateness;
}

int keepalive_peer_resolved(struct keepalive *keepalive, int bond,
			    int interface, const struct address *peer,
			    uint64_t now)
{
	size_t i = lower_bound(keepalive,
			       &(struct key) { bond, peer, interface, 0 });
	struct path *path;
	int changed = 0;

	for (; i < keepalive->count; i++) {
		path = keepalive->sorted[i];
		if (path->public.bond != bond ||
		    path->public.interface != interface ||
		    !address_equal(&path->public.peer, peer))
			break;
		if (!path->waits || !path->port->usable)
			continue;
		path->waits = false;
		path->planned = false;
		heap_set_due(&path->port->heap, &path->schedule, now);
		changed = 1;
	}
	return changed;
}

/* Of the interfaces on which a peer has that address: who has the cookie. */
static struct path *find_probe(const struct keepalive *keepalive,
			       const struct keepalive_port *port,
			       const struct address *peer, uint64_t cookie)
{
	size_t i = lower_bound(keepalive,
			       &(struct key) { port->bond, peer, 0, 0 });

	for (; cookie && i < keepalive->count; i++) {
		struct path *path = keepalive->sorted[i];

		if (path->public.bond != port->bond ||
		    !address_equal(&path->public.peer, peer))
			return NULL;
		if (path->port == port && path->public.cookie == cookie)
			return path;
	}
	return NULL;
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
	struct path *path;

	if (!from || !heard || from->bond != heard->bond)
		return NULL;
	path = find_probe(keepalive, from, peer, cookie);
	if (!path || path->public.sequence != sequence)
		return NULL;
	answer_count(&path->public, now);
	if (span_after_probe(keepalive, path) < interval_of(keepalive, path))
		schedule_after(keepalive, path, path->public.sent_usec,
			       interval_of(keepalive, path));
	return &path->public;
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
