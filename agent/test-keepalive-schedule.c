// SPDX-License-Identifier: GPL-2.0
/* When a path is due: keepalive.c over long times and many paths. */
#include "test-keepalive.h"

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

/* 10,000 peers on two ports: served in time, never more than 50 ms at once. */
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
		/* on each port, with 50 ms made up for, and the first */
		assert_true(++in_second <= 2 * (1050000 / gap + 2));
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

/* What had its time counts, from that time on; what is due at once does not. */
static void test_lateness(void **state)
{
	struct keepalive *k = *state;
	const struct lateness *lateness = keepalive_lateness(k);
	const struct keepalive_path *path;
	uint64_t now = START;

	add_pair(k);
	for (int i = 0; i < 2; i++)
		probe(k, &now);
	assert_int_equal(lateness->total, 0);
	now = keepalive_next_usec(k) + 30 * USEC_PER_MSEC;
	probe(k, &now);
	assert_int_equal(lateness->total, 1);
	assert_int_equal(lateness->max_usec, 30 * USEC_PER_MSEC);

	usable(k, PORT_A, false, now);
	usable(k, PORT_A, true, now);
	now += USEC_PER_SEC;
	assert_non_null(path = keepalive_due(k, now));
	keepalive_sent(k, path, KEEPALIVE_UNRESOLVED);
	assert_int_equal(keepalive_peer_resolved(k, BOND, BOND, &path->peer, now), 1);
	now += USEC_PER_SEC;
	probe(k, &now);
	assert_int_equal(lateness->total, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_schedule),
		TEST(test_own_interval),
		TEST(test_many_own_intervals),
		TEST(test_rate),
		TEST(test_port_rests),
		TEST(test_set_interval),
		TEST(test_scale),
		TEST(test_lateness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
