// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bond.h"
#include "util.h"

/* Events are written down as "+bond0 +eth0 ~eth0 -eth0 -bond0". */
struct fixture {
	struct bonds bonds;
	char log[256];
};

static void note(struct fixture *f, char what, const char *name)
{
	size_t used = strlen(f->log);

	snprintf(f->log + used, sizeof(f->log) - used, "%s%c%s",
		 used ? " " : "", what, name);
}

static void bond_added(struct bond *bond, void *userdata)
{
	note(userdata, '+', bond->name);
}

static void bond_removed(struct bond *bond, void *userdata)
{
	note(userdata, '-', bond->name);
}

static void port_added(struct port *port, void *userdata)
{
	assert_non_null(port->bond);
	note(userdata, '+', port->name);
}

static void port_removed(struct port *port, void *userdata)
{
	assert_non_null(port->bond);
	note(userdata, '-', port->name);
}

static void port_changed(struct port *port, void *userdata)
{
	assert_non_null(port->bond);
	note(userdata, '~', port->name);
}

static const struct bond_ops ops = {
	.bond_added = bond_added,
	.bond_removed = bond_removed,
	.port_added = port_added,
	.port_removed = port_removed,
	.port_changed = port_changed,
};

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	bonds_init(&f.bonds, &ops, &f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bonds_clear(&f->bonds);
	return 0;
}

#define assert_log(f, expected) do {					\
	assert_string_equal((f)->log, expected);			\
	(f)->log[0] = '\0';						\
} while (0)

static struct link_info bond_info(int ifindex, const char *name)
{
	struct link_info info = {
		.ifindex = ifindex, .up = true, .carrier = true, .mtu = 1500,
		.is_bond = true,
		.bond = { .mode = BOND_MODE_8023AD, .has_ad_info = true,
			  .aggregator = 1 },
	};

	strcpy(info.name, name);
	return info;
}

static struct link_info port_info(int ifindex, const char *name, int master)
{
	struct link_info info = {
		.ifindex = ifindex, .master = master, .up = true,
		.carrier = true, .is_port = true, .seen_usec = 7,
		.port = { .mii_up = true, .active = true, .has_ad = true,
			  .aggregator = 1, .actor_state = 0x3d,
			  .partner_state = 0x3d },
	};

	strcpy(info.name, name);
	return info;
}

static int change(struct fixture *f, struct link_info info)
{
	return bonds_link_changed(&f->bonds, &info);
}

static void test_bond_then_ports(void **state)
{
	struct fixture *f = *state;
	struct bond *bond;

	assert_int_equal(change(f, bond_info(5, "bond0")), 1);
	assert_int_equal(change(f, port_info(2, "eth0", 5)), 1);
	assert_int_equal(change(f, port_info(3, "eth1", 5)), 1);
	assert_int_equal(change(f, port_info(3, "eth1", 5)), 0);
	assert_log(f, "+bond0 +eth0 +eth1");

	bond = bonds_find_name(&f->bonds, "bond0");
	assert_non_null(bond);
	assert_true(bond->dirty && bond->appeared);
	assert_ptr_equal(bonds_find(&f->bonds, 5), bond);
	assert_ptr_equal(bonds_find_port(&f->bonds, 3)->bond, bond);
	assert_int_equal(bond_usable_ports(bond), 2);
	assert_null(bonds_find(&f->bonds, 2));
	assert_null(bonds_find_name(&f->bonds, "eth0"));
}

static void test_ports_before_their_bond(void **state)
{
	struct fixture *f = *state;

	change(f, port_info(2, "eth0", 5));
	change(f, port_info(3, "eth1", 6));
	assert_null(bonds_find_port(&f->bonds, 2));
	change(f, bond_info(5, "bond0"));
	assert_log(f, "+bond0 +eth0");
	change(f, bond_info(6, "bond1"));
	assert_log(f, "+bond1 +eth1");
}

static void test_orphan_leaves(void **state)
{
	struct fixture *f = *state;
	struct link_info info = port_info(2, "eth0", 5);

	change(f, info);
	info.is_port = false;
	info.master = 0;
	assert_int_equal(change(f, info), 1);
	change(f, bond_info(5, "bond0"));
	assert_log(f, "+bond0");
}

static void test_bond_removed_before_ports(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(5, "bond0"));
	change(f, port_info(2, "eth0", 5));
	f->log[0] = '\0';
	assert_int_equal(bonds_link_removed(&f->bonds, 5), 1);
	assert_log(f, "-eth0 -bond0");
	assert_null(bonds_find_port(&f->bonds, 2));
	assert_int_equal(bonds_link_removed(&f->bonds, 2), 0);
}

