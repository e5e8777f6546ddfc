// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "topology.h"
#include "util.h"

enum {
	ETH0 = 2, TAP = 3, BOND = 10, BOND1 = 11, VLAN10 = 20, QINQ = 21,
	TRIPLE = 22, BR0 = 30, BR1 = 31, BR2 = 32, VLANBR = 33, FILTERS = 34,
	MACVLAN = 40, LOOP = 41, LOOP2 = 42, BR0PORT = 50,
};

static void add(struct topology *t, int ifindex, enum link_kind kind, int lower,
		int master, uint16_t vlan)
{
	struct stack_info info = {
		.ifindex = ifindex, .kind = kind, .lower = lower,
		.master = master, .tag = { ifindex == VLAN10 ? 0x88a8 : 0x8100, vlan },
		.mac = { 2, 0, 0, 0, 0, ifindex }, .mtu = 1500, .up = true,
		.filters_vlans = ifindex == FILTERS,
	};

	snprintf(info.name, sizeof(info.name), "link%d", ifindex);
	assert_int_equal(topology_link_changed(t, &info), 1);
	assert_int_equal(topology_link_changed(t, &info), 0);
}

/* A VLAN device above a bridge above a QinQ device above a VLAN device. */
static int setup(void **state)
{
	struct topology *t;

	if (topology_new(&t) < 0)
		return -1;
	*state = t;
	add(t, BR0, LINK_BRIDGE, 0, 0, 0);		/* before its ports */
	add(t, BR1, LINK_BRIDGE, 0, 0, 0);
	add(t, BR2, LINK_BRIDGE, 0, 0, 0);
	add(t, FILTERS, LINK_BRIDGE, 0, 0, 0);
	add(t, QINQ, LINK_VLAN, VLAN10, 0, 200);
	add(t, ETH0, LINK_OTHER, 0, BOND, 0);
	add(t, BOND, LINK_BOND, 0, 0, 0);
	add(t, BOND1, LINK_BOND, 0, FILTERS, 0);
	add(t, VLAN10, LINK_VLAN, BOND, 0, 10);
	add(t, TRIPLE, LINK_VLAN, QINQ, 0, 300);
	add(t, TAP, LINK_OTHER, 0, BR0, 0);
	add(t, BR0PORT, LINK_VLAN, BOND, BR0, 50);
	add(t, VLANBR, LINK_VLAN, BR0, 0, 7);
	add(t, 60, LINK_VLAN, BOND, BR1, 60);		/* two ways ... */
	add(t, 61, LINK_VLAN, BOND1, BR1, 61);		/* ... to two bonds */
	add(t, 62, LINK_OTHER, 0, BR2, 0);
	add(t, MACVLAN, LINK_OTHER, BOND, 0, 0);
	add(t, LOOP, LINK_VLAN, LOOP2, 0, 1);
	add(t, LOOP2, LINK_VLAN, LOOP, 0, 2);
	return 0;
}

static int teardown(void **state)
{
	assert_null(topology_free(*state));
	return 0;
}

static void test_way(void **state)
{
	static const struct {
		int ifindex, result, bridge, leg;
		struct frame_tags tags;
	} cases[] = {
		{ BOND, 0, 0, 0, { 0, {} } },
		{ VLAN10, 0, 0, 0, { 1, { { 0x88a8, 10 } } } },
		{ QINQ, 0, 0, 0, { 2, { { 0x88a8, 10 }, { 0x8100, 200 } } } },
		{ TRIPLE, -E2BIG, 0, 0, {} },
		{ BR0, 0, BR0, BR0PORT, { 1, { { 0x8100, 50 } } } },
		{ VLANBR, 0, BR0, BR0PORT,
		  { 2, { { 0x8100, 50 }, { 0x8100, 7 } } } },
		{ BR1, -EMLINK, 0, 0, {} },
		{ BR2, -ENODEV, 0, 0, {} },
		{ FILTERS, -EOPNOTSUPP, 0, 0, {} },
		{ ETH0, -ENODEV, 0, 0, {} },
		{ MACVLAN, -ENODEV, 0, 0, {} },
		{ LOOP, -E2BIG, 0, 0, {} },
		{ 99, -ENODEV, 0, 0, {} },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct way way;
		int r = topology_way(*state, cases[i].ifindex, &way);

		if (r != cases[i].result)
			fail_msg("case %zu: %d", i, r);
		if (r < 0)
			continue;
		assert_int_equal(way.bond, BOND);
		assert_int_equal(way.bridge, cases[i].bridge);
		assert_int_equal(way.leg, cases[i].leg);
		assert_int_equal(way.mac[5], cases[i].ifindex);
		assert_int_equal(way.tags.count, cases[i].tags.count);
		for (unsigned int n = 0; n < way.tags.count; n++)
			if (memcmp(&way.tags.list[n], &cases[i].tags.list[n],
				   sizeof(struct frame_tag)))
				fail_msg("case %zu: tag %u", i, n);
	}
}

/* A link that is switched off, or gone, takes away what stands on it. */
static void test_changes(void **state)
{
	struct stack_info info = *topology_find(*state, VLAN10);
	struct way way;

	info.mtu = 1400;
	assert_int_equal(topology_link_changed(*state, &info), 1);
	assert_int_equal(topology_way(*state, QINQ, &way), 0);
	assert_int_equal(way.mtu, 1400);
	info.up = false;
	assert_int_equal(topology_link_changed(*state, &info), 1);
	assert_int_equal(topology_way(*state, QINQ, &way), -ENETDOWN);
	assert_int_equal(topology_way(*state, BOND, &way), 0);
	assert_int_equal(topology_link_removed(*state, VLAN10), 1);
	assert_int_equal(topology_link_removed(*state, VLAN10), 0);
	assert_null(topology_find(*state, VLAN10));
	assert_int_equal(topology_way(*state, QINQ, &way), -ENODEV);
	assert_int_equal(topology_way(*state, BR0, &way), 0);
}

static void test_dump_sweeps(void **state)
{
	struct stack_info info = *topology_find(*state, BOND);
	size_t i = 0;

	topology_dump_begin(*state);
	assert_int_equal(topology_link_changed(*state, &info), 0);
	assert_int_equal(topology_dump_end(*state), 1);
	assert_int_equal(topology_next(*state, &i)->ifindex, BOND);
	assert_null(topology_next(*state, &i));
	topology_dump_begin(*state);
	assert_int_equal(topology_link_changed(*state, &info), 0);
	assert_int_equal(topology_dump_end(*state), 0);
	topology_dump_begin(*state);		/* of an earlier dump is not enough */
	assert_int_equal(topology_dump_end(*state), 1);
	assert_null(topology_find(*state, BOND));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_way),
		TEST(test_changes),
		TEST(test_dump_sweeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
