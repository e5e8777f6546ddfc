// SPDX-License-Identifier: GPL-2.0
/*
 * Each fault by itself: raised in its time and with its severity, since it
 * began, held, and cleared in its time; and which of two has the word.
 */
#include "test-health.h"

static void flap(struct fixture *f)
{
	carrier_changed(&f->port[1].history, 3, true, f->now.mono_usec);
}

static void port_down(struct fixture *f)
{
	lose_carrier(&f->port[1]);
}

static void all_down(struct fixture *f)
{
	lose_carrier(&f->port[0]);
	lose_carrier(&f->port[1]);
	f->bond.carrier = false;
}

static void no_partner(struct fixture *f)
{
	lose_partner(&f->port[1], 2);
}

static void no_partner_anywhere(struct fixture *f)
{
	lose_partner(&f->port[0], 1);
	lose_partner(&f->port[1], 2);
}

static void silent(struct fixture *f)
{
	f->port[1].attrs.actor_state = 0x87;
	f->port[1].attrs.partner_state = 0x37;
}

static void one_way(struct fixture *f)
{
	f->port[1].attrs.actor_state = 0x0f;
	f->port[1].attrs.partner_state = 0x87;
	f->port[1].lacpdu.actor.state = 0x87;
	f->port[1].lacpdu_usec = f->now.mono_usec;
}

/* Our end has expired as well: the partner speaks every 30 s now. */
static void one_way_slow(struct fixture *f)
{
	lose_partner(&f->port[1], 2);
	f->port[1].has_lacpdu = true;
	f->port[1].lacpdu.actor.state = 0x45;
	f->port[1].lacpdu_usec = f->now.mono_usec;
}

static void not_named(struct fixture *f)
{
	f->port[1].attrs.actor_state = 0x0f;
	f->port[1].attrs.partner_state = 0x07;
	f->port[1].lacpdu_usec = f->now.mono_usec;
	memset(&f->port[1].lacpdu.partner, 0,
	       sizeof(f->port[1].lacpdu.partner));
}

static void not_usable(struct fixture *f)
{
	f->port[1].attrs.actor_state = 0x0f;
	f->port[1].attrs.partner_state = 0x07;
}

static void churn(struct fixture *f)
{
	not_usable(f);
	f->port[1].proc.has_churn = true;
	f->port[1].proc.partner_churn = LACP_CHURNED;
}

static void churn_by_netlink(struct fixture *f)
{
	not_usable(f);
	f->port[1].attrs.actor_state = 0x07;
	f->port[1].attrs.has_churn = true;
	f->port[1].attrs.actor_churn = LACP_CHURNED;
}

static void split(struct fixture *f)
{
	f->port[1].attrs.aggregator = 2;
	f->port[1].attrs.active = false;
	f->port[1].attrs.actor_state = 0x07;
}

static void system_differs(struct fixture *f)
{
	split(f);
	f->port[1].lacpdu.actor.system[5] = 2;
}

/* No LACPDU was heard yet, but procfs knows. */
static void system_differs_by_proc(struct fixture *f)
{
	split(f);
	f->port[1].has_lacpdu = false;
	f->port[1].proc.has_partner = true;
	f->port[1].proc.partner = leaf_says.actor;
	f->port[1].proc.partner.system[5] = 2;
}

static void key_differs(struct fixture *f)
{
	split(f);
	f->port[1].lacpdu.actor.key = 2001;
}

static void priority_differs(struct fixture *f)
{
	split(f);
	f->port[1].lacpdu.actor.system_priority = 200;
}

static void partner_changes(struct fixture *f)
{
	for (int i = 0; i < 2; i++)
		f->port[i].lacpdu.actor.system[5] = 9;
	f->bond.attrs.partner_mac[5] = 9;
}

static void same_chassis(struct fixture *f)
{
	f->lldp[1].chassis = f->lldp[0].chassis;
}

