// SPDX-License-Identifier: GPL-2.0
/* When the neighbor policy is applied; the kernel is played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "agent.h"
#include "flush.h"
#include "log.h"
#include "report.h"

static struct {
	int error;
	unsigned int requests;
} kernel;

int neighbor_set(struct rtnl *rtnl, struct bond *bond, bool on)
{
	(void)rtnl;
	kernel.requests++;
	if (kernel.error)
		return kernel.error;
	bond->attrs.broadcast_neighbor = on;
	return 0;
}

enum neighbor_state neighbor_state(const struct bond *bond)
{
	return bond->attrs.broadcast_neighbor ? NEIGHBOR_ON : NEIGHBOR_OFF;
}

const char *neighbor_remedy(const struct bond *bond,
			    const struct neighbor_driver *driver)
{
	(void)bond, (void)driver;
	return NULL;
}

enum neighbor_source neighbor_source(const struct bond *bond,
				     const struct neighbor_driver *driver)
{
	(void)bond, (void)driver;
	return NEIGHBOR_SOURCE_DKMS;
}

struct neighbor_driver neighbor_read_driver(void)
{
	return (struct neighbor_driver){ .ours_runs = true };
}

struct fixture {
	struct agent agent;
	struct config config;
	struct bond_policy policy;
	struct bond *bond;
};

static int setup(void **state)
{
	struct link_info link = {
		.ifindex = 5, .name = "bond0", .is_bond = true,
		.bond = { .mode = BOND_MODE_8023AD,
			  .has_broadcast_neighbor = true },
	};
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	memset(&kernel, 0, sizeof(kernel));
	f.policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	f.policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
	f.config.policies = &f.policy;
	f.agent.config = &f.config;
	f.agent.lock = -1;
	bonds_init(&f.agent.bonds, NULL, NULL);
	bonds_link_changed(&f.agent.bonds, &link);
	f.bond = bonds_find(&f.agent.bonds, 5);
	*state = &f;
	assert_true(sd_event_new(&f.agent.event) >= 0);
	assert_true(flush_new(&f.agent) >= 0);
	return report_new(&f.agent.report, f.agent.event);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bonds_clear(&f->agent.bonds);
	sd_event_source_disable_unref(f->agent.flush);
	sd_event_source_disable_unref(f->agent.health_timer);
	report_free(f->agent.report);
	sd_event_unref(f->agent.event);
	return 0;
}

/* As often as a tick would */
static void flush(struct fixture *f, int times)
{
	while (times--) {
		f->bond->dirty = true;
		flush_now(&f->agent);
	}
}

/* Time alone makes a problem of what waits, and ends what has lasted. */
static void test_timer(void **state)
{
	struct fixture *f = *state;
	uint64_t next;
	int on;

	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_KEEP;
	flush(f, 1);				/* no ports: judged after 5 s */
	f->bond->up = true;
	flush(f, 1);
	f->bond->problems.next_usec = UINT64_MAX;
	assert_int_equal(sd_event_source_get_enabled(f->agent.health_timer, &on), 1);
	assert_int_equal(on, SD_EVENT_ONESHOT);	/* lacp_rate slow waits */
	sd_event_source_get_time(f->agent.health_timer, &next);
	assert_in_range(next, 1, UINT64_MAX - 1);

	f->bond->problems.next_usec = 1;
	f->bond->dirty = false;
	sd_event_source_set_time(f->agent.health_timer, 1);
	assert_true(sd_event_run(f->agent.event, 0) > 0);
	assert_true(f->bond->dirty);
}

/* What is wrong with a bond is as old under its new name. */
static void test_renamed(void **state)
{
	struct link_info link = {
		.ifindex = 5, .name = "bond1", .is_bond = true, .up = true,
		.bond = { .mode = BOND_MODE_8023AD },
	};
	struct fixture *f = *state;

	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_KEEP;
	f->bond->up = true;
	flush(f, 1);
	assert_int_equal(f->bond->problems.count, 1);
	f->bond->problems.list[0].since.mono_usec = 1;
	flush_bond_removed(&f->agent, f->bond);
	assert_int_equal(f->bond->problems.count, 0);
	assert_int_equal(bonds_link_changed(&f->agent.bonds, &link), 1);
	flush(f, 1);
	assert_int_equal(f->bond->problems.count, 1);
	assert_string_equal(f->bond->problems.list[0].object, "bond1");
	assert_int_equal(f->bond->problems.list[0].since.mono_usec, 1);
}

static void test_switched_once(void **state)
{
	struct fixture *f = *state;

	flush(f, 3);
	assert_int_equal(kernel.requests, 1);
	/* an administrator switched it off: no tug of war */
	f->bond->attrs.broadcast_neighbor = false;
	flush(f, 3);
	assert_int_equal(kernel.requests, 1);
}

static void test_retry(void **state)
{
	struct fixture *f = *state;

	kernel.error = -EBUSY;
	flush(f, 2);
	assert_true(f->bond->appeared);
	assert_int_equal(kernel.requests, 2);
	kernel.error = 0;
	flush(f, 2);
	assert_int_equal(kernel.requests, 3);
	assert_false(f->bond->appeared);
}

/* What does not change by itself is not tried again. */
static void test_no_use(void **state)
{
	static const int errors[] = { -EOPNOTSUPP, -EACCES };
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		kernel.error = errors[i];
		kernel.requests = 0;
		f->bond->appeared = true;
		flush(f, 3);
		assert_int_equal(kernel.requests, 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timer),
		TEST(test_renamed),
		TEST(test_switched_once),
		TEST(test_retry),
		TEST(test_no_use),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
