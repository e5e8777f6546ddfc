// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>

#include "keepalive.h"
#include "siphash.h"
#include "util.h"

#define BOND 10
#define PORT_A 1
#define PORT_B 2
#define OTHER_BOND 20
#define PORT_C 3

#define GAP (10 * USEC_PER_MSEC)
#define INTERVAL (60 * USEC_PER_SEC)
#define START (1000 * USEC_PER_SEC)

static struct address peer(uint32_t n)
{
	return (struct address) {
		.family = AF_INET, .in.s_addr = htonl(0x0a000000 + n),
	};
}

static int setup(void **state)
{
	return keepalive_new((struct keepalive **)state, INTERVAL, 42);
}

static int teardown(void **state)
{
	assert_null(keepalive_free(*state));
	return 0;
}

static void add(struct keepalive *k, int bond, int port, uint32_t n)
{
	struct keepalive_target target = { .interface = bond, .peer = peer(n) };

	assert_int_equal(keepalive_path_added(k, bond, port, &target, START), 1);
}

static void usable(struct keepalive *k, int port, bool is, uint64_t now)
{
	assert_int_equal(keepalive_port_usable(k, port, is, now), 1);
}

/* Two usable ports, one peer. */
static void add_pair(struct keepalive *k)
{
	usable(k, PORT_A, true, START);
	usable(k, PORT_B, true, START);
	add(k, BOND, PORT_A, 1);
	add(k, BOND, PORT_B, 1);
}

/* Sleep until something is due, send it. */
static const struct keepalive_path *probe(struct keepalive *k, uint64_t *now)
{
	const struct keepalive_path *path;
	uint64_t next = keepalive_next_usec(k);

	if (next > *now) {
		assert_null(keepalive_due(k, *now));
		assert_null(keepalive_due(k, next - 1));
		*now = next;
	}
	path = keepalive_due(k, *now);
	assert_non_null(path);
	keepalive_sent(k, path, KEEPALIVE_SENT);
	return path;
}

static const struct keepalive_path *answer(struct keepalive *k, int port,
					   const struct keepalive_path *to,
					   uint64_t now)
{
	return keepalive_answer(k, port, &to->peer, to->identifier,
				to->sequence, to->cookie, now);
}

/* First vector of a whole word in the SipHash paper's reference code. */
static void test_siphash(void **state)
{
	(void)state;
	assert_true(siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908,
			    0x0706050403020100) == 0x93f5f5799a932462);
}

static void test_invalid(void **state)
{
	struct keepalive *k = *state;
	struct keepalive_target target = { .interface = BOND, .peer = peer(1) };

	assert_int_equal(keepalive_new(&k, 0, 42), -EINVAL);
	k = *state;
	add(k, BOND, PORT_A, 1);
	assert_int_equal(keepalive_path_added(k, OTHER_BOND, PORT_A, &target,
					      START), -EINVAL);
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, START), 0);
	target.peer.family = AF_UNSPEC;
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, START),
			 -EINVAL);
	assert_null(keepalive_free(NULL));
}

/* At once but apart, then once per interval with jitter that differs. */
static void test_schedule(void **state)
{
	struct keepalive *k = *state;
	uint64_t now = START, last[3] = {}, shortest = UINT64_MAX, longest = 0;

	assert_true(keepalive_next_usec(k) == UINT64_MAX);
	add_pair(k);
	for (int i = 0; i < 200; i++) {
		const struct keepalive_path *path = probe(k, &now);
		uint64_t span = now - last[path->port];

		assert_true(path->sent_usec == now);
		if (i >= 2) {
			shortest = span < shortest ? span : shortest;
			longest = span > longest ? span : longest;
		} else {
			assert_true(now == START);	/* each on its port */
		}
		last[path->port] = now;
	}
	assert_in_range(shortest, INTERVAL * 3 / 4, INTERVAL * 8 / 10);
	assert_in_range(longest, INTERVAL * 12 / 10, INTERVAL * 5 / 4 + GAP);
}