static void loopback(struct fixture *f)
{
	f->port[1].own_heard_usec = f->now.mono_usec;
	f->port[1].own_sender = 2;
	lose_partner(&f->port[1], 2);
}

static void black_hole(struct fixture *f)
{
	for (int i = 0; i < 2; i++) {
		f->port[i].attrs.actor_state = 0x0f;
		f->port[i].attrs.partner_state = 0x07;
	}
}

static void too_few(struct fixture *f)
{
	f->bond.attrs.min_links = 2;
	lose_carrier(&f->port[1]);
	f->bond.carrier = false;
}

static void slower(struct fixture *f)
{
	split(f);
	f->port[1].speed_mbps = 1000;
}

static void half_duplex(struct fixture *f)
{
	split(f);
	f->port[1].half_duplex = true;
}

static void neighbor_off(struct fixture *f)
{
	f->policy.neighbor_broadcast = NEIGHBOR_POLICY_YES;
}

static void module_stale(struct fixture *f)
{
	f->bond.module_stale = true;
}

static void drift(struct fixture *f)
{
	f->policy.miimon_msec = 50;
}

static void slow_rate(struct fixture *f)
{
	f->bond.attrs.lacp_rate = 0;
}

static void isolated(struct fixture *f)
{
	f->port[0].paths.probed = f->port[1].paths.probed = 2;
	f->port[1].paths.dead = f->port[1].paths.dead_here = 2;
}

static void all_isolated(struct fixture *f)
{
	for (int i = 0; i < 2; i++)
		f->port[i].paths.probed = f->port[i].paths.dead = 2;
	f->bond.paths.gateways = f->bond.paths.gateways_dead = 1;
	f->bond.paths.peers_dead = 1;
}

static void mtu_lost(struct fixture *f)
{
	f->port[1].paths.mtu_lost = true;
	f->port[1].paths.mtu = 9000;
}

static void flood(struct fixture *f)
{
	f->port[1].paths.flood_per_sec = 5000;
}

static void gateway_dead(struct fixture *f)
{
	f->bond.paths.gateways = f->bond.paths.gateways_dead = 1;
	strcpy(f->bond.paths.gateway, "192.0.2.1");
}

static void peer_dead(struct fixture *f)
{
	f->bond.paths.peers_dead = 1;
	strcpy(f->bond.paths.peer, "192.0.2.9");
}

static void nothing(struct fixture *f)
{
	(void)f;
}

#define PORT_DOWN "port-down:eth1:degraded"

