/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_HEALTH_H
#define DUALHOME_TEST_HEALTH_H

/* A healthy bond0 of eth0 and eth1, which a test then breaks. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bond.h"
#include "config.h"
#include "health.h"
#include "util.h"

#define SECONDS(n) ((n) * USEC_PER_SEC)
#define TEST(name) cmocka_unit_test_setup(name, setup)

struct fixture {
	struct bond bond;
	struct port port[2];
	struct frame_lldp lldp[2];
	struct bond_policy policy;
	struct moment now;
	struct problems before, problems;
};

/* What a leaf says of itself and of us; both leaves present one system. */
static const struct frame_lacpdu leaf_says = {
	.actor = {
		.system_priority = 100, .system = { 0, 0xd0, 0xf8, 0, 0, 1 },
		.key = 1001, .port = 7, .state = 0x3d,
	},
	.partner = { .system = { 2, 0, 0, 0, 0, 0x10 }, .state = 0x3d },
};

static inline void setup_port(struct fixture *f, int i)
{
	struct port *port = &f->port[i];

	port->bond = &f->bond;
	port->ifindex = 1 + i;
	snprintf(port->name, sizeof(port->name), "eth%d", i);
	port->up = port->carrier = port->was_up = true;
	port->speed_mbps = 10000;
	port->attrs = (struct port_attrs) {
		.mii_up = true, .active = true, .has_ad = true,
		.aggregator = 1,
		.actor_state = 0x3f, .partner_state = 0x3f,
	};
	port->has_lacpdu = true;
	port->lacpdu = leaf_says;
	f->lldp[i] = (struct frame_lldp) {
		.ttl_sec = 120,
		.chassis = { 4, 6, { 0, 0xd0, 0xf8, 0, 1, i } },
		.port = { 5, 4, "Et17" },
	};
	snprintf(f->lldp[i].system_name, sizeof(f->lldp[i].system_name),
		 "leaf%d", i + 1);
	port->lldp = &f->lldp[i];
	TAILQ_INSERT_TAIL(&f->bond.ports, port, entry);
}

static inline int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	TAILQ_INIT(&f.bond.ports);
	strcpy(f.bond.name, "bond0");
	f.bond.ifindex = 10;
	f.bond.up = f.bond.carrier = true;
	memcpy(f.bond.mac, leaf_says.partner.system, MAC_LEN);
	f.bond.attrs = (struct bond_attrs) {
		.mode = BOND_MODE_8023AD, .lacp_rate = 1, .miimon = 100,
		.has_ad_info = true, .aggregator = 1,
		.partner_key = leaf_says.actor.key,
	};
	memcpy(f.bond.attrs.partner_mac, leaf_says.actor.system, MAC_LEN);
	setup_port(&f, 0);
	setup_port(&f, 1);
	f.policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	f.now.mono_usec = SECONDS(10000);
	f.now.real_usec = SECONDS(1000000);
	*state = &f;
	setenv("TZ", "UTC", 1);
	return 0;
}

static inline void pass(struct fixture *f, uint64_t usec)
{
	f->now.mono_usec += usec;
	f->now.real_usec += usec;
}

/* The problems as "code:object:severity ..." */
static inline const char *diagnose(struct fixture *f)
{
	static char text[1024];
	const struct problem *problem;
	size_t used = 0;

	f->before = f->problems;
	partner_observe(&f->bond, f->now);
	health_check(&f->bond, &f->policy, &f->before, f->now, &f->problems);
	f->bond.problems = f->problems;
	text[0] = '\0';
	for (size_t i = 0; i < f->problems.count; i++) {
		problem = &f->problems.list[i];
		assert_true(problem->text[0] != '\0');
		assert_true(strlen(problem->text) < sizeof(problem->text) - 1);
		used += snprintf(text + used, sizeof(text) - used, "%s%s:%s:%s",
				 i ? " " : "",
				 fault_code_to_string(problem->code),
				 problem->object,
				 severity_to_string(problem->severity));
	}
	return text;
}

/* A look now, and one when all that waits must be ripe. */
static inline const char *diagnose_later(struct fixture *f)
{
	diagnose(f);
	pass(f, SECONDS(5));
	return diagnose(f);
}

static inline const char *first_text(struct fixture *f)
{
	return f->problems.count ? f->problems.list[0].text : "";
}

static inline void assert_says(struct fixture *f, const char *words)
{
	if (!strstr(first_text(f), words))
		fail_msg("'%s' does not say '%s'", first_text(f), words);
}

static inline void lose_carrier(struct port *port)
{
	port->carrier = port->attrs.mii_up = port->attrs.active = false;
	port->attrs.actor_state = 0x45;
	port->has_lacpdu = false;
}

static inline void lose_partner(struct port *port, uint16_t aggregator)
{
	port->attrs.actor_state = 0x45;
	port->attrs.partner_state = 0x01;
	port->attrs.aggregator = aggregator;
	port->attrs.active = false;
	port->has_lacpdu = false;
}

#endif
