// SPDX-License-Identifier: GPL-2.0
/* When a verdict is given, how it is told, and what of it is said. */
#include "test-health.h"

static void test_healthy(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(diagnose(f), "");
	assert_int_equal(health_of(&f->problems), HEALTH_OK);
	f->port[0].attrs.actor_state = f->port[0].attrs.partner_state = 0x3f;
	assert_string_equal(diagnose(f), "");
}

static void test_port_down(void **state)
{
	struct fixture *f = *state;

	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	assert_string_equal(f->problems.list[0].text, "eth1 has no carrier");
	assert_int_equal(health_of(&f->problems), HEALTH_DEGRADED);
	assert_int_equal(health_of_port(&f->problems, 1), HEALTH_OK);
	assert_int_equal(health_of_port(&f->problems, 2), HEALTH_DEGRADED);

	f->port[1].up = false;
	diagnose(f);
	assert_non_null(strstr(f->problems.list[0].text, "switched off"));
}

static void test_updelay_holds_port(void **state)
{
	struct fixture *f = *state;

	f->port[1].attrs.mii_up = false;
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	assert_non_null(strstr(f->problems.list[0].text, "holds it down"));
}

static void test_bond_down(void **state)
{
	struct fixture *f = *state;

	f->bond.carrier = false;
	lose_carrier(&f->port[0]);
	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "bond-down:bond0:critical "
			    "port-down:eth0:degraded port-down:eth1:degraded");
	assert_int_equal(health_of(&f->problems), HEALTH_CRITICAL);
}

static void test_neighbor_off(void **state)
{
	struct fixture *f = *state;

	f->bond.neighbor_remedy = "reboot";
	assert_string_equal(diagnose(f), "");
	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	assert_non_null(strstr(f->problems.list[0].text, "reboot"));
	f->bond.attrs.has_broadcast_neighbor = true;
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	f->bond.attrs.broadcast_neighbor = true;
	assert_string_equal(diagnose(f), "");
}

/* What is worse comes first, then the order of the table. */
static void test_order(void **state)
{
	struct fixture *f = *state;

	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "port-down:eth1:degraded "
			    "neighbor-broadcast-off:bond0:degraded");
}

static void test_other_modes(void **state)
{
	struct fixture *f = *state;

	f->bond.attrs.mode = 1;
	f->bond.attrs.has_ad_info = false;
	f->port[0].attrs.has_ad = f->port[1].attrs.has_ad = false;
	f->port[1].attrs.active = false;
	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
	assert_string_equal(diagnose(f), "");

	strcpy(f->policy.name, "bond0");
	assert_string_equal(diagnose(f), "neighbor-broadcast-off:bond0:degraded");
	assert_non_null(strstr(f->problems.list[0].text, "active-backup"));

	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_KEEP;
	lose_carrier(&f->port[0]);
	assert_string_equal(diagnose(f), "port-down:eth0:degraded");
}

/* A boot: the first carrier gets 5 s to come, then a loss is seen at once. */
static void test_first_carrier(void **state)
{
	struct fixture *f = *state;

	f->bond.carrier = false;
	for (int i = 0; i < 2; i++) {
		lose_carrier(&f->port[i]);
		f->port[i].was_up = false;
		f->port[i].since_usec = f->now.mono_usec;
	}
	f->now.mono_usec += SECONDS(5) - 1;
	assert_string_equal(diagnose(f), "");
	assert_false(health_settled(&f->bond, f->now));
	f->now.mono_usec++;
	assert_string_equal(diagnose(f), "bond-down:bond0:critical "
			    "port-down:eth0:degraded port-down:eth1:degraded");
	assert_true(health_settled(&f->bond, f->now));

	f->now.mono_usec--;
	f->port[1].was_up = true;
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	f->port[0].was_up = true;
	assert_string_equal(diagnose(f), "bond-down:bond0:critical "
			    "port-down:eth0:degraded port-down:eth1:degraded");
	f->port[0].was_up = false;
	f->port[0].up = false;
	assert_true(strstr(diagnose(f), "port-down:eth0:degraded"));
}

/* LACP gets 5 s to settle after the carrier came. */
static void test_settling(void **state)
{
	struct fixture *f = *state;

	f->port[1].carrier_since_usec = f->now.mono_usec - SECONDS(5) + 1;
	lose_partner(&f->port[1], 2);
	assert_string_equal(diagnose(f), "");
	assert_false(health_settled(&f->bond, f->now));

	f->now.mono_usec++;
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	assert_true(health_settled(&f->bond, f->now));

	f->now.mono_usec--;
	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	assert_true(health_settled(&f->bond, f->now));
}