static void test_port_moves(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(5, "bond0"));
	change(f, bond_info(6, "bond1"));
	change(f, port_info(2, "eth0", 5));
	f->log[0] = '\0';
	bonds_find(&f->bonds, 5)->dirty = false;
	assert_int_equal(change(f, port_info(2, "eth0", 6)), 1);
	assert_log(f, "-eth0 +eth0");
	assert_string_equal(bonds_find_port(&f->bonds, 2)->bond->name, "bond1");
	assert_true(bonds_find(&f->bonds, 5)->dirty);
}

static void test_port_released(void **state)
{
	struct fixture *f = *state;
	struct link_info info = port_info(2, "eth0", 5);

	change(f, bond_info(5, "bond0"));
	change(f, info);
	f->log[0] = '\0';
	info.is_port = false;
	info.master = 0;
	assert_int_equal(change(f, info), 1);
	assert_log(f, "-eth0");
	assert_int_equal(change(f, info), 0);
}

static void test_renames(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(5, "bond0"));
	change(f, port_info(2, "eth0", 5));
	f->log[0] = '\0';
	assert_int_equal(change(f, port_info(2, "lan0", 5)), 1);
	assert_log(f, "-eth0 +lan0");
	bonds_find(&f->bonds, 5)->appeared = false;
	assert_int_equal(change(f, bond_info(5, "uplink")), 1);
	assert_log(f, "-lan0 -bond0 +uplink +lan0");
	assert_true(bonds_find_name(&f->bonds, "uplink")->appeared);
}

/* An ifindex that now means another kind of link. */
static void test_ifindex_reused(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(5, "bond0"));
	change(f, port_info(2, "eth0", 5));
	f->log[0] = '\0';
	change(f, port_info(5, "eth9", 8));
	assert_log(f, "-eth0 -bond0");
	change(f, bond_info(5, "bond0"));
	assert_log(f, "+bond0");
}

/*
 * Created again while events were lost: the dump names the new one, and the
 * sweep of the old one is still to come.
 */
static void test_name_reused(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(10, "bond0"));
	change(f, port_info(1, "eth0", 10));
	f->log[0] = '\0';

	bonds_dump_begin(&f->bonds);
	assert_int_equal(change(f, bond_info(20, "bond0")), 1);
	assert_log(f, "-eth0 -bond0 +bond0");
	assert_int_equal(change(f, port_info(2, "eth0", 20)), 1);
	assert_log(f, "+eth0");
	assert_int_equal(change(f, port_info(3, "eth0", 20)), 1);
	assert_log(f, "-eth0 +eth0");
	bonds_dump_end(&f->bonds);
	assert_log(f, "");
	assert_int_equal(bonds_find_name(&f->bonds, "bond0")->ifindex, 20);

	/* among the orphans, and by a link that is neither bond nor port */
	change(f, port_info(4, "eth4", 30));
	assert_int_equal(change(f, port_info(5, "eth4", 30)), 1);
	change(f, bond_info(30, "bond1"));
	assert_log(f, "+bond1 +eth4");
	assert_null(bonds_find_port(&f->bonds, 4));
	assert_int_equal(change(f, (struct link_info){ .ifindex = 9,
						       .name = "bond1" }), 1);
	assert_log(f, "-eth4 -bond1");
}

static void test_changes_reach_ports(void **state)
{
	struct fixture *f = *state;
	struct link_info port = port_info(2, "eth0", 5);
	struct link_info bond = bond_info(5, "bond0");

	change(f, bond);
	port.carrier = false;
	change(f, port);
	assert_false(bonds_find_port(&f->bonds, 2)->was_up);
	port.carrier = true;
	change(f, port);
	f->log[0] = '\0';
	bonds_find(&f->bonds, 5)->dirty = false;

	bond.mtu = 9000;
	assert_int_equal(change(f, bond), 1);
	assert_log(f, "~eth0");
	assert_true(bonds_find(&f->bonds, 5)->dirty);

	bonds_find_port(&f->bonds, 2)->has_lacpdu = true;
	port.carrier = false;
	assert_int_equal(change(f, port), 1);
	assert_log(f, "~eth0");
	assert_false(bonds_find_port(&f->bonds, 2)->has_lacpdu);
	assert_true(bonds_find_port(&f->bonds, 2)->was_up);

	port.carrier = true;
	port.seen_usec = 42;
	change(f, port);
	assert_int_equal(bonds_find_port(&f->bonds, 2)->carrier_since_usec, 42);
	assert_int_equal(bonds_find_port(&f->bonds, 2)->since_usec, 7);
}

static void test_new_mode_applies_policy_again(void **state)
{
	struct fixture *f = *state;
	struct link_info bond = bond_info(5, "bond0");

	bond.bond.mode = 0;
	change(f, bond);
	bonds_find(&f->bonds, 5)->appeared = false;
	bond.bond.mode = BOND_MODE_8023AD;
	change(f, bond);
	assert_true(bonds_find(&f->bonds, 5)->appeared);
}