static void test_answer(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	uint64_t now = START;

	add_pair(k);
	path = probe(k, &now);
	assert_int_equal(path->bond, BOND);
	assert_int_equal(path->sent, 1);
	assert_ptr_equal(answer(k, path->port, path, now + 700), path);
	assert_int_equal(path->answered, 1);
	assert_int_equal(path->rtt_usec, 700);
	assert_true(path->answered_usec == now + 700);

	/* the leaves hash the answer to the other port: the path is the same */
	path = probe(k, &now);
	assert_ptr_equal(answer(k, 3 - path->port, path, now), path);
	assert_int_equal(path->answered, 1);
	assert_int_equal(path->rtt_usec, 1);	/* 0 would say "never" */
}

static void test_forged_answers(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	struct keepalive_path old, sent;
	struct address stranger = peer(2);
	uint16_t other;
	uint64_t now = START;

	add_pair(k);
	path = probe(k, &now);
	old = *path;
	other = probe(k, &now)->identifier;
	usable(k, PORT_C, true, now);
	add(k, OTHER_BOND, PORT_C, 2);
	while (probe(k, &now) != path)
		;
	sent = *path;

	const struct {
		int port;
		const struct address *peer;
		uint16_t identifier;
		uint16_t sequence;
		uint64_t cookie;
	} cases[] = {
#define GOOD sent.port, &sent.peer, sent.identifier, sent.sequence, sent.cookie
		{ PORT_C, &sent.peer, sent.identifier, sent.sequence, sent.cookie },
		{ 99, &sent.peer, sent.identifier, sent.sequence, sent.cookie },
		{ sent.port, &stranger, sent.identifier, sent.sequence, sent.cookie },
		{ sent.port, &sent.peer, other, sent.sequence, sent.cookie },
		{ sent.port, &sent.peer, sent.identifier + 1, sent.sequence, sent.cookie },
		{ sent.port, &sent.peer, sent.identifier, sent.sequence + 1, sent.cookie },
		{ sent.port, &sent.peer, sent.identifier, sent.sequence, sent.cookie ^ 1 },
		{ sent.port, &sent.peer, sent.identifier, sent.sequence, 0 },
		{ sent.port, &sent.peer, old.identifier, old.sequence, old.cookie },
		{ sent.port, &sent.peer, sent.identifier, sent.sequence, old.cookie },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (keepalive_answer(k, cases[i].port, cases[i].peer,
				     cases[i].identifier, cases[i].sequence,
				     cases[i].cookie, now))
			fail_msg("case %zu counted", i);
	assert_int_equal(path->answered, 0);
	assert_ptr_equal(keepalive_answer(k, GOOD, now), path);
	assert_null(keepalive_answer(k, GOOD, now));	/* replayed */
	assert_null(keepalive_answer(k, sent.port, &sent.peer, sent.identifier,
				     sent.sequence, 0, now));
	assert_int_equal(path->answered, 1);
}

static void test_misses(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(probe(k, &now)->misses, i);
	path = probe(k, &now);
	answer(k, PORT_A, path, now);
	assert_int_equal(path->misses, 0);
	assert_int_equal(probe(k, &now)->misses, 0);
	assert_int_equal(probe(k, &now)->misses, 1);
	assert_int_equal(path->sent, 7);
}

/* What did not leave is neither sent nor missed, and has no answer. */
static void test_send_failed(void **state)
{
	static const uint64_t seconds[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	struct keepalive_path copy;
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	probe(k, &now);
	now = keepalive_next_usec(k);
	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++) {
		const uint64_t span = seconds[i] * USEC_PER_SEC;

		path = keepalive_due(k, now);
		copy = *path;
		keepalive_sent(k, path, KEEPALIVE_FAILED);
		assert_int_equal(path->sent, 1);
		assert_true(path->sent_usec == START);
		assert_int_equal(path->misses, 1);	/* the first one */
		assert_null(answer(k, PORT_A, &copy, now));
		assert_in_range(keepalive_next_usec(k) - now, span * 3 / 4,
				span * 5 / 4);
		now = keepalive_next_usec(k);
	}
	assert_int_equal(probe(k, &now)->misses, 1);
	assert_in_range(keepalive_next_usec(k) - now, INTERVAL * 3 / 4,
			INTERVAL * 5 / 4);
	now = keepalive_next_usec(k);
	keepalive_sent(k, keepalive_due(k, now), KEEPALIVE_FAILED);
	assert_in_range(keepalive_next_usec(k) - now, USEC_PER_SEC * 3 / 4,
			USEC_PER_SEC * 5 / 4);
	now = keepalive_next_usec(k);
	path = keepalive_due(k, now);
	usable(k, PORT_A, false, now);			/* it went down, so... */
	keepalive_sent(k, path, KEEPALIVE_FAILED);
	assert_true(keepalive_next_usec(k) == UINT64_MAX);
	usable(k, PORT_A, true, now);			/* and begins anew */
	now = keepalive_next_usec(k);
	keepalive_sent(k, keepalive_due(k, now), KEEPALIVE_FAILED);
	assert_in_range(keepalive_next_usec(k) - now, USEC_PER_SEC * 3 / 4,
			USEC_PER_SEC * 5 / 4);
}

/* Answered, then unresolved: the kernel gave up ARP before three probes did. */
static void test_unresolved(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	struct address a = peer(1), b = peer(2);
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	path = probe(k, &now);
	assert_false(keepalive_is_alive(path));
	assert_ptr_equal(answer(k, PORT_A, path, now), path);
	assert_true(path->revived);
	assert_true(keepalive_is_alive(path));
	for (unsigned int misses = 0; misses < KEEPALIVE_MISSES; misses++) {
		assert_true(keepalive_is_alive(path));
		now = keepalive_next_usec(k);
		assert_ptr_equal(keepalive_due(k, now), path);
		assert_int_equal(path->misses, misses);
		keepalive_sent(k, path, KEEPALIVE_UNRESOLVED);
		assert_int_equal(path->sent, 1);
	}
	now = keepalive_next_usec(k);
	keepalive_sent(k, keepalive_due(k, now), KEEPALIVE_UNRESOLVED);
	assert_false(keepalive_is_alive(path));

	/* it is sent to as soon as it is resolved, and not more often */
	assert_int_equal(keepalive_peer_resolved(k, BOND, BOND, &b, ++now), 0);
	assert_int_equal(keepalive_peer_resolved(k, OTHER_BOND, OTHER_BOND, &a, now), 0);
	assert_int_equal(keepalive_peer_resolved(k, BOND, BOND, &a, now), 1);
	now += GAP;
	assert_ptr_equal(probe(k, &now), path);
	assert_int_equal(keepalive_peer_resolved(k, BOND, BOND, &a, now), 0);
	assert_ptr_equal(answer(k, PORT_A, path, now), path);
	assert_true(path->revived);
	probe(k, &now);
	assert_ptr_equal(answer(k, PORT_A, path, now), path);
	assert_false(path->revived);
}

/* A peer that never was resolved is an obstacle, not a loss. */
static void test_never_resolved(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	for (int i = 0; i < 5; i++) {
		path = keepalive_due(k, keepalive_next_usec(k));
		assert_int_equal(path->misses, 0);
		keepalive_sent(k, path, KEEPALIVE_UNRESOLVED);
	}
}

/* Silence after an answer: asked again after a second, thrice, then as ever. */
static void test_suspicion(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	path = probe(k, &now);
	answer(k, PORT_A, path, now + 500);
	for (unsigned int misses = 0; misses < KEEPALIVE_MISSES; misses++) {
		uint64_t before = now;

		assert_int_equal(probe(k, &now)->misses, misses);
		assert_true(keepalive_is_alive(path));
		if (misses)
			assert_in_range(now - before, USEC_PER_SEC * 3 / 4,
					USEC_PER_SEC * 5 / 4);
		else
			assert_in_range(now - before, INTERVAL * 3 / 4,
					INTERVAL * 5 / 4);
	}
	probe(k, &now);
	assert_false(keepalive_is_alive(path));
	assert_in_range(keepalive_next_usec(k) - now, INTERVAL * 3 / 4,
			INTERVAL * 5 / 4);
	answer(k, PORT_A, path, now);
	assert_true(keepalive_is_alive(path));
	assert_in_range(keepalive_next_usec(k) - now, INTERVAL * 3 / 4,
			INTERVAL * 5 / 4);
}

/* Nothing proves an answer to those, so nothing is missed or counted. */
static void test_no_proof(void **state)
{
	struct keepalive_target target = {
		.interface = BOND, .peer = peer(1), .method = KEEPALIVE_SOLICIT,
	};
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	struct keepalive_path copy;
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 1);
	for (int i = 0; i < 5; i++) {
		path = keepalive_due(k, now);
		copy = *path;
		keepalive_sent(k, path, KEEPALIVE_SENT);
		assert_null(answer(k, PORT_A, &copy, now));
		assert_int_equal(path->misses, 0);
		now = keepalive_next_usec(k);
	}
	assert_int_equal(path->sent, 5);
	target.method = KEEPALIVE_ECHO;
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 1);
	assert_ptr_equal(answer(k, PORT_A, probe(k, &now), now), path);
}