/* The ports had carrier before the bond was switched on. */
static void test_settling_bond(void **state)
{
	struct fixture *f = *state;

	f->bond.up_since_usec = f->now.mono_usec - SECONDS(5) + 1;
	lose_partner(&f->port[1], 2);
	assert_string_equal(diagnose(f), "");
	f->now.mono_usec++;
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
}

/* A port that joins or returns takes no black hole away. */
static void test_black_hole_stays(void **state)
{
	struct fixture *f = *state;

	lose_partner(&f->port[0], 1);
	lose_carrier(&f->port[1]);
	assert_non_null(strstr(diagnose_later(f), "carrier-without-port:bond0"));
	f->port[1].carrier = f->port[1].attrs.mii_up = true;
	f->port[1].carrier_since_usec = f->now.mono_usec;
	assert_non_null(strstr(diagnose(f), "carrier-without-port:bond0"));
}

static void test_no_ports(void **state)
{
	struct fixture *f = *state;

	TAILQ_INIT(&f->bond.ports);
	f->bond.up_since_usec = f->now.mono_usec;
	assert_string_equal(diagnose(f), "");
	f->now.mono_usec += SECONDS(5);
	assert_string_equal(diagnose(f), "bond-down:bond0:critical");
	assert_string_equal(f->problems.list[0].text, "bond0 has no ports");
}

static void test_switched_off(void **state)
{
	struct fixture *f = *state;
	char line[256];

	f->bond.up = f->bond.carrier = false;
	lose_carrier(&f->port[0]);
	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "");
	health_describe(&f->bond, line, sizeof(line));
	assert_string_equal(line, "bond0 unknown, switched off");
}

/* Neither good nor bad: new, and nothing is usable yet. */
static void test_unknown(void **state)
{
	struct fixture *f = *state;
	char line[256];

	assert_int_equal(health_of_bond(&f->bond), HEALTH_OK);
	for (int i = 0; i < 2; i++) {
		lose_carrier(&f->port[i]);
		f->port[i].was_up = false;
		f->port[i].since_usec = f->now.mono_usec;
	}
	assert_string_equal(diagnose(f), "");
	f->bond.settled = health_settled(&f->bond, f->now);
	assert_int_equal(health_of_bond(&f->bond), HEALTH_UNKNOWN);
	health_describe(&f->bond, line, sizeof(line));
	assert_string_equal(line, "bond0 unknown, 0 of 2 ports usable");

	f->bond.settled = true;
	assert_int_equal(health_of_bond(&f->bond), HEALTH_OK);
	f->bond.up = false;
	assert_int_equal(health_of_bond(&f->bond), HEALTH_UNKNOWN);
	f->bond.up = true;
	f->bond.problems.count = 1;
	f->bond.problems.list[0].severity = SEVERITY_CRITICAL;
	assert_int_equal(health_of_bond(&f->bond), HEALTH_CRITICAL);
}

static void test_since_stays(void **state)
{
	struct fixture *f = *state;
	size_t i = 0;

	lose_carrier(&f->port[1]);
	diagnose(f);
	assert_ptr_equal(problems_raised(&f->problems, &f->before, &i),
			 &f->problems.list[0]);
	assert_null(problems_raised(&f->problems, &f->before, &i));

	pass(f, SECONDS(7));
	lose_carrier(&f->port[0]);
	f->bond.carrier = false;
	assert_string_equal(diagnose(f), "bond-down:bond0:critical "
			    "port-down:eth0:degraded port-down:eth1:degraded");
	assert_int_equal(f->problems.list[0].since.mono_usec, SECONDS(10007));
	assert_int_equal(f->problems.list[2].since.mono_usec, SECONDS(10000));
	assert_int_equal(f->problems.list[2].since.real_usec, SECONDS(1000000));
	i = 0;
	assert_null(problems_cleared(&f->problems, &f->before, &i));
}

/* Another problem of the same port is a new one. */
static void test_since_of_another(void **state)
{
	struct fixture *f = *state;
	size_t i = 0;

	lose_carrier(&f->port[1]);
	diagnose(f);
	f->port[1].carrier = f->port[1].attrs.mii_up = true;
	pass(f, SECONDS(7));
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	assert_int_equal(f->problems.list[0].since.mono_usec, SECONDS(10007));
	assert_ptr_equal(problems_cleared(&f->problems, &f->before, &i),
			 &f->before.list[0]);
}