/* raise and clear: how long it must last, and how long it must be over */
static const struct row {
	const char *name;
	void (*cause)(struct fixture *f);
	const char *expected;
	uint64_t raise, clear;
} rows[] = {
	{ "port-down", port_down, PORT_DOWN, 0, 0 },
	{ "bond-down", all_down, "bond-down:bond0:critical "
	  "port-down:eth0:degraded port-down:eth1:degraded", 0, 0 },
	{ "no partner", no_partner, "lacp-no-partner:eth1:degraded",
	  0, SECONDS(2) },
	{ "silent", silent, "lacp-partner-silent:eth1:degraded",
	  0, SECONDS(2) },
	{ "one way", one_way, "lacp-one-way:eth1:degraded",
	  SECONDS(1), SECONDS(2) },
	{ "one way, slow", one_way_slow, "lacp-one-way:eth1:degraded",
	  SECONDS(1), SECONDS(2) },
	{ "not named", not_named, "lacp-one-way:eth1:degraded",
	  SECONDS(1), SECONDS(2) },
	{ "not usable", not_usable, "port-not-usable:eth1:degraded",
	  SECONDS(3), SECONDS(2) },
	{ "split", split, "aggregator-split:eth1:degraded",
	  SECONDS(3), SECONDS(2) },
	{ "system", system_differs, "partner-system-mismatch:eth1:degraded",
	  SECONDS(1) / 2, SECONDS(2) },
	{ "system by procfs", system_differs_by_proc,
	  "partner-system-mismatch:eth1:degraded", SECONDS(1) / 2, SECONDS(2) },
	{ "key", key_differs, "partner-key-mismatch:eth1:degraded",
	  SECONDS(1) / 2, SECONDS(2) },
	{ "priority", priority_differs, "partner-key-mismatch:eth1:degraded",
	  SECONDS(1) / 2, SECONDS(2) },
	{ "partner changed", partner_changes,
	  "partner-system-changed:bond0:warning", 0, 0 },
	{ "same switch", same_chassis, "same-switch:bond0:warning", 0, 0 },
	{ "loopback", loopback, "lacp-loopback:eth1:critical", 0, SECONDS(2) },
	{ "churn", churn, "lacp-churn:eth1:degraded", 0, SECONDS(2) },
	{ "churn by netlink", churn_by_netlink, "lacp-churn:eth1:degraded",
	  0, SECONDS(2) },
	{ "speed", slower, "speed-mismatch:eth1:degraded", SECONDS(1), 0 },
	{ "duplex", half_duplex, "speed-mismatch:eth1:degraded",
	  SECONDS(1), 0 },
	{ "min-links", too_few, "min-links:bond0:critical " PORT_DOWN, 0, 0 },
	{ "neighbor", neighbor_off, "neighbor-broadcast-off:bond0:degraded",
	  0, 0 },
	{ "module", module_stale, "module-not-active:bond0:warning", 0, 0 },
	{ "drift", drift, "config-drift:bond0:warning", SECONDS(5), 0 },
	{ "slow", slow_rate, "config-drift:bond0:warning", SECONDS(5), 0 },
	{ "isolated", isolated, "leaf-isolated:eth1:degraded", 0, 0 },
	{ "all isolated", all_isolated, "leaf-isolated:eth0:critical "
	  "leaf-isolated:eth1:critical", 0, 0 },
	{ "mtu", mtu_lost, "mtu-mismatch:eth1:degraded", 0, 0 },
	{ "flood", flood, "unicast-flood:eth1:warning", 0, 0 },
	{ "gateway", gateway_dead, "gateway-unreachable:bond0:critical", 0, 0 },
	{ "peer", peer_dead, "peer-unreachable:bond0:warning", 0, 0 },
};

static void expect(struct fixture *f, const struct row *row, const char *when,
		   const char *expected)
{
	const char *got = diagnose(f);

	if (strcmp(got, expected) != 0)
		fail_msg("%s, %s: '%s' instead of '%s'", row->name, when, got,
			 expected);
}

/* A caller that looks again when it is told to look misses nothing. */
static void expect_ripe(struct fixture *f, const struct row *row,
			const char *when, uint64_t usec)
{
	if (f->problems.next_usec > f->now.mono_usec + usec)
		fail_msg("%s, %s: is not looked at in time", row->name, when);
}

static void restore(struct fixture *f, const struct fixture *healthy)
{
	struct problems problems = f->problems;
	struct partner_history partner = f->bond.partner;
	struct moment now = f->now;

	*f = *healthy;
	f->problems = problems;
	f->bond.partner = partner;
	f->now = now;
}

static void check_row(struct fixture *f, const struct row *row)
{
	struct fixture healthy;
	uint64_t began;

	expect(f, row, "healthy", "");
	pass(f, SECONDS(1));
	healthy = *f;
	began = f->now.mono_usec;
	row->cause(f);
	if (row->raise) {
		expect(f, row, "at first", "");
		expect_ripe(f, row, "at first", row->raise);
		pass(f, row->raise - 1);
		expect(f, row, "before it is ripe", "");
		pass(f, 1);
	}
	expect(f, row, "ripe", row->expected);
	assert_int_equal(f->problems.list[0].since.mono_usec, began);
	pass(f, SECONDS(2));
	expect(f, row, "held", row->expected);
	assert_int_equal(f->problems.list[0].since.mono_usec, began);

	restore(f, &healthy);
	if (row->clear) {
		expect(f, row, "just over", row->expected);
		expect_ripe(f, row, "just over", row->clear);
		pass(f, row->clear - 1);
		expect(f, row, "not over long enough", row->expected);
		pass(f, 1);
	}
	expect(f, row, "over", "");
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(state);
		check_row(*state, &rows[i]);
	}
}