static void test_sweep(void **state)
{
	struct fixture *f = *state;

	change(f, bond_info(5, "bond0"));
	change(f, bond_info(6, "bond1"));
	change(f, port_info(2, "eth0", 5));
	change(f, port_info(3, "eth1", 5));
	change(f, port_info(4, "eth2", 9));
	f->log[0] = '\0';

	bonds_dump_begin(&f->bonds);
	change(f, bond_info(5, "bond0"));
	change(f, port_info(3, "eth1", 5));
	assert_int_equal(bonds_dump_end(&f->bonds), 1);
	assert_log(f, "-eth0 -bond1");
	assert_true(TAILQ_EMPTY(&f->bonds.orphans));

	bonds_dump_begin(&f->bonds);
	change(f, bond_info(5, "bond0"));
	change(f, port_info(3, "eth1", 5));
	assert_int_equal(bonds_dump_end(&f->bonds), 0);
}

static void bounce(struct fixture *f, uint32_t changes, uint64_t when)
{
	struct link_info port = port_info(2, "eth0", 5);

	port.has_carrier_changes = true;
	port.carrier_changes = changes;
	port.seen_usec = when * USEC_PER_SEC;
	change(f, port);
}

/* The kernel counts what events do not tell; the first count is a baseline. */
static void test_carrier_counted(void **state)
{
	struct fixture *f = *state;
	const struct carrier_history *history;
	struct link_info port = port_info(2, "eth0", 5);

	change(f, bond_info(5, "bond0"));
	bounce(f, 40, 100);
	history = &bonds_find_port(&f->bonds, 2)->history;
	assert_int_equal(carrier_changes(history, 0), 0);
	bounce(f, 44, 104);			/* a card that was just opened */
	assert_int_equal(carrier_changes(history, 0), 0);
	bounce(f, 46, 105);
	assert_int_equal(carrier_changes(history, 0), 2);
	bounce(f, 46, 106);
	assert_int_equal(carrier_changes(history, 0), 2);
	bounce(f, 0x50000000, 198);
	bounce(f, 0xa0000000, 199);
	bounce(f, UINT32_MAX, 200);
	bounce(f, 2, 201);			/* the counter wraps */
	assert_int_equal(carrier_changes(history, 200 * USEC_PER_SEC), 3);

	/* an event that was sent before the dump that has overtaken it */
	port.has_carrier_changes = true;
	port.carrier_changes = 1;
	port.carrier = false;
	port.seen_usec = 202 * USEC_PER_SEC;
	change(f, port);
	assert_int_equal(carrier_changes(history, 201 * USEC_PER_SEC), 0);
	assert_true(bonds_find_port(&f->bonds, 2)->carrier);
	bounce(f, 3, 203);
	assert_int_equal(carrier_changes(history, 201 * USEC_PER_SEC), 1);

	/* a kernel that does not count: what was seen */
	port.has_carrier_changes = false;
	port.seen_usec = 300 * USEC_PER_SEC;
	change(f, port);
	change(f, port);
	assert_int_equal(carrier_changes(history, 299 * USEC_PER_SEC), 1);
	assert_int_equal(history->lost_usec, 300 * USEC_PER_SEC);
	port.carrier = true;
	port.seen_usec = 310 * USEC_PER_SEC;
	change(f, port);
	assert_int_equal(history->back_usec, 310 * USEC_PER_SEC);
}

/* Another cable may end elsewhere: nothing that was heard is still true. */
static void test_forgets(void **state)
{
	struct fixture *f = *state;
	struct link_info info = port_info(2, "eth0", 5);
	struct port *port;

	change(f, bond_info(5, "bond0"));
	change(f, info);
	port = bonds_find_port(&f->bonds, 2);
	port->has_lacpdu = true;
	port->lacpdu.actor.system[0] = 2;
	port->proc.has_partner = true;
	port->proc.partner.system[0] = 4;
	port->own_heard_usec = 1;
	port->lldp = calloc(1, sizeof(*port->lldp));
	assert_ptr_equal(port_partner(port), &port->lacpdu.actor);
	port->has_lacpdu = false;
	assert_ptr_equal(port_partner(port), &port->proc.partner);

	info.carrier = false;
	change(f, info);
	assert_null(port_partner(port));
	info.carrier = true;
	change(f, info);
	assert_null(port_partner(port));
	assert_null(port->lldp);
	assert_int_equal(port->own_heard_usec, 0);

	/* a port that goes takes along what it heard (LeakSanitizer) */
	port->lldp = calloc(1, sizeof(*port->lldp));
	assert_int_equal(bonds_link_removed(&f->bonds, 2), 1);
}

