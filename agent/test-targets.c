// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "targets.h"

#define BOND 10
#define OTHER 11

static char log[128];

static struct target target(int bond, int interface, uint32_t n,
			    unsigned int sources)
{
	return (struct target) {
		.bond = bond,
		.keepalive = {
			.interface = interface, .sources = sources,
			.peer = { .family = AF_INET, .in.s_addr = htonl(n) },
		},
	};
}

static void want(struct targets *t, int bond, int interface, uint32_t n,
		 unsigned int sources)
{
	struct target wanted = target(bond, interface, n, sources);

	assert_int_equal(targets_want(t, &wanted), 0);
}

/* "+bond/interface/peer:sources " or "-..." */
static void note(char sign, const struct target *t)
{
	size_t used = strlen(log);

	snprintf(log + used, sizeof(log) - used, "%c%d/%d/%u:%x ", sign, t->bond,
		 t->keepalive.interface, ntohl(t->keepalive.peer.in.s_addr),
		 t->keepalive.sources);
}

static void on_removed(const struct target *t, void *userdata)
{
	(void)userdata;
	note('-', t);
}

static void on_wanted(const struct target *t, void *userdata)
{
	(void)userdata;
	note('+', t);
}

static const char *end(struct targets *t)
{
	log[0] = '\0';
	targets_end(t, on_removed, on_wanted, NULL);
	return log;
}

static int setup(void **state)
{
	return targets_new((struct targets **)state);
}

static int teardown(void **state)
{
	assert_null(targets_free(*state));
	return 0;
}

static void test_difference(void **state)
{
	struct targets *t = *state;

	targets_begin(t);
	assert_string_equal(end(t), "");
	targets_begin(t);
	want(t, BOND, 12, 2, 1);
	want(t, OTHER, 11, 1, 1);
	want(t, BOND, 10, 1, 1);
	want(t, BOND, 10, 2, 1);
	assert_string_equal(end(t), "+10/10/1:1 +10/10/2:1 +10/12/2:1 +11/11/1:1 ");

	targets_begin(t);
	want(t, BOND, 10, 2, 1);		/* as it was */
	want(t, OTHER, 11, 1, 4);		/* for another reason */
	want(t, BOND, 10, 3, 1);		/* new */
	assert_string_equal(end(t), "-10/10/1:1 -10/12/2:1 +10/10/3:1 +11/11/1:4 ");
	targets_begin(t);
	assert_string_equal(end(t), "-10/10/2:1 -10/10/3:1 -11/11/1:4 ");
}

/* One peer with both reasons: probed as often as one of them wants. */
static void test_union(void **state)
{
	struct target a = target(BOND, 10, 1, 1), b = target(BOND, 10, 1, 2);
	struct targets *t = *state;
	const struct target *found;
	size_t i = 0;

	a.keepalive.method = KEEPALIVE_ANNOUNCE;
	b.keepalive.method = KEEPALIVE_SOLICIT;
	b.keepalive.interval_msec = 1000;
	targets_begin(t);
	assert_int_equal(targets_want(t, &a), 0);
	assert_int_equal(targets_want(t, &b), 0);
	a.keepalive.interval_msec = 2000;
	assert_int_equal(targets_want(t, &a), 0);
	assert_string_equal(end(t), "+10/10/1:3 ");
	found = targets_next(t, 0, &i);
	assert_int_equal(found->keepalive.method, KEEPALIVE_SOLICIT);
	assert_int_equal(found->keepalive.interval_msec, 1000);
	assert_null(targets_next(t, 0, &i));
	i = 0;
	assert_null(targets_next(t, OTHER, &i));
}

static void test_limit(void **state)
{
	struct target one = target(BOND, 10, TARGETS_MAX, 1);
	struct targets *t = *state;
	size_t i = 0, count = 0;

	targets_begin(t);
	for (uint32_t n = 0; n < TARGETS_MAX; n++)
		want(t, BOND, 10, n, 1);
	assert_int_equal(targets_want(t, &one), -ENOSPC);
	end(t);
	while (targets_next(t, BOND, &i))
		count++;
	assert_int_equal(count, TARGETS_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_difference),
		TEST(test_union),
		TEST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