/* An end that is well again for less than it takes is not over. */
static void test_relapse(void **state)
{
	struct fixture *f = *state, healthy = *f;

	silent(f);
	assert_string_equal(diagnose(f), "lacp-partner-silent:eth1:degraded");
	for (int i = 0; i < 3; i++) {
		restore(f, &healthy);
		diagnose(f);
		pass(f, SECONDS(2) - 1);
		assert_string_equal(diagnose(f),
				    "lacp-partner-silent:eth1:degraded");
		silent(f);
		diagnose(f);
	}
	assert_int_equal(f->problems.list[0].since.mono_usec, SECONDS(10000));
}

/* What comes and goes before it is ripe was never there. */
static void test_glitch(void **state)
{
	struct fixture *f = *state, healthy = *f;

	for (int i = 0; i < 3; i++) {
		not_usable(f);
		diagnose(f);
		pass(f, SECONDS(3) - 1);
		assert_string_equal(diagnose(f), "");
		restore(f, &healthy);
		assert_string_equal(diagnose(f), "");
	}
}

/* An hour of LACPDUs every second, LLDP every 30 s: nothing to say. */
static void test_quiet_hour(void **state)
{
	struct fixture *f = *state;

	for (int second = 0; second < 3600; second++) {
		for (int i = 0; i < 2; i++) {
			f->port[i].lacpdu_usec = f->now.mono_usec;
			f->port[i].attrs.actor_state ^= LACP_TIMEOUT;
			f->port[i].counters.rx++;
		}
		assert_string_equal(diagnose(f), "");
		assert_int_equal(f->problems.waiting_count, 0);
		assert_int_equal(f->problems.next_usec, UINT64_MAX);
		pass(f, SECONDS(1));
	}
}

/*
 * The partner is back and negotiates: the old problem stays meanwhile, and what
 * is not yet as it should be gets as long as on a new port.
 */
static void test_recovers(void **state)
{
	struct fixture *f = *state, healthy = *f;

	no_partner(f);
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	restore(f, &healthy);
	not_usable(f);
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	pass(f, SECONDS(5) - 1);
	assert_string_equal(diagnose(f), "lacp-no-partner:eth1:degraded");
	pass(f, 1);
	assert_string_equal(diagnose(f), "port-not-usable:eth1:degraded");
}

/* The driver keeps the word churned when the ends have come in sync. */
static void test_old_churn(void **state)
{
	struct fixture *f = *state;

	f->port[1].proc.has_churn = true;
	f->port[1].proc.actor_churn = LACP_CHURNED;
	f->port[1].proc.partner_churn = LACP_CHURNED;
	assert_string_equal(diagnose_later(f), "");
	f->port[1].attrs.actor_state = f->port[1].attrs.partner_state = 0x1f;
	assert_string_equal(diagnose_later(f), "port-not-usable:eth1:degraded");
}

/* Only what another port hears can be a different one. */
static void test_alone(void **state)
{
	struct fixture *f = *state;

	lose_carrier(&f->port[0]);
	f->port[1].lacpdu.actor.key = 2001;
	f->port[1].lacpdu.actor.system_priority = 7;
	assert_string_equal(diagnose_later(f), "port-down:eth0:degraded");
}