/* Worse, or of another name: said again, and it keeps its since. */
static void test_severity_changes(void **state)
{
	struct fixture *f = *state;
	size_t i = 0;

	lose_partner(&f->port[1], 2);
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	pass(f, SECONDS(7));
	lose_partner(&f->port[0], 1);
	f->bond.carrier = false;
	assert_string_equal(diagnose(f), "lacp-no-partner:eth0:critical "
			    "lacp-no-partner:eth1:critical");
	assert_int_equal(f->problems.list[1].since.mono_usec, SECONDS(10000));
	assert_string_equal(problems_raised(&f->problems, &f->before, &i)->object,
			    "eth0");
	assert_string_equal(problems_raised(&f->problems, &f->before, &i)->object,
			    "eth1");

	i = 0;
	assert_null(problems_cleared(&f->problems, &f->before, &i));

	i = 0;
	strcpy(f->port[1].name, "lan1");
	diagnose(f);
	assert_string_equal(problems_raised(&f->problems, &f->before, &i)->object,
			    "lan1");
	assert_null(problems_raised(&f->problems, &f->before, &i));
	i = 0;
	assert_string_equal(problems_cleared(&f->problems, &f->before, &i)->object,
			    "eth1");
}

/* A clock that is set moves what is past along; slewing it does not. */
static void test_clock_step(void **state)
{
	struct fixture *f = *state;

	lose_carrier(&f->port[1]);
	diagnose(f);
	pass(f, SECONDS(7));
	f->now.real_usec += SECONDS(10);
	diagnose(f);
	assert_int_equal(f->problems.list[0].since.real_usec, SECONDS(1000000));
	f->now.real_usec += 1;
	diagnose(f);
	assert_int_equal(f->problems.list[0].since.real_usec,
			 SECONDS(1000010) + 1);
	f->now.real_usec -= SECONDS(3600);
	diagnose(f);
	assert_int_equal(f->problems.list[0].since.real_usec,
			 SECONDS(1000010 - 3600) + 1);
	assert_int_equal(f->problems.list[0].since.mono_usec, SECONDS(10000));
}

static void test_describe(void **state)
{
	struct fixture *f = *state;
	char line[256];

	diagnose(f);
	f->bond.problems = f->problems;
	health_describe(&f->bond, line, sizeof(line));
	assert_string_equal(line, "bond0 ok, 2 of 2 ports usable");

	lose_carrier(&f->port[1]);
	diagnose(f);
	f->bond.problems = f->problems;
	health_describe(&f->bond, line, sizeof(line));
	assert_string_equal(line, "bond0 degraded: eth1 has no carrier since "
			    "13:46:40");

	lose_carrier(&f->port[0]);
	diagnose(f);
	f->bond.problems = f->problems;
	assert_true(health_describe(&f->bond, line, 20) > 20);
	assert_string_equal(line, "bond0 critical: no ");
	health_describe(&f->bond, line, sizeof(line));
	assert_string_equal(line, "bond0 critical: no port of bond0 has carrier "
			    "since 13:46:40 (+2 more)");
}

/* More ports than problems fit: the worst stay. */
static void test_overflow(void **state)
{
	static struct port many[PROBLEMS_MAX + 8];
	struct fixture *f = *state;

	TAILQ_INIT(&f->bond.ports);
	memset(many, 0, sizeof(many));
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		many[i].bond = &f->bond;
		many[i].ifindex = 100 + i;
		snprintf(many[i].name, sizeof(many[i].name), "p%zu", i);
		TAILQ_INSERT_TAIL(&f->bond.ports, &many[i], entry);
	}
	health_check(&f->bond, &f->policy, &f->before, f->now, &f->problems);
	assert_int_equal(f->problems.count, PROBLEMS_MAX);
	assert_int_equal(f->problems.list[0].code, FAULT_BOND_DOWN);

	/* found last, but worse than the others */
	many[0].up = many[0].carrier = many[0].attrs.mii_up = true;
	many[0].attrs.has_ad = true;
	lose_partner(&many[0], 1);
	f->bond.carrier = false;
	health_check(&f->bond, &f->policy, &f->before, f->now, &f->problems);
	assert_int_equal(f->problems.count, PROBLEMS_MAX);
	assert_int_equal(f->problems.list[0].code, FAULT_LACP_NO_PARTNER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_healthy),
		TEST(test_port_down),
		TEST(test_updelay_holds_port),
		TEST(test_bond_down),
		TEST(test_neighbor_off),
		TEST(test_order),
		TEST(test_other_modes),
		TEST(test_first_carrier),
		TEST(test_settling),
		TEST(test_settling_bond),
		TEST(test_black_hole_stays),
		TEST(test_no_ports),
		TEST(test_switched_off),
		TEST(test_unknown),
		TEST(test_since_stays),
		TEST(test_since_of_another),
		TEST(test_severity_changes),
		TEST(test_clock_step),
		TEST(test_describe),
		TEST(test_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
