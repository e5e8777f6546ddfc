// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "report.h"

static struct bond bonds_of_test[7];
static struct bonds bonds;

/* Bond number i, with one problem of that severity, or none if < 0. */
static void add_bond(int i, int severity)
{
	struct bond *bond = &bonds_of_test[i];

	memset(bond, 0, sizeof(*bond));
	snprintf(bond->name, sizeof(bond->name), "bond%d", i);
	TAILQ_INIT(&bond->ports);
	bond->up = true;
	bond->settled = true;
	if (severity >= 0) {
		bond->problems.count = 1;
		bond->problems.list[0].severity = severity;
		strcpy(bond->problems.list[0].text, "it hurts");
	}
	TAILQ_INSERT_TAIL(&bonds.list, bond, entry);
}

static int setup(void **state)
{
	*state = NULL;
	setenv("TZ", "UTC", 1);
	bonds_init(&bonds, NULL, NULL);
	return 0;
}

static void test_none(void **state)
{
	char text[64];

	(void)state;
	report_describe(&bonds, text, sizeof(text));
	assert_string_equal(text, "no bonds");
}

static void test_worst_first(void **state)
{
	char text[256];

	(void)state;
	add_bond(0, -1);
	add_bond(1, SEVERITY_DEGRADED);
	add_bond(2, SEVERITY_CRITICAL);
	report_describe(&bonds, text, sizeof(text));
	assert_string_equal(text,
			    "bond2 critical: it hurts since 00:00:00; "
			    "bond1 degraded: it hurts since 00:00:00; "
			    "bond0 ok, 0 of 0 ports usable");
}

static void test_many(void **state)
{
	char text[256];

	(void)state;
	for (int i = 0; i < 6; i++)
		add_bond(i, -1);
	add_bond(6, SEVERITY_DEGRADED);
	report_describe(&bonds, text, sizeof(text));
	assert_string_equal(text,
			    "bond6 degraded: it hurts since 00:00:00; "
			    "bond0 ok, 0 of 0 ports usable; "
			    "bond1 ok, 0 of 0 ports usable; "
			    "bond2 ok, 0 of 0 ports usable; and 3 more");
}

/* Cut off, never overrun; ASan watches the exact buffer. */
static void test_short_buffer(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		add_bond(i, SEVERITY_DEGRADED);
	for (size_t size = 1; size < 200; size++) {
		char *text = malloc(size);

		report_describe(&bonds, text, size);
		assert_true(strlen(text) < size);
		free(text);
	}
}

/* The health of all; nothing is known of none. */
static void test_agent_health(void **state)
{
	static struct agent agent;

	(void)state;
	bonds_init(&agent.bonds, NULL, NULL);
	assert_int_equal(agent_health(&agent), HEALTH_UNKNOWN);
	add_bond(0, -1);
	TAILQ_REMOVE(&bonds.list, &bonds_of_test[0], entry);
	TAILQ_INSERT_TAIL(&agent.bonds.list, &bonds_of_test[0], entry);
	assert_int_equal(agent_health(&agent), HEALTH_OK);
	bonds_of_test[0].settled = false;
	assert_int_equal(agent_health(&agent), HEALTH_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_none, setup),
		cmocka_unit_test_setup(test_worst_first, setup),
		cmocka_unit_test_setup(test_many, setup),
		cmocka_unit_test_setup(test_short_buffer, setup),
		cmocka_unit_test_setup(test_agent_health, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