/* Two at once: one has the word, or both if neither explains the other. */
static void test_suppress(void **state)
{
	static const struct {
		void (*a)(struct fixture *f), (*b)(struct fixture *f);
		const char *expected;
	} pairs[] = {
		{ no_partner, port_down, PORT_DOWN },
		{ silent, port_down, PORT_DOWN },
		{ system_differs, port_down, PORT_DOWN },
		{ slower, port_down, PORT_DOWN },
		{ churn, port_down, PORT_DOWN },
		{ isolated, port_down, PORT_DOWN },
		{ mtu_lost, port_down, PORT_DOWN },
		{ port_down, flap, "port-flapping:eth1:degraded" },
		{ no_partner, flap, "port-flapping:eth1:degraded" },
		{ no_partner, loopback, "lacp-loopback:eth1:critical" },
		{ same_chassis, loopback, "lacp-loopback:eth1:critical" },
		{ churn, no_partner, "lacp-no-partner:eth1:degraded" },
		{ churn, silent, "lacp-partner-silent:eth1:degraded" },
		{ churn, system_differs,
		  "partner-system-mismatch:eth1:degraded" },
		{ churn, key_differs, "partner-key-mismatch:eth1:degraded" },
		{ churn, one_way, "lacp-one-way:eth1:degraded" },
		{ silent, one_way_slow, "lacp-one-way:eth1:degraded" },
		{ one_way_slow, loopback, "lacp-loopback:eth1:critical" },
		{ churn, split, "aggregator-split:eth1:degraded" },
		{ key_differs, system_differs,
		  "partner-system-mismatch:eth1:degraded" },
		{ slower, system_differs,
		  "partner-system-mismatch:eth1:degraded" },
		{ not_usable, slower, "speed-mismatch:eth1:degraded" },
		{ one_way, isolated, "lacp-one-way:eth1:degraded" },
		{ mtu_lost, isolated, "leaf-isolated:eth1:degraded" },
		{ black_hole, nothing, "carrier-without-port:bond0:critical "
		  "port-not-usable:eth0:degraded port-not-usable:eth1:degraded" },
		{ black_hole, too_few, "carrier-without-port:bond0:critical "
		  PORT_DOWN " port-not-usable:eth0:degraded" },
		{ too_few, all_down, "bond-down:bond0:critical "
		  "port-down:eth0:degraded " PORT_DOWN },
		{ gateway_dead, all_down, "bond-down:bond0:critical "
		  "port-down:eth0:degraded " PORT_DOWN },
		{ gateway_dead, too_few, "min-links:bond0:critical " PORT_DOWN },
		{ peer_dead, too_few, "min-links:bond0:critical " PORT_DOWN },
		{ peer_dead, black_hole, "carrier-without-port:bond0:critical "
		  "port-not-usable:eth0:degraded port-not-usable:eth1:degraded" },
		{ no_partner_anywhere, nothing,
		  "carrier-without-port:bond0:critical "
		  "lacp-no-partner:eth0:critical lacp-no-partner:eth1:critical" },
		{ module_stale, neighbor_off,
		  "neighbor-broadcast-off:bond0:degraded" },
		{ same_chassis, port_down, PORT_DOWN },
		{ gateway_dead, port_down, "gateway-unreachable:bond0:critical "
		  PORT_DOWN },
		{ slow_rate, no_partner, "lacp-no-partner:eth1:degraded "
		  "config-drift:bond0:warning" },
	};
	struct fixture *f;
	const char *got;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		setup(state);
		f = *state;
		pairs[i].a(f);
		pairs[i].b(f);
		f->bond.carrier |= strstr(pairs[i].expected, "carrier-w") != NULL;
		got = diagnose_later(f);
		if (strcmp(got, pairs[i].expected) != 0)
			fail_msg("pair %zu: '%s' instead of '%s'", i, got,
				 pairs[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows),
		TEST(test_relapse),
		TEST(test_glitch),
		TEST(test_quiet_hour),
		TEST(test_recovers),
		TEST(test_old_churn),
		TEST(test_alone),
		TEST(test_suppress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
