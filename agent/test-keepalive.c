// SPDX-License-Identifier: GPL-2.0
/* What answers and silence mean for a path. */
#include "test-keepalive.h"

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

/* Both leaves must hear the peer answer, whatever two of them hash by. */
static void test_identifiers_spread(void **state)
{
	struct keepalive *k = *state;
	const struct keepalive_path *path;
	unsigned int difference = 0;
	size_t i = 0;

	add(k, BOND, PORT_A, 1);
	add(k, OTHER_BOND, PORT_C, 1);
	add(k, BOND, PORT_B, 1);
	while ((path = keepalive_path(k, BOND, &i)))
		difference ^= path->identifier;
	assert_int_equal((difference >> 8 ^ difference) & 0xff, 0xff);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash),
		TEST(test_invalid),
		TEST(test_answer),
		TEST(test_forged_answers),
		TEST(test_misses),
		TEST(test_send_failed),
		TEST(test_unresolved),
		TEST(test_never_resolved),
		TEST(test_suspicion),
		TEST(test_no_proof),
		TEST(test_interfaces),
		TEST(test_paths),
		TEST(test_identifiers_differ),
		TEST(test_identifiers_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