/* The path of one interface is not answered by the cookie of another. */
static void test_interfaces(void **state)
{
	struct keepalive_target target = { .interface = 77, .peer = peer(1) };
	const struct keepalive_path *a, *b;
	struct keepalive *k = *state;
	struct address address = peer(1);
	uint64_t now = START;

	usable(k, PORT_A, true, START);
	add(k, BOND, PORT_A, 1);
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 1);
	a = probe(k, &now);
	b = probe(k, &now);
	assert_ptr_not_equal(a, b);
	assert_ptr_equal(answer(k, PORT_A, b, now), b);
	assert_ptr_equal(answer(k, PORT_A, a, now), a);
	assert_int_equal(keepalive_path_removed(k, BOND, PORT_A, 77, &address), 1);
	assert_int_equal(keepalive_path_removed(k, BOND, PORT_A, 77, &address), 0);
	assert_ptr_equal(probe(k, &now), a->interface == BOND ? a : b);
}

/* An interval of its own, and how long answers took. */
static void test_own_interval(void **state)
{
	struct keepalive_target target = {
		.interface = BOND, .peer = peer(1), .interval_msec = 1000,
	};
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	uint64_t now = START, before;

	usable(k, PORT_A, true, START);
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 1);
	for (uint64_t rtt = 3; rtt > 0; rtt--) {
		before = now;
		path = probe(k, &now);
		if (rtt < 3)
			assert_in_range(now - before, USEC_PER_SEC * 3 / 4,
					USEC_PER_SEC * 5 / 4);
		answer(k, PORT_A, path, now + 100 * rtt);
	}
	assert_int_equal(path->rtt_min_usec, 100);
	assert_int_equal(path->rtt_max_usec, 300);
	assert_int_equal(path->rtt_sum_usec, 600);
	target.interval_msec = 0;
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 1);
	assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target, now), 0);
	probe(k, &now);
	answer(k, PORT_A, path, now);
	assert_in_range(keepalive_next_usec(k) - now, INTERVAL * 3 / 4,
			INTERVAL * 5 / 4);
}

