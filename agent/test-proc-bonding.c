// SPDX-License-Identifier: GPL-2.0
/* The file as kernels from 4.18 to 7.x write it, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "bond.h"
#include "proc-bonding.h"
#include "util.h"

#define HEAD(version) "Ethernet Channel Bonding Driver: " version "\n\n"

#define PORT_HEAD(name)							\
	"\nSlave Interface: " name "\nMII Status: up\nSpeed: 10000 Mbps\n" \
	"Duplex: full\nLink Failure Count: 0\n"				\
	"Permanent HW addr: 02:00:00:00:00:11\nSlave queue ID: 0\n"	\
	"Aggregator ID: 1\n"

#define CHURN(actor, partner)						\
	"Actor Churn State: " actor "\nPartner Churn State: " partner "\n" \
	"Actor Churned Count: 0\nPartner Churned Count: 3\n"

#define DETAILS(partner)						\
	"details actor lacp pdu:\n    system priority: 65535\n"		\
	"    system mac address: 02:00:00:00:00:10\n    port key: 15\n"	\
	"    port priority: 255\n    port number: 1\n    port state: 63\n" \
	"details partner lacp pdu:\n    system priority: 100\n"		\
	"    system mac address: " partner "\n    oper key: 1001\n"	\
	"    port priority: 32768\n    port number: 7\n    port state: 61\n"

/* Linux 4.18 of EL 8: "802.3ad info" without "LACP active" */
static const char el8[] = HEAD("v3.7.1 (April 27, 2011)")
	"Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n"
	"Transmit Hash Policy: layer2 (0)\nMII Status: up\n"
	"MII Polling Interval (ms): 100\nUp Delay (ms): 0\n"
	"Down Delay (ms): 0\n\n802.3ad info\nLACP rate: fast\nMin links: 0\n"
	"Aggregator selection policy (ad_select): stable\n"
	"System priority: 65535\nSystem MAC address: 02:00:00:00:00:10\n"
	"Active Aggregator Info:\n\tAggregator ID: 1\n\tNumber of ports: 2\n"
	"\tActor Key: 15\n\tPartner Key: 1001\n"
	"\tPartner Mac Address: 00:d0:f8:00:00:01\n"
	PORT_HEAD("eth1") CHURN("none", "none") DETAILS("00:d0:f8:00:00:01")
	PORT_HEAD("eth2") CHURN("monitoring", "churned")
	DETAILS("00:00:00:00:00:00");

/* Linux 6.18: broadcast_neighbor, a line per port that we do not know */
static const char newest[] = HEAD("v7.2.12")
	"Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n"
	"802.3ad info\nLACP active: on\nLACP rate: fast\n"
	"Broadcast neighbor: on\nSystem MAC address: 02:00:00:00:00:10\n"
	"bond bond0 has no active aggregator\n"
	PORT_HEAD("eth1") "Port priority: 255\n" CHURN("churned", "none")
	DETAILS("00:d0:f8:00:00:01") "    something new: 1\n";

/* Without CAP_NET_ADMIN */
static const char plain[] = HEAD("v6.1.0-56")
	"802.3ad info\nLACP active: on\n"
	PORT_HEAD("eth1") CHURN("none", "none");

static const char active_backup[] = HEAD("v6.1.0-56")
	"Bonding Mode: fault-tolerance (active-backup)\n"
	"Currently Active Slave: eth1\n\nSlave Interface: eth1\n"
	"MII Status: up\nAggregator ID: N/A\n";

struct seen {
	unsigned int ports;
	char name[2][IFNAMSIZ];
	struct proc_port port[2];
};

static void on_port(const char *name, const struct proc_port *port,
		    void *userdata)
{
	struct seen *seen = userdata;

	if (seen->ports < 2) {
		snprintf(seen->name[seen->ports], IFNAMSIZ, "%s", name);
		seen->port[seen->ports] = *port;
	}
	seen->ports++;
}

static void parse(const char *text, struct proc_bond *bond, struct seen *seen)
{
	char *copy = strdup(text);

	memset(seen, 0, sizeof(*seen));
	proc_bonding_parse(copy, bond, on_port, seen);
	free(copy);
}

