// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lateness.h"
#include "util.h"

static void test_none(void **state)
{
	const struct lateness lateness = {};

	(void)state;
	assert_int_equal(lateness_quantile(&lateness, 99), 0);
	assert_int_equal(lateness.total, 0);
}

/* One value is every quantile of itself, whatever its bucket is. */
static void test_one(void **state)
{
	const uint64_t values[] = {
		0, 1, 15, 16, 17, 1000, 99999, USEC_PER_SEC,
		40 * USEC_PER_SEC, UINT64_MAX,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct lateness lateness = {};

		lateness_add(&lateness, values[i]);
		assert_true(lateness.max_usec == values[i]);
		assert_true(lateness_quantile(&lateness, 1) == values[i]);
		assert_true(lateness_quantile(&lateness, 100) == values[i]);
	}
}

/* A bucket stands for its greatest value: 16 and 17 are in one. */
static void test_bucket(void **state)
{
	struct lateness lateness = {};

	(void)state;
	lateness_add(&lateness, 16);
	lateness_add(&lateness, 40);
	assert_int_equal(lateness_quantile(&lateness, 50), 17);
}

/* Never below the true one, and at most an eighth above. */
static void test_quantiles(void **state)
{
	static const struct {
		unsigned int percent;
		uint64_t is;
	} rows[] = {
		{ 1, 1000 }, { 50, 50000 }, { 90, 90000 }, { 99, 99000 },
		{ 100, 100000 },
	};
	struct lateness lateness = {};

	(void)state;
	for (uint64_t usec = 1; usec <= 100000; usec++)
		lateness_add(&lateness, usec);
	assert_int_equal(lateness.total, 100000);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_in_range(lateness_quantile(&lateness, rows[i].percent),
				rows[i].is, rows[i].is + rows[i].is / 8);
}

/* One of a hundred is what the 99 do not hold. */
static void test_outlier(void **state)
{
	struct lateness lateness = {};

	(void)state;
	for (int i = 0; i < 99; i++)
		lateness_add(&lateness, 3);
	lateness_add(&lateness, 500000);
	assert_int_equal(lateness_quantile(&lateness, 99), 3);
	assert_int_equal(lateness_quantile(&lateness, 100), 500000);
	lateness_add(&lateness, 500000);
	assert_true(lateness_quantile(&lateness, 99) > 400000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_outlier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