/* Many with a short interval of their own are served in time, too. */
static void test_many_own_intervals(void **state)
{
	struct keepalive_target target = {
		.interface = BOND, .interval_msec = 1000,
	};
	struct keepalive *k = *state;
	uint64_t now = START;
	size_t sent = 0;

	usable(k, PORT_A, true, START);
	for (uint32_t n = 0; n < 400; n++) {
		target.peer = peer(n);
		assert_int_equal(keepalive_path_added(k, BOND, PORT_A, &target,
						      now), 1);
	}
	while (keepalive_next_usec(k) < START + 10 * USEC_PER_SEC) {
		probe(k, &now);
		sent++;
	}
	assert_in_range(sent, 3800, 4400);
	target.interval_msec = 0;
	for (uint32_t n = 0; n < 400; n++) {
		target.peer = peer(n);
		keepalive_path_added(k, BOND, PORT_A, &target, now);
		if (n % 2)
			keepalive_path_removed(k, BOND, PORT_A, BOND, &target.peer);
	}
	for (sent = 0; keepalive_next_usec(k) < START + 3 * INTERVAL; sent++) {
		uint64_t before = now;

		probe(k, &now);			/* far apart again */
		assert_true(sent == 0 || now - before >= GAP);
	}
	assert_in_range(sent, 400, 800);
}

