// SPDX-License-Identifier: GPL-2.0
/* The sentences: evidence, since when, and what it means. */
#include "test-health.h"

static const char *describe(struct fixture *f)
{
	static char line[512];

	health_describe(&f->bond, line, sizeof(line));
	return line;
}

static void assert_describes(struct fixture *f, const char *words)
{
	if (!strstr(describe(f), words))
		fail_msg("'%s' does not say '%s'", describe(f), words);
}

/* Word for word as people are told to expect it. */
static void test_mismatch(void **state)
{
	struct fixture *f = *state;

	strcpy(f->port[1].name, "ens2f1");
	f->port[1].lacpdu.actor.system[5] = 2;
	f->port[1].attrs.aggregator = 2;
	diagnose_later(f);
	assert_string_equal(describe(f), "bond0 degraded: ens2f1 hears a "
		"different LACP system 00:d0:f8:00:00:02 (bond: "
		"00:d0:f8:00:00:01) since 13:46:40; the leaves no longer "
		"present one system: mis-cabling, or an M-LAG split");
}

/* Tomorrow "since 13:46:40" would be taken for today's. */
static void test_date(void **state)
{
	struct fixture *f = *state;
	uint64_t midnight = SECONDS(86400 - 1000000 % 86400);

	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	assert_describes(f, "eth1 has no carrier since 13:46:40");
	assert_int_equal(f->problems.next_usec, f->now.mono_usec + midnight);
	pass(f, midnight);
	diagnose(f);
	assert_describes(f, "eth1 has no carrier since 1970-01-12 13:46:40");
}

static void test_key(void **state)
{
	struct fixture *f = *state;

	f->port[1].lacpdu.actor.key = 2001;
	diagnose_later(f);
	assert_says(f, "eth1 hears key 2001 of LACP system "
		       "00:d0:f8:00:00:01 (bond: key 1001)");
	f->port[1].lacpdu.actor.key = 1001;
	f->port[1].lacpdu.actor.system_priority = 200;
	f->port[1].attrs.aggregator = 2;
	diagnose_later(f);
	assert_says(f, "system priority 200 of LACP system "
		       "00:d0:f8:00:00:01 (bond: priority 100)");
}

/* Whoever comes first in the list: the one that is left out is to blame. */
static void test_first_port_differs(void **state)
{
	struct fixture *f = *state;

	f->port[0].lacpdu.actor.system_priority = 200;
	f->port[0].attrs.aggregator = 2;
	assert_string_equal(diagnose_later(f),
			    "partner-key-mismatch:eth0:degraded");
}

/* The master dies, its port goes down, the survivor shows its own system. */
static void test_master_died(void **state)
{
	struct fixture *f = *state;

	diagnose(f);
	carrier_changed(&f->port[0].history, 1, false, f->now.mono_usec);
	lose_carrier(&f->port[0]);
	assert_string_equal(diagnose(f), "port-down:eth0:degraded");
	pass(f, SECONDS(3));
	f->port[1].lacpdu.actor.system[5] = 2;
	f->bond.attrs.partner_mac[5] = 2;
	assert_string_equal(diagnose(f), "port-down:eth0:degraded "
			    "partner-system-changed:bond0:warning");
	assert_non_null(strstr(f->problems.list[1].text,
		"from 00:d0:f8:00:00:01 to 00:d0:f8:00:00:02, 3 s after eth0 "
		"lost its carrier; the M-LAG master died"));
	pass(f, SECONDS(600) - 1);
	assert_non_null(strstr(diagnose(f), "partner-system-changed"));
	assert_int_equal(f->problems.next_usec, f->now.mono_usec + 1);
	pass(f, 1);
	assert_string_equal(diagnose(f), "port-down:eth0:degraded");
}

static void test_replaced(void **state)
{
	struct fixture *f = *state;

	diagnose(f);
	for (int i = 0; i < 2; i++)
		f->port[i].lacpdu.actor.system[5] = 2;
	f->bond.attrs.partner_mac[5] = 2;
	assert_string_equal(diagnose(f), "partner-system-changed:bond0:warning");
	assert_says(f, "on all ports");
	assert_int_equal(health_of(&f->problems), HEALTH_OK);
	assert_describes(f, "bond0 ok: the LACP partner of bond0 changed from");
}

/* First one port, the other a moment later: one change, and no mismatch. */
static void test_replaced_in_turn(void **state)
{
	struct fixture *f = *state;

	diagnose(f);
	f->port[1].lacpdu.actor.system[5] = 2;
	assert_string_equal(diagnose(f), "");
	pass(f, SECONDS(1) / 2 - 1);
	assert_string_equal(diagnose(f), "");
	f->port[0].lacpdu.actor.system[5] = 2;
	f->bond.attrs.partner_mac[5] = 2;
	assert_string_equal(diagnose(f), "partner-system-changed:bond0:warning");
}

