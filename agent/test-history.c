// SPDX-License-Identifier: GPL-2.0
/* What was: changes of the carrier, and of the partner of the whole bond. */
#include "test-health.h"

static void test_carrier(void **state)
{
	struct carrier_history history = {};

	(void)state;
	assert_int_equal(carrier_changes(&history, 0), 0);
	assert_int_equal(carrier_last_change(&history), 0);
	carrier_changed(&history, 1, false, 100);
	assert_int_equal(history.lost_usec, 100);
	assert_int_equal(history.back_usec, 0);
	carrier_changed(&history, 2, true, 200);
	assert_int_equal(history.lost_usec, 100);
	assert_int_equal(history.back_usec, 200);
	assert_int_equal(carrier_changes(&history, 0), 3);
	assert_int_equal(carrier_changes(&history, 100), 2);
	assert_int_equal(carrier_changes(&history, 200), 0);
	assert_int_equal(carrier_last_change(&history), 200);
	carrier_changed(&history, 1000000, false, 300);
	assert_int_equal(carrier_changes(&history, 0), CARRIER_CHANGES_MAX);
	assert_int_equal(history.back_usec, 0);
}

static void hear(struct fixture *f, int port, uint8_t last_octet)
{
	f->port[port].has_lacpdu = last_octet;
	f->port[port].lacpdu.actor.system[5] = last_octet;
}

static void test_partner(void **state)
{
	struct fixture *f = *state;
	const struct partner_history *history = &f->bond.partner;

	/* the first one is no change */
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	assert_int_equal(history->system[5], 1);
	assert_int_equal(history->changed.mono_usec, 0);

	/* nor is one port alone */
	hear(f, 1, 2);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	assert_int_equal(history->system[5], 1);

	hear(f, 0, 2);
	pass(f, SECONDS(1));
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_int_equal(history->system[5], 2);
	assert_int_equal(history->before[5], 1);
	assert_int_equal(history->changed.mono_usec, f->now.mono_usec);
	assert_string_equal(history->lost_port, "");
	assert_int_equal(partner_observe(&f->bond, f->now), 0);

	/* the old one again is the end of it, a third is another change */
	hear(f, 0, 1);
	hear(f, 1, 1);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	assert_int_equal(history->changed.mono_usec, 0);
	hear(f, 0, 3);
	hear(f, 1, 3);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	hear(f, 0, 4);
	hear(f, 1, 4);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_int_equal(history->before[5], 3);

	/* when it is no longer shown, the old one is news again */
	pass(f, PARTNER_CHANGED_USEC - 1);
	hear(f, 0, 3);
	hear(f, 1, 3);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	hear(f, 0, 4);
	hear(f, 1, 4);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	pass(f, PARTNER_CHANGED_USEC);
	hear(f, 0, 3);
	hear(f, 1, 3);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_int_equal(history->before[5], 4);
}

/* Whom nobody hears, or who has fallen silent, has no say. */
static void test_partner_gone(void **state)
{
	struct fixture *f = *state;

	partner_observe(&f->bond, f->now);
	hear(f, 0, 0);
	hear(f, 1, 0);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	assert_int_equal(f->bond.partner.system[5], 1);
	hear(f, 0, 1);
	hear(f, 1, 2);
	f->port[0].attrs.actor_state |= LACP_EXPIRED;
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_int_equal(f->bond.partner.system[5], 2);
}

/* The master died: its port lost the carrier, the other leaf took over. */
static void test_takeover(void **state)
{
	struct fixture *f = *state;

	partner_observe(&f->bond, f->now);
	carrier_changed(&f->port[0].history, 1, false, f->now.mono_usec);
	lose_carrier(&f->port[0]);
	hear(f, 1, 2);
	pass(f, SECONDS(120));
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_string_equal(f->bond.partner.lost_port, "eth0");
	assert_int_equal(f->bond.partner.lost_sec, 120);

	hear(f, 1, 3);
	pass(f, 1);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_string_equal(f->bond.partner.lost_port, "");

	/* who is back has not died */
	carrier_changed(&f->port[0].history, 1, false, f->now.mono_usec);
	carrier_changed(&f->port[0].history, 1, true, f->now.mono_usec);
	f->port[0].carrier = true;
	hear(f, 1, 4);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
	assert_string_equal(f->bond.partner.lost_port, "");
}

/* One of two that differed goes: who is left has said the same all the time. */
static void test_after_split(void **state)
{
	struct fixture *f = *state;

	partner_observe(&f->bond, f->now);
	hear(f, 1, 2);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	pass(f, SECONDS(86400));
	carrier_changed(&f->port[0].history, 1, false, f->now.mono_usec);
	lose_carrier(&f->port[0]);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	assert_int_equal(f->bond.partner.changed.mono_usec, 0);
	/* that port comes back to the right leaf */
	f->port[0].carrier = true;
	hear(f, 0, 2);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	/* but when both move on together it is a change */
	hear(f, 0, 3);
	assert_int_equal(partner_observe(&f->bond, f->now), 0);
	hear(f, 1, 3);
	assert_int_equal(partner_observe(&f->bond, f->now), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carrier),
		TEST(test_partner),
		TEST(test_partner_gone),
		TEST(test_takeover),
		TEST(test_after_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
