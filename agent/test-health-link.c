// SPDX-License-Identifier: GPL-2.0
/* Links: flapping over time, speeds, and what too few of them mean. */
#include "test-health.h"

static void flap(struct fixture *f, unsigned int count)
{
	carrier_changed(&f->port[1].history, count, true, f->now.mono_usec);
}

/* Three in a minute raise it; a minute without any ends it. */
static void test_flapping(void **state)
{
	struct fixture *f = *state;

	flap(f, 2);
	assert_string_equal(diagnose(f), "");
	pass(f, SECONDS(60));
	flap(f, 1);
	assert_string_equal(diagnose(f), "");
	pass(f, SECONDS(30));
	flap(f, 1);
	assert_string_equal(diagnose(f), "");
	pass(f, SECONDS(30) - 1);
	flap(f, 1);
	assert_string_equal(diagnose(f), "port-flapping:eth1:degraded");
	assert_says(f, "3 times in the last minute");
	assert_int_equal(f->problems.next_usec,
			 f->now.mono_usec + SECONDS(60));
	pass(f, SECONDS(59));
	assert_string_equal(diagnose(f), "port-flapping:eth1:degraded");
	flap(f, 1);
	pass(f, SECONDS(60) - 1);
	assert_string_equal(diagnose(f), "port-flapping:eth1:degraded");
	assert_says(f, "1 times in the last minute");
	pass(f, 1);
	assert_string_equal(diagnose(f), "");
	flap(f, CARRIER_CHANGES_MAX);
	diagnose(f);
	assert_says(f, "16 times in the last minute or more");
}

/* The operator's word stands before what the cable says; the bond is well. */
static void test_drained(void **state)
{
	struct fixture *f = *state;
	char text[SENTENCE_MAX];

	f->port[1].drained = true;
	f->port[1].up = f->port[1].carrier = false;
	f->port[1].attrs.mii_up = false;
	flap(f, 3);
	assert_string_equal(diagnose(f), "port-drained:eth1:warning");
	f->bond.settled = true;
	health_describe(&f->bond, text, sizeof(text));
	assert_string_equal(text, "bond0 ok: eth1 is drained since 13:46:40; dualhomectl undrain eth1 puts it back");
	port_begin_anew(&f->port[1], f->now.mono_usec);
	f->port[1].drained = false;
	f->port[1].up = true;
	assert_string_equal(diagnose(f), "");		/* its carrier may come */
	pass(f, SECONDS(60));
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
}

/* The driver counts a failure a moment later, which is no other sentence. */
static void test_flapping_is_said_once(void **state)
{
	struct fixture *f = *state;
	char text[sizeof(f->problems.list[0].text)];

	flap(f, 3);
	diagnose(f);
	memcpy(text, f->problems.list[0].text, sizeof(text));
	f->port[1].attrs.link_failures++;
	diagnose(f);
	assert_string_equal(f->problems.list[0].text, text);
}

/* It says that the port is bad; down at the end, that is said after it. */
static void test_flapping_ends_down(void **state)
{
	struct fixture *f = *state;

	lose_carrier(&f->port[1]);
	flap(f, 3);
	assert_string_equal(diagnose(f), "port-flapping:eth1:degraded");
	assert_non_null(strstr(f->problems.list[0].text, ", and has none now; "));
	f->port[1].history.lost_usec = f->now.mono_usec - SECONDS(1);
	pass(f, SECONDS(60));
	assert_string_equal(diagnose(f), "port-down:eth1:degraded");
	/* it did not begin when the flapping was over */
	assert_int_equal(f->problems.list[0].since.mono_usec,
			 f->now.mono_usec - SECONDS(61));
	assert_int_equal(f->problems.list[0].since.real_usec,
			 f->now.real_usec - SECONDS(61));
}

static void test_speed_unknown(void **state)
{
	struct fixture *f = *state;

	f->port[1].speed_mbps = 0;
	assert_string_equal(diagnose_later(f), "");
	f->port[1].speed_mbps = 100;
	f->port[0].speed_mbps = 0;
	assert_string_equal(diagnose_later(f), "");
}

static void test_speed_words(void **state)
{
	struct fixture *f = *state;

	f->port[0].speed_mbps = 25000;
	f->port[1].half_duplex = true;
	assert_string_equal(diagnose_later(f), "speed-mismatch:eth1:degraded");
	assert_says(f, "eth1 runs at 10000 Mb/s half duplex, eth0 at 25000 "
		       "Mb/s full duplex");
}

/* The slow one came first and is active: the fast one is not to blame. */
static void test_fast_one_waits(void **state)
{
	static const uint8_t aggregators[] = { 2, 1 };
	struct fixture *f;

	for (size_t i = 0; i < ARRAY_SIZE(aggregators); i++) {
		setup(state);
		f = *state;
		f->port[0].speed_mbps = 1000;
		f->port[1].attrs.aggregator = aggregators[i];
		f->port[1].attrs.active = false;
		f->port[1].attrs.actor_state = 0x07;
		if (aggregators[i] == 1)	/* that is another matter */
			assert_string_equal(diagnose_later(f),
				"speed-mismatch:eth0:degraded "
				"port-not-usable:eth1:degraded");
		else
			assert_string_equal(diagnose_later(f),
				"speed-mismatch:eth0:degraded");
	}
}

/* A bond without carrier loses nothing unseen: the ports say it all. */
static void test_no_black_hole(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		f->port[i].attrs.actor_state = 0x0f;
		f->port[i].attrs.partner_state = 0x07;
	}
	f->bond.carrier = false;
	assert_string_equal(diagnose_later(f), "port-not-usable:eth0:degraded "
			    "port-not-usable:eth1:degraded");
}

/* New ports get time; what is known stays until there are enough. */
static void test_min_links(void **state)
{
	struct fixture *f = *state;

	f->bond.attrs.min_links = 2;
	f->port[1].attrs.actor_state = 0x0f;
	f->port[1].carrier_since_usec = f->now.mono_usec;
	assert_string_equal(diagnose(f), "");
	f->port[1].carrier_since_usec = 0;
	assert_non_null(strstr(diagnose(f), "min-links:bond0:critical"));
	assert_says(f, "1 usable ports, fewer than its min_links of 2");
	f->port[1].carrier_since_usec = f->now.mono_usec;
	assert_non_null(strstr(diagnose(f), "min-links:bond0:critical"));
	f->port[1].attrs.actor_state = 0x3f;
	assert_string_equal(diagnose(f), "");
	f->bond.attrs.min_links = 3;
	f->bond.attrs.mode = BOND_MODE_ACTIVE_BACKUP;
	assert_string_equal(diagnose(f), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flapping),
		TEST(test_drained),
		TEST(test_flapping_is_said_once),
		TEST(test_flapping_ends_down),
		TEST(test_speed_unknown),
		TEST(test_speed_words),
		TEST(test_fast_one_waits),
		TEST(test_no_black_hole),
		TEST(test_min_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
