// SPDX-License-Identifier: GPL-2.0
/* How often the kernel is asked, and what is published after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "agent.h"
#include "listen.h"
#include "observe.h"
#include "refresh.h"
#include "util.h"

static struct world {
	uint64_t now;			/* monotonic */
	int64_t step;			/* of the realtime clock */
	unsigned int refreshes, retries, dirty, all_dirty, aged, observed;
	int result;			/* of rtnl_refresh() */
	uint64_t takes;			/* that, usec */
	struct neighbor_driver driver;
} world;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	uint64_t usec = world.now;

	if (clock == CLOCK_REALTIME)
		usec += 1000000 * USEC_PER_SEC + world.step;
	now->tv_sec = usec / USEC_PER_SEC;
	now->tv_nsec = usec % USEC_PER_SEC * 1000;
	return 0;
}

int rtnl_refresh(struct rtnl *rtnl)
{
	(void)rtnl;
	world.refreshes++;
	world.now += world.takes;
	return world.result;
}

void listen_retry(struct agent *agent)
{
	(void)agent;
	world.retries++;
}

void listen_age(struct agent *agent)
{
	(void)agent;
	world.aged++;
}

void observe_bond(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.observed++;
}

struct neighbor_driver neighbor_read_driver(void)
{
	return world.driver;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.dirty++;
}

void agent_mark_all_dirty(struct agent *agent)
{
	(void)agent;
	world.all_dirty++;
}

static struct agent agent;
static struct bond bond;

static int setup(void **state)
{
	memset(&agent, 0, sizeof(agent));
	memset(&bond, 0, sizeof(bond));
	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	bonds_init(&agent.bonds, NULL, NULL);
	TAILQ_INIT(&bond.ports);
	bond.settled = true;
	TAILQ_INSERT_TAIL(&agent.bonds.list, &bond, entry);
	*state = NULL;
	if (sd_event_new(&agent.event) < 0)
		return -1;
	return refresh_new(&agent);
}

static int teardown(void **state)
{
	(void)state;
	sd_event_source_disable_unref(agent.refresh_timer);
	sd_event_unref(agent.event);
	return 0;
}

static void pass_seconds(unsigned int seconds)
{
	uint64_t next;

	while (seconds--) {
		assert_true(sd_event_source_get_time(agent.refresh_timer,
						     &next) >= 0);
		world.now = next;
		assert_true(sd_event_run(agent.event, 0) > 0);
	}
}

static void add_problem(enum fault_code code)
{
	bond.problems.list[bond.problems.count++].code = code;
}

/* What events announce, and what stays as it is, costs nothing. */
static void test_quiet(void **state)
{
	(void)state;
	add_problem(FAULT_BOND_DOWN);
	add_problem(FAULT_PORT_DOWN);
	add_problem(FAULT_NEIGHBOR_BROADCAST_OFF);
	pass_seconds(9);
	assert_int_equal(world.refreshes, 0);
	pass_seconds(1);
	assert_int_equal(world.refreshes, 1);
	pass_seconds(10);
	assert_int_equal(world.refreshes, 2);
	assert_int_equal(world.retries, 2);
	assert_int_equal(world.observed, 2);
	assert_int_equal(world.aged, 20);
	assert_int_equal(world.dirty + world.all_dirty, 0);
}

/* The end of an LACP fault is silent; what is read marks what changed. */
static void test_lacp_fault(void **state)
{
	(void)state;
	add_problem(FAULT_LACP_NO_PARTNER);
	pass_seconds(5);
	assert_int_equal(world.refreshes, 5);
	assert_int_equal(world.observed, 5);
	assert_int_equal(world.dirty + world.all_dirty, 0);
}

/* So is what has just begun, and is not a problem yet. */
static void test_waiting(void **state)
{
	(void)state;
	bond.problems.waiting_count = 1;
	pass_seconds(3);
	assert_int_equal(world.refreshes, 3);
}

/* One of the host's clocks is set: what people read has to follow. */
static void test_clock_step(void **state)
{
	(void)state;
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 0);
	world.step = 9 * USEC_PER_SEC;
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 0);
	world.step = -3600 * (int64_t)USEC_PER_SEC;
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 1);
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 1);
}

static void test_unsettled(void **state)
{
	(void)state;
	bond.settled = false;
	pass_seconds(3);
	assert_int_equal(world.refreshes, 3);
	assert_int_equal(world.dirty, 3);
}

/* The policy could not be applied yet. */
static void test_to_be_switched(void **state)
{
	(void)state;
	bond.appeared = true;
	pass_seconds(2);
	assert_int_equal(world.refreshes, 2);
	assert_int_equal(world.dirty, 2);
}

static void test_postponed(void **state)
{
	(void)state;
	world.result = 1;
	agent_refresh_soon(&agent);
	pass_seconds(3);
	assert_int_equal(world.refreshes, 3);
	world.result = 0;
	pass_seconds(5);
	assert_int_equal(world.refreshes, 4);
}

/* When the next tick is due, from now on */
static uint64_t next_tick(void)
{
	uint64_t next;

	assert_true(sd_event_source_get_time(agent.refresh_timer, &next) >= 0);
	return next - world.now;
}

/* A refresh that takes long leaves three times as long to everything else. */
static void test_rest(void **state)
{
	(void)state;
	add_problem(FAULT_LACP_NO_PARTNER);
	world.takes = 200 * USEC_PER_MSEC;
	pass_seconds(1);
	assert_int_equal(next_tick(), 800 * USEC_PER_MSEC);
	world.takes = 500 * USEC_PER_MSEC;
	pass_seconds(1);
	assert_int_equal(next_tick(), 1500 * USEC_PER_MSEC);
	agent_refresh_soon(&agent);	/* not even for an LACPDU */
	assert_int_equal(next_tick(), 1500 * USEC_PER_MSEC);
	world.takes = 0;
	pass_seconds(1);
	assert_int_equal(next_tick(), USEC_PER_SEC);
	agent_refresh_soon(&agent);
	assert_int_equal(next_tick(), 150 * USEC_PER_MSEC);
	assert_int_equal(world.refreshes, 3);
}

static void test_driver_installed(void **state)
{
	(void)state;
	world.driver.ours_installed = true;
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 1);
	pass_seconds(10);
	assert_int_equal(world.all_dirty, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quiet),
		TEST(test_lacp_fault),
		TEST(test_waiting),
		TEST(test_clock_step),
		TEST(test_unsettled),
		TEST(test_to_be_switched),
		TEST(test_postponed),
		TEST(test_rest),
		TEST(test_driver_installed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