/* A leaf regains its peer-link and holds its port back for 240 s. */
static void test_held_back(void **state)
{
	struct fixture *f = *state;
	struct port healthy = f->port[1];

	diagnose(f);
	carrier_changed(&f->port[1].history, 1, false, f->now.mono_usec);
	lose_carrier(&f->port[1]);
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	pass(f, SECONDS(240));
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	carrier_changed(&f->port[1].history, 1, true, f->now.mono_usec);
	healthy.history = f->port[1].history;
	healthy.carrier_since_usec = f->now.mono_usec;
	f->port[1].carrier = f->port[1].attrs.mii_up = true;
	f->port[1].carrier_since_usec = f->now.mono_usec;
	assert_string_equal(diagnose(f), "");
	f->port[1].attrs = healthy.attrs;
	f->port[1].lacpdu = healthy.lacpdu;
	f->port[1].has_lacpdu = true;
	pass(f, SECONDS(10));
	assert_string_equal(diagnose(f), "");
	assert_string_equal(describe(f), "bond0 ok, 2 of 2 ports usable; eth1 "
		"came back at 13:50:40 after 240 s, as an M-LAG leaf holds its "
		"ports back after a restart or a repair of the peer-link");
	pass(f, SECONDS(590) - 1);
	diagnose(f);
	assert_non_null(strstr(describe(f), "came back"));
	assert_int_equal(f->problems.next_usec, f->now.mono_usec + 1);
	pass(f, 1);
	diagnose(f);
	assert_string_equal(describe(f), "bond0 ok, 2 of 2 ports usable");
}

/* A short outage, or a very long one, has another reason. */
static void test_not_held_back(void **state)
{
	static const uint64_t outages[] = { 179, 1801 };
	struct fixture *f;

	for (size_t i = 0; i < ARRAY_SIZE(outages); i++) {
		setup(state);
		f = *state;
		carrier_changed(&f->port[1].history, 1, false, f->now.mono_usec);
		pass(f, SECONDS(outages[i]));
		carrier_changed(&f->port[1].history, 1, true, f->now.mono_usec);
		diagnose(f);
		assert_string_equal(describe(f), "bond0 ok, 2 of 2 ports usable");
	}
}

/* Or its link comes up, and LACP does not get in sync. */
static void test_held_back_by_lacp(void **state)
{
	struct fixture *f = *state;

	f->port[1].attrs.partner_state = 0x07;
	f->port[1].attrs.actor_state = 0x0f;
	diagnose_later(f);
	assert_null(strstr(first_text(f), "M-LAG"));
	f->port[1].history.back_usec = f->now.mono_usec - SECONDS(299);
	diagnose(f);
	assert_says(f, "the partner is not in sync");
	assert_says(f, "holds a port that returns back");
	/* the driver calls it churned after 60 s; the leaf still does its own */
	f->port[1].attrs.has_churn = true;
	f->port[1].attrs.partner_churn = LACP_CHURNED;
	assert_string_equal(diagnose(f), "port-not-usable:eth1:degraded");
	assert_true(f->problems.next_usec <= f->now.mono_usec + SECONDS(1));
	pass(f, SECONDS(1));
	assert_string_equal(diagnose(f), "lacp-churn:eth1:degraded");
	assert_null(strstr(first_text(f), "M-LAG"));
}

static void test_same_switch(void **state)
{
	struct fixture *f = *state;

	f->lldp[1] = f->lldp[0];
	f->lldp[1].port.value[3] = '8';
	assert_string_equal(diagnose(f), "same-switch:bond0:warning");
	assert_says(f, "eth0 and eth1 end on one switch: LLDP says leaf1 "
		       "(chassis 00:d0:f8:00:01:00), ports Et17 and Et18");
	/* it has aged out, or the cable was pulled */
	f->port[1].lldp = NULL;
	assert_string_equal(diagnose(f), "");
}

/* Leaves that share nothing number alike: no reason to worry. */
static void test_like_numbers(void **state)
{
	struct fixture *f = *state;

	assert_true(lldp_id_equal(&f->lldp[0].port, &f->lldp[1].port));
	assert_int_equal(f->port[0].lacpdu.actor.port,
			 f->port[1].lacpdu.actor.port);
	assert_string_equal(diagnose(f), "");
}