/* However many are due, the limit of a port holds, and of each port alone. */
static void test_rate(void **state)
{
	struct keepalive *k = *state;
	size_t sent[3] = {};
	uint64_t now = START;

	keepalive_set_rate(k, 50);
	usable(k, PORT_A, true, START);
	usable(k, PORT_B, true, START);
	for (uint32_t n = 0; n < 500; n++) {
		add(k, BOND, PORT_A, n);
		add(k, BOND, PORT_B, n);
	}
	while (keepalive_next_usec(k) < START + 2 * USEC_PER_SEC)
		sent[probe(k, &now)->port]++;
	assert_int_equal(sent[PORT_A], 100);
	assert_int_equal(sent[PORT_B], 100);
}

static void test_port_rests(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	struct keepalive_path copy;
	uint64_t now = START;

	add(k, BOND, PORT_A, 1);		/* a new port rests */
	assert_true(keepalive_next_usec(k) == UINT64_MAX);
	assert_null(keepalive_due(k, UINT64_MAX));
	assert_int_equal(keepalive_port_usable(k, PORT_B, false, START), 0);

	usable(k, PORT_A, true, START);
	assert_int_equal(keepalive_port_usable(k, PORT_A, true, START), 0);
	probe(k, &now);
	path = probe(k, &now);
	assert_int_equal(path->misses, 1);
	copy = *path;
	usable(k, PORT_A, false, now);
	assert_true(keepalive_next_usec(k) == UINT64_MAX);
	assert_null(answer(k, PORT_A, &copy, now));

	now += USEC_PER_SEC;
	usable(k, PORT_A, true, now);
	assert_true(keepalive_next_usec(k) == now);
	assert_ptr_equal(probe(k, &now), path);
	assert_int_equal(path->misses, 0);
	assert_int_equal(path->sent, 3);
}

static size_t count_paths(const struct keepalive *k, int bond)
{
	size_t i = 0, count = 0;

	while (keepalive_path(k, bond, &i))
		count++;
	return count;
}

static void test_paths(void **state)
{
	static const struct { int bond, port; uint32_t peer; } sorted[] = {
		{ BOND, PORT_A, 1 }, { BOND, PORT_B, 1 },
		{ BOND, PORT_A, 2 }, { BOND, PORT_B, 2 },
		{ OTHER_BOND, PORT_C, 1 },
	};
	struct keepalive *k = *state;
	struct address a = peer(1);
	size_t i = 0, n = 0;

	add(k, OTHER_BOND, PORT_C, 1);
	add(k, BOND, PORT_B, 2);
	add(k, BOND, PORT_A, 1);
	add(k, BOND, PORT_A, 2);
	add(k, BOND, PORT_B, 1);
	for (const struct keepalive_path *p; (p = keepalive_path(k, 0, &i)); n++) {
		const struct address want = peer(sorted[n].peer);

		assert_int_equal(p->bond, sorted[n].bond);
		assert_int_equal(p->port, sorted[n].port);
		assert_true(address_equal(&p->peer, &want));
	}
	assert_int_equal(n, 5);
	assert_int_equal(count_paths(k, BOND), 4);
	assert_int_equal(count_paths(k, OTHER_BOND), 1);
	assert_int_equal(count_paths(k, 15), 0);

	assert_int_equal(keepalive_path_removed(k, BOND, PORT_A, BOND, &a), 1);
	assert_int_equal(keepalive_path_removed(k, BOND, PORT_A, BOND, &a), 0);
	assert_int_equal(count_paths(k, BOND), 3);
	assert_int_equal(keepalive_port_removed(k, PORT_B), 1);
	assert_int_equal(keepalive_port_removed(k, PORT_B), 0);
	assert_int_equal(count_paths(k, BOND), 1);
	assert_int_equal(count_paths(k, 0), 2);
	assert_int_equal(keepalive_port_removed(k, PORT_A), 1);
	assert_int_equal(keepalive_path_removed(k, OTHER_BOND, PORT_C, OTHER_BOND, &a), 1);
	add(k, BOND, PORT_C, 1);		/* a port may change its bond */
	assert_int_equal(count_paths(k, BOND), 1);
}

static void test_identifiers_differ(void **state)
{
	static bool seen[65536];
	struct keepalive *k = *state;
	size_t i = 0;

	for (int port = 1; port <= 1500; port++)
		add(k, BOND, port, 1);
	for (const struct keepalive_path *p; (p = keepalive_path(k, 0, &i));) {
		assert_false(seen[p->identifier]);
		seen[p->identifier] = true;
	}
}