/* Whose name our LACPDUs carry: procfs, else the option, else the MAC. */
static void test_actor_system(void **state)
{
	struct bond bond = {
		.mac = { 1 }, .attrs = { .actor_system = { 2 } },
		.proc = { .has_system = true, .system = { 3 } },
	};

	(void)state;
	assert_int_equal(bond_actor_system(&bond)[0], 3);
	bond.proc.has_system = false;
	assert_int_equal(bond_actor_system(&bond)[0], 2);
	bond.attrs.actor_system[0] = 0;
	assert_int_equal(bond_actor_system(&bond)[0], 1);
}

static void test_churn(void **state)
{
	struct port port = {
		.proc = { .actor_churn = LACP_CHURNED },
		.attrs = { .partner_churn = LACP_CHURNED },
	};

	(void)state;
	assert_int_equal(port_churn_actor(&port), LACP_CHURNED);
	assert_int_equal(port_churn_partner(&port), LACP_CHURN_MONITOR);
	port.attrs.has_churn = true;
	assert_int_equal(port_churn_actor(&port), LACP_CHURN_MONITOR);
	assert_int_equal(port_churn_partner(&port), LACP_CHURNED);
}

/* As many bonds as there are, found by both keys, whatever comes and goes. */
static void test_many(void **state)
{
	struct fixture *f = *state;
	char name[32];
	struct port *port;

	f->bonds.ops = NULL;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 200; i++) {
			snprintf(name, sizeof(name), "r%dport%d", round, i);
			change(f, port_info(1000 + i, name, 5000 + i % 200));
			snprintf(name, sizeof(name), "r%dbond%d", round, i);
			change(f, bond_info(5000 + i, name));
		}
	}
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "r1bond%d", i);
		assert_ptr_equal(bonds_find_name(&f->bonds, name),
				 bonds_find(&f->bonds, 5000 + i));
		name[1] = '0';
		assert_null(bonds_find_name(&f->bonds, name));
		port = bonds_find_port(&f->bonds, 1000 + i);
		assert_int_equal(port->bond->ifindex, 5000 + i);
		if (i % 2)
			bonds_link_removed(&f->bonds, 5000 + i);
	}
	for (int i = 0; i < 200; i++) {
		assert_int_equal(!bonds_find(&f->bonds, 5000 + i), i % 2);
		assert_int_equal(!bonds_find_port(&f->bonds, 1000 + i), i % 2);
	}
}

static void test_usable(void **state)
{
	static const struct {
		const char *what;
		bool carrier, mii_up, active;
		uint8_t mode, aggregator, actor_state;
		bool usable;
	} rows[] = {
		{ "healthy, slow",	 1, 1, 1, 4, 1, 0x3d, true },
		{ "healthy, fast",	 1, 1, 1, 4, 1, 0x3f, true },
		{ "no carrier",		 0, 1, 1, 4, 1, 0x3d, false },
		{ "held by updelay",	 1, 0, 1, 4, 1, 0x3d, false },
		{ "backup",		 1, 1, 0, 4, 1, 0x3d, false },
		{ "other aggregator",	 1, 1, 1, 4, 2, 0x3d, false },
		{ "not distributing",	 1, 1, 1, 4, 1, 0x1d, false },
		{ "not collecting",	 1, 1, 1, 4, 1, 0x2d, false },
		{ "active-backup",	 1, 1, 1, 1, 0, 0x00, true },
		{ "active-backup, spare", 1, 1, 0, 1, 0, 0x00, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bond bond = { .attrs = { .mode = rows[i].mode,
						.has_ad_info = true,
						.aggregator = 1 } };
		struct port port = {
			.bond = &bond, .carrier = rows[i].carrier,
			.attrs = { .mii_up = rows[i].mii_up,
				   .active = rows[i].active, .has_ad = true,
				   .aggregator = rows[i].aggregator,
				   .actor_state = rows[i].actor_state } };

		if (port_is_usable(&port) != rows[i].usable)
			fail_msg("%s", rows[i].what);
		bond.attrs.has_ad_info = false;
		if (rows[i].mode == BOND_MODE_8023AD && port_is_usable(&port))
			fail_msg("%s, no active aggregator", rows[i].what);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bond_then_ports),
		TEST(test_ports_before_their_bond),
		TEST(test_orphan_leaves),
		TEST(test_bond_removed_before_ports),
		TEST(test_port_moves),
		TEST(test_port_released),
		TEST(test_renames),
		TEST(test_ifindex_reused),
		TEST(test_name_reused),
		TEST(test_changes_reach_ports),
		TEST(test_new_mode_applies_policy_again),
		TEST(test_sweep),
		TEST(test_carrier_counted),
		TEST(test_forgets),
		TEST(test_actor_system),
		TEST(test_churn),
		TEST(test_many),
		TEST(test_usable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
