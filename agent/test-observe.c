// SPDX-License-Identifier: GPL-2.0
/* What is read, and when it is news; the kernel's files are played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "observe.h"

static struct {
	const char *speed, *duplex;
	struct lacp_counters counters;
	unsigned int asked, dirty;
	int proc;			/* what proc_bonding_read() says */
} kernel;

FILE *fopen(const char *path, const char *mode)
{
	const char *text = NULL;

	(void)mode;
	if (strcmp(path, "/sys/class/net/eth0/speed") == 0)
		text = kernel.speed;
	if (strcmp(path, "/sys/class/net/eth0/duplex") == 0)
		text = kernel.duplex;
	return text ? fmemopen((char *)text, strlen(text), "r") : NULL;
}

int rtnl_get_lacp_counters(struct rtnl *rtnl, int ifindex,
			   struct lacp_counters *counters)
{
	(void)rtnl;
	assert_int_equal(ifindex, 2);
	kernel.asked++;
	*counters = kernel.counters;
	return counters->known ? 0 : -ENODATA;
}

int proc_bonding_read(struct bond *bond)
{
	(void)bond;
	return kernel.proc;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	kernel.dirty++;
}

static struct agent agent;
static struct bond bond;
static struct port port;

static int setup(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	memset(&bond, 0, sizeof(bond));
	memset(&port, 0, sizeof(port));
	TAILQ_INIT(&bond.ports);
	TAILQ_INSERT_TAIL(&bond.ports, &port, entry);
	bond.attrs.mode = BOND_MODE_8023AD;
	strcpy(port.name, "eth0");
	port.ifindex = 2;
	port.bond = &bond;
	port.carrier = true;
	port.attrs.has_ad = true;
	port.attrs.actor_state = 0x3f;
	return 0;
}

static void test_speed(void **state)
{
	static const struct {
		const char *speed, *duplex;
		unsigned int mbps;
		bool half;
	} rows[] = {
		{ "10000\n", "full\n", 10000, false },
		{ "100\n", "half\n", 100, true },
		{ "-1\n", "unknown\n", 0, false },
		{ "", "", 0, false },
		{ NULL, NULL, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kernel.speed = rows[i].speed;
		kernel.duplex = rows[i].duplex;
		observe_speed(&port);
		assert_int_equal(port.speed_mbps, rows[i].mbps);
		assert_int_equal(port.half_duplex, rows[i].half);
	}
	kernel.speed = "100\n";
	port.carrier = false;
	observe_speed(&port);
	assert_int_equal(port.speed_mbps, 0);
}

static void test_news(void **state)
{
	(void)state;
	kernel.speed = "1000\n";
	kernel.duplex = "full\n";
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 1);
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 1);
	kernel.duplex = "half\n";
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 2);

	kernel.proc = -ENOENT;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 2);
	kernel.proc = 1;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 3);
	bond.attrs.mode = BOND_MODE_ACTIVE_BACKUP;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 3);
	assert_int_equal(kernel.asked, 0);
}

/* The driver is asked only when LACPDUs do not get through. */
static void test_counters(void **state)
{
	(void)state;
	kernel.counters = (struct lacp_counters) { .known = true, .rx = 1 };
	port.attrs.actor_state |= LACP_EXPIRED;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.asked, 1);
	assert_true(port.counters.known);
	assert_int_equal(kernel.dirty, 0);
	kernel.counters.rx++;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 0);
	kernel.counters.illegal_rx++;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 1);
	kernel.counters.unknown_rx++;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 2);
	kernel.counters.known = false;
	kernel.counters.illegal_rx++;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.dirty, 2);
	assert_int_equal(port.counters.illegal_rx, 1);
	port.carrier = false;
	observe_bond(&agent, &bond);
	assert_int_equal(kernel.asked, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_speed, setup),
		cmocka_unit_test_setup(test_news, setup),
		cmocka_unit_test_setup(test_counters, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
