// SPDX-License-Identifier: GPL-2.0
/* What is wanted of a bond, option by option. */
#include "test-health.h"

static void test_drift(void **state)
{
	static const struct {
		const char *name;
		int wanted_mode, wanted_rate, wanted_miimon, wanted_hash;
		uint8_t mode, lacp_rate;
		const char *words;	/* NULL = no problem */
	} rows[] = {
		{ "nothing said", -1, -1, -1, -1, 4, 1, NULL },
		{ "mode", 4, -1, -1, -1, 1, 0,
		  "mode is active-backup, not 802.3ad" },
		{ "same mode", 1, -1, -1, -1, 1, 0, NULL },
		{ "rate", -1, 1, -1, -1, 4, 0,
		  "lacp_rate is slow, not fast" },
		{ "other rate", -1, 0, -1, -1, 4, 1,
		  "lacp_rate is fast, not slow" },
		{ "slow is wanted", -1, 0, -1, -1, 4, 0, NULL },
		{ "slow by default", 4, -1, -1, -1, 4, 0,
		  "after some 93 s instead of 6 s" },
		{ "rate without LACP", -1, 1, -1, -1, 1, 0, NULL },
		{ "miimon", -1, -1, 50, -1, 4, 1,
		  "miimon is 100 ms, not 50 ms" },
		{ "no miimon", -1, -1, 0, -1, 4, 1,
		  "miimon is 100 ms, not 0 ms" },
		{ "same miimon", -1, -1, 100, -1, 4, 1, NULL },
		{ "hash", -1, -1, -1, 1, 4, 1,
		  "xmit_hash_policy is layer2, not layer3+4" },
		{ "same hash", -1, -1, -1, 0, 4, 1, NULL },
		{ "all of them", 1, 0, 50, 1, 4, 1,
		  "mode is 802.3ad, not active-backup, lacp_rate is fast, not slow, miimon is 100 ms, not 50 ms, xmit_hash_policy is layer2, not layer3+4" },
		{ "hash without use", -1, -1, -1, 1, 1, 0, NULL },
	};
	struct fixture *f;
	const char *got;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(state);
		f = *state;
		f->policy.mode = rows[i].wanted_mode;
		f->policy.lacp_rate = rows[i].wanted_rate;
		f->policy.miimon_msec = rows[i].wanted_miimon;
		f->policy.xmit_hash_policy = rows[i].wanted_hash;
		f->bond.attrs.mode = rows[i].mode;
		f->bond.attrs.lacp_rate = rows[i].lacp_rate;
		got = diagnose_later(f);
		if (strcmp(got, rows[i].words ? "config-drift:bond0:warning" :
						"") != 0)
			fail_msg("%s: '%s'", rows[i].name, got);
		if (rows[i].words)
			assert_says(f, rows[i].words);
	}
}

/* Tools set one option after the other. */
static void test_drift_has_time(void **state)
{
	struct fixture *f = *state;

	f->bond.attrs.lacp_rate = 0;
	assert_string_equal(diagnose(f), "");
	pass(f, SECONDS(5) - 1);
	assert_string_equal(diagnose(f), "");
	f->bond.attrs.lacp_rate = 1;
	assert_string_equal(diagnose_later(f), "");
}

static void test_module(void **state)
{
	struct fixture *f = *state;

	f->bond.module_stale = true;
	assert_string_equal(diagnose(f), "module-not-active:bond0:warning");
	assert_says(f, "reboot to activate it");
	assert_int_equal(health_of(&f->problems), HEALTH_OK);
}

/* That the option is on is no proof. */
static void test_wire(void **state)
{
	struct fixture *f = *state;
	struct bond_wire *wire = &f->bond.wire;

	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
	f->bond.attrs.has_broadcast_neighbor = true;
	f->bond.attrs.broadcast_neighbor = true;
	assert_string_equal(diagnose(f), "");
	wire->off = true;
	strcpy(wire->port, "eth1");
	strcpy(wire->link, "bond0.10");
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	assert_says(f, "ARP of bond0.10 does not leave on eth1");
	assert_says(f, "look for a filter on that port");
	wire->tagged = true;
	f->bond.neighbor_source = NEIGHBOR_SOURCE_DKMS;
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	assert_says(f, "look for a filter on that port");
	f->bond.neighbor_source = NEIGHBOR_SOURCE_MAINLINE;
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	assert_says(f, "install dualhome-bonding-dkms and reboot");
	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_KEEP;
	assert_string_equal(diagnose(f), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_drift),
		TEST(test_drift_has_time),
		TEST(test_module),
		TEST(test_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