static void test_not_usable(void **state)
{
	static const struct {
		uint8_t actor, partner;
		const char *words;
	} rows[] = {
		{ 0x0d, 0x05, "partner is not in sync" },
		{ 0x05, 0x3d, "this side is not in sync" },
		{ 0x2d, 0x3d, "this side does not collect" },
		{ 0x1d, 0x3d, "this side does not distribute" },
		{ 0x3d, 0x2d, "partner does not collect" },
		{ 0x3d, 0x1d, "partner does not distribute" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		f->port[0].attrs.actor_state = rows[i].actor;
		f->port[0].attrs.partner_state = rows[i].partner;
		assert_string_equal(diagnose_later(f),
				    "port-not-usable:eth0:degraded");
		assert_says(f, rows[i].words);
		if (!strstr(first_text(f), "not usable") !=
		    port_is_usable(&f->port[0]))
			fail_msg("'%s'", first_text(f));
	}
}

static void test_driver_holds_back(void **state)
{
	struct fixture *f = *state;

	f->port[0].attrs.active = false;
	assert_string_equal(diagnose_later(f), "port-not-usable:eth0:degraded");
	assert_says(f, "driver holds it back");
	f->port[0].attrs.has_ad = false;
	diagnose(f);
	assert_says(f, "no aggregator");
}

static void test_loopback(void **state)
{
	struct fixture *f = *state;

	f->port[1].own_heard_usec = f->now.mono_usec;
	f->port[1].own_sender = 1;
	diagnose(f);
	assert_says(f, "eth1 hears the LACPDUs that this host sends on eth0");
	f->port[1].own_sender = 2;
	diagnose(f);
	assert_says(f, "eth1 hears LACPDUs of this host");

	/* over when as many were missed as make a timeout, fast or slow */
	pass(f, SECONDS(3) - 1);
	f->port[1].attrs.partner_state = 0x3d;
	assert_string_equal(diagnose(f), "lacp-loopback:eth1:critical");
	f->port[1].attrs.partner_state = 0x3f;
	diagnose(f);
	assert_int_equal(f->problems.next_usec, f->now.mono_usec + 1);
	pass(f, 1);
	diagnose(f);
	pass(f, SECONDS(2));
	assert_string_equal(diagnose(f), "");
	f->port[1].attrs.partner_state = 0x3d;
	assert_string_equal(diagnose(f), "lacp-loopback:eth1:critical");
	pass(f, SECONDS(85));
	assert_string_equal(diagnose(f), "lacp-loopback:eth1:critical");
	pass(f, SECONDS(3));
	assert_string_equal(diagnose_later(f), "");
}

/* A complaint is as old as the LACPDU: after 90 s it is no news of anybody. */
static void test_complaint(void **state)
{
	static const struct {
		uint8_t state;
		const char *words;
	} rows[] = {
		{ 0x87, "say EXPIRED" }, { 0x47, "say DEFAULTED" },
		{ 0x07, "do not name us" },
	};
	struct fixture *f = *state;

	memset(&f->port[1].lacpdu.partner, 0,
	       sizeof(f->port[1].lacpdu.partner));
	f->port[1].attrs.actor_state = 0x45;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		f->port[1].lacpdu.actor.state = rows[i].state;
		f->port[1].lacpdu_usec = f->now.mono_usec;
		diagnose_later(f);
		assert_says(f, "does not hear eth1: its LACPDUs");
		assert_says(f, rows[i].words);
	}
	pass(f, SECONDS(85) - 1);
	assert_string_equal(diagnose(f), "lacp-one-way:eth1:degraded");
	assert_int_equal(f->problems.next_usec, f->now.mono_usec + 1);
	pass(f, 1);
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
}

static void test_counters(void **state)
{
	struct fixture *f = *state;

	lose_partner(&f->port[1], 2);
	diagnose(f);
	assert_null(strstr(first_text(f), "rejected"));
	f->port[1].counters = (struct lacp_counters) {
		.known = true, .illegal_rx = 3, .unknown_rx = 4,
	};
	diagnose(f);
	assert_says(f, "the driver has rejected 7 LACPDUs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mismatch),
		TEST(test_date),
		TEST(test_key),
		TEST(test_first_port_differs),
		TEST(test_master_died),
		TEST(test_replaced),
		TEST(test_replaced_in_turn),
		TEST(test_held_back),
		TEST(test_not_held_back),
		TEST(test_held_back_by_lacp),
		TEST(test_same_switch),
		TEST(test_like_numbers),
		TEST(test_not_usable),
		TEST(test_driver_holds_back),
		TEST(test_loopback),
		TEST(test_complaint),
		TEST(test_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