/* Every path by its old time or within a new interval, whichever is first. */
static void test_set_interval(void **state)
{
	static const uint64_t intervals[] = { 1, 5, 300 };
	const size_t paths = 20;

	for (size_t n = 0; n < ARRAY_SIZE(intervals); n++) {
		const uint64_t interval = intervals[n] * USEC_PER_SEC;
		struct keepalive *k = *state;
		uint64_t now = START, half, end, before;
		size_t i = 0, early = 0;

		usable(k, PORT_A, true, START);
		add(k, BOND, PORT_B, 1);		/* rests, and stays so */
		for (size_t peer = 0; peer < paths; peer++)
			add(k, BOND, PORT_A, peer);
		for (size_t peer = 0; peer < paths; peer++)
			probe(k, &now);
		keepalive_set_interval(k, interval, now);
		half = now + interval / 2;
		end = now + paths * GAP +
		      (interval < INTERVAL ? interval : INTERVAL * 5 / 4);
		while (keepalive_next_usec(k) <= end) {
			before = now;
			probe(k, &now);
			assert_true(now - before >= GAP);
			early += now < half;
		}
		if (interval < INTERVAL)
			assert_in_range(early, paths / 5, paths);
		for (const struct keepalive_path *p;
		     (p = keepalive_path(k, 0, &i));)
			assert_in_range(p->sequence, p->port == PORT_A ? 2 : 0,
					p->port == PORT_A ? 3 : 0);
		keepalive_port_removed(k, PORT_A);
		keepalive_port_removed(k, PORT_B);
		keepalive_set_interval(k, INTERVAL, now);
	}
}

/* 10,000 peers on two ports: served in time, never more than 20 ms at once. */
static void test_scale(void **state)
{
	const uint32_t peers = 10000;
	const size_t paths = 2 * peers;
	const uint64_t gap = INTERVAL / 4 / peers;
	struct keepalive *k = *state;
	uint64_t now = START, second = START;
	size_t rounds = 0, in_second = 0, i = 0;

	usable(k, PORT_A, true, START);
	usable(k, PORT_B, true, START);
	for (uint32_t n = peers; n--;) {
		add(k, BOND, PORT_A, n * 2654435761u % 0xffffff);
		add(k, BOND, PORT_B, n * 2654435761u % 0xffffff);
	}
	for (; now < START + 4 * INTERVAL; rounds++) {
		probe(k, &now);
		if (now >= second + USEC_PER_SEC) {
			second = now;
			in_second = 0;
		}
		/* on each port, with 20 ms made up for, and the first */
		assert_true(++in_second <= 2 * (1020000 / gap + 2));
		if (rounds == paths - 1)	/* all of them, by now */
			assert_true(now - START <= INTERVAL / 4);
		if (rounds == 2 * paths)
			now += 10 * INTERVAL;	/* the process stalls */
	}
	for (const struct keepalive_path *p; (p = keepalive_path(k, 0, &i));)
		assert_true(p->sent >= 2);
	assert_int_equal(i, paths);
	for (uint32_t n = peers; n-- > 1;) {
		struct address a = peer(n * 2654435761u % 0xffffff);

		assert_int_equal(keepalive_path_removed(k, BOND, PORT_A, BOND, &a), 1);
	}
	assert_int_equal(keepalive_port_removed(k, PORT_B), 1);
	assert_int_equal(count_paths(k, 0), 1);
	probe(k, &now);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash),
		TEST(test_invalid),
		TEST(test_schedule),
		TEST(test_answer),
		TEST(test_forged_answers),
		TEST(test_misses),
		TEST(test_send_failed),
		TEST(test_unresolved),
		TEST(test_never_resolved),
		TEST(test_suspicion),
		TEST(test_no_proof),
		TEST(test_interfaces),
		TEST(test_own_interval),
		TEST(test_many_own_intervals),
		TEST(test_rate),
		TEST(test_port_rests),
		TEST(test_paths),
		TEST(test_identifiers_differ),
		TEST(test_set_interval),
		TEST(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
