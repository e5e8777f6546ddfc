// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "throttle.h"
#include "util.h"

static struct throttle *throttle;

static int setup(void **state)
{
	*state = NULL;
	return throttle_new(&throttle);
}

static int teardown(void **state)
{
	*state = NULL;
	throttle = throttle_free(throttle);
	return 0;
}

static bool admit(int ifindex, enum fault_code code, bool raised,
		  uint64_t seconds)
{
	struct change change = {
		.problem = { .code = code, .ifindex = ifindex },
		.raised = raised,
		.when.mono_usec = seconds * USEC_PER_SEC,
	};

	return throttle_admit(throttle, &change);
}

/* Down and up each second: ten are said, then one at the end of each minute. */
static void test_flapping(void **state)
{
	unsigned int said = 0, left_out = 0, all_left_out = 0, late = 0;
	struct change change;

	(void)state;
	for (unsigned int second = 0; second < 600; second++) {
		while (throttle_due(throttle, second * USEC_PER_SEC, &change,
				    &left_out)) {
			late++;
			all_left_out += left_out;
			assert_int_equal(change.raised, (second - 1) % 2);
		}
		said += admit(7, FAULT_PORT_DOWN, second % 2, second);
	}
	/* ten in the first minute, nine in the others: the late one is one */
	assert_int_equal(late, 9);
	assert_int_equal(said, 10 + 9 * 9);
	assert_true(throttle_due(throttle, 600 * USEC_PER_SEC, &change,
				 &left_out));
	assert_int_equal(said + late + 1 + all_left_out + left_out, 600);
	assert_true(change.raised);
}

/* The end of the minute says how it is then, even if nothing more happens. */
static void test_last_word(void **state)
{
	unsigned int left_out;
	struct change change;

	(void)state;
	for (unsigned int i = 0; i < THROTTLE_BURST; i++)
		assert_true(admit(7, FAULT_PORT_DOWN, i % 2 == 0, 100));
	assert_int_equal(throttle_next_usec(throttle), UINT64_MAX);
	assert_false(admit(7, FAULT_PORT_DOWN, true, 101));
	assert_false(admit(7, FAULT_PORT_DOWN, false, 102));
	assert_false(admit(7, FAULT_PORT_DOWN, true, 103));
	assert_int_equal(throttle_next_usec(throttle), 160 * USEC_PER_SEC);
	assert_false(throttle_due(throttle, 160 * USEC_PER_SEC - 1, &change,
				  &left_out));
	assert_true(throttle_due(throttle, 160 * USEC_PER_SEC, &change,
				 &left_out));
	assert_true(change.raised);
	assert_int_equal(change.when.mono_usec, 103 * USEC_PER_SEC);
	assert_int_equal(left_out, 2);
	assert_false(throttle_due(throttle, UINT64_MAX, &change, &left_out));
}

/* Others are not held back by it. */
static void test_others(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < THROTTLE_BURST; i++)
		assert_true(admit(7, FAULT_PORT_DOWN, i % 2 == 0, 100));
	assert_true(admit(8, FAULT_PORT_DOWN, true, 101));
	assert_true(admit(7, FAULT_PORT_NOT_USABLE, true, 101));
	assert_false(admit(7, FAULT_PORT_DOWN, true, 101));
	/* a minute after the first one, all is as new */
	assert_true(admit(8, FAULT_PORT_DOWN, true, 161));
	assert_true(admit(8, FAULT_PORT_DOWN, true, 161));
}

static void test_none(void **state)
{
	(void)state;
	assert_null(throttle_free(NULL));
	assert_true(admit(7, FAULT_PORT_DOWN, true, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flapping),
		TEST(test_last_word),
		TEST(test_others),
		TEST(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