static void assert_leaf(const struct proc_port *port)
{
	static const uint8_t leaf[] = { 0x00, 0xd0, 0xf8, 0, 0, 1 };
	static const uint8_t us[] = { 2, 0, 0, 0, 0, 0x10 };

	assert_true(port->has_actor && port->has_partner);
	assert_memory_equal(port->actor.system, us, MAC_LEN);
	assert_int_equal(port->actor.key, 15);
	assert_int_equal(port->actor.port, 1);
	assert_int_equal(port->actor.state, 63);
	assert_memory_equal(port->partner.system, leaf, MAC_LEN);
	assert_int_equal(port->partner.system_priority, 100);
	assert_int_equal(port->partner.key, 1001);
	assert_int_equal(port->partner.port_priority, 32768);
	assert_int_equal(port->partner.port, 7);
	assert_int_equal(port->partner.state, 61);
}

static void test_el8(void **state)
{
	static const uint8_t us[] = { 2, 0, 0, 0, 0, 0x10 };
	struct proc_bond bond;
	struct seen seen;

	(void)state;
	parse(el8, &bond, &seen);
	assert_true(bond.has_system);
	assert_memory_equal(bond.system, us, MAC_LEN);
	assert_int_equal(seen.ports, 2);
	assert_string_equal(seen.name[0], "eth1");
	assert_string_equal(seen.name[1], "eth2");
	assert_leaf(&seen.port[0]);
	assert_true(seen.port[0].has_churn);
	assert_int_equal(seen.port[0].actor_churn, LACP_NO_CHURN);
	/* the default partner is none */
	assert_false(seen.port[1].has_partner);
	assert_int_equal(seen.port[1].actor_churn, LACP_CHURN_MONITOR);
	assert_int_equal(seen.port[1].partner_churn, LACP_CHURNED);
	assert_int_equal(seen.port[1].partner_churned, 3);
}

static void test_newest(void **state)
{
	struct proc_bond bond;
	struct seen seen;

	(void)state;
	parse(newest, &bond, &seen);
	assert_true(bond.has_system);
	assert_int_equal(seen.ports, 1);
	assert_leaf(&seen.port[0]);
	assert_int_equal(seen.port[0].actor_churn, LACP_CHURNED);
}

static void test_unprivileged(void **state)
{
	struct proc_bond bond;
	struct seen seen;

	(void)state;
	parse(plain, &bond, &seen);
	assert_false(bond.has_system);
	assert_int_equal(seen.ports, 1);
	assert_true(seen.port[0].has_churn);
	assert_false(seen.port[0].has_actor || seen.port[0].has_partner);

	parse(active_backup, &bond, &seen);
	assert_int_equal(seen.ports, 1);
	assert_false(seen.port[0].has_churn);
}

/* What makes no sense is not known, and cut anywhere it does no harm. */
static void test_odd(void **state)
{
	static const struct {
		const char *text;
		unsigned int ports;
	} cases[] = {
		{ "", 0 },
		{ "\n\n:\n: :\n", 0 },
		{ "Slave Interface:", 0 },
		{ "Slave Interface: a-name-that-is-far-too-long", 1 },
		{ "System MAC address: 02:00:00:00:00", 0 },
		{ "System MAC address: 02:00:00:00:00:10:11", 0 },
	};
	struct proc_bond bond;
	struct seen seen;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		parse(cases[i].text, &bond, &seen);
		assert_int_equal(seen.ports, cases[i].ports);
		assert_false(bond.has_system);
	}
	parse(PORT_HEAD("eth1") "details partner lacp pdu:\n"
	      "    system mac address: 00:d0:f8:00:00:01\n"
	      "    oper key: 65536\n    port number: -1\n"
	      "    port state: 256\n    system priority: 7x\n", &bond, &seen);
	assert_true(seen.port[0].has_partner);
	assert_int_equal(seen.port[0].partner.key, 0);
	assert_int_equal(seen.port[0].partner.port, 0);
	assert_int_equal(seen.port[0].partner.state, 0);
	assert_int_equal(seen.port[0].partner.system_priority, 0);
	for (size_t i = 0; i < sizeof(el8); i++) {
		text = strndup(el8, i);
		parse(text, &bond, &seen);
		free(text);
		assert_in_range(seen.ports, 0, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_el8),
		cmocka_unit_test(test_newest),
		cmocka_unit_test(test_unprivileged),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
