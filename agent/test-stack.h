/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_STACK_H
#define DUALHOME_TEST_STACK_H

/*
 * A host for tests of what is found on it: real model, topology and peers,
 * filled by hand.
 *
 *   bond0 (eth0) 192.0.2.10 --- bond0.10 10.10.0.10
 *                           \-- bond0.30 - br0 10.30.0.10 - vm0
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "util.h"

enum { LO = 1, VIP = 2, ETH0 = 3, BOND = 10, VLAN = 11, LEG = 12, BRIDGE = 20,
       VM = 21, LAN = 30 };

static inline struct address address(const char *text)
{
	struct address a = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	assert_int_equal(inet_pton(a.family, text, &a.in), 1);
	return a;
}

static inline void add_link(struct agent *agent, int ifindex,
			    enum link_kind kind, int lower, int master)
{
	assert_int_equal(topology_link_changed(agent->topology,
		&(struct stack_info) { .ifindex = ifindex, .kind = kind,
			.lower = lower, .master = master,
			.tag = { 0x8100, ifindex }, .mtu = 1500, .up = true,
			.mac = { 2, 0, 0, 0, 0, ifindex } }), 1);
}

static inline void add_address(struct agent *agent, int ifindex,
			       const char *text, int prefix_len)
{
	assert_int_equal(peers_address_changed(agent->peers,
		&(struct address_info) { .ifindex = ifindex,
			.address = address(text), .prefix_len = prefix_len,
			.scope = ifindex == LO ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
			.usable = true }), 1);
}

static inline void add_neighbor(struct agent *agent, int ifindex,
				const char *text, uint8_t mac)
{
	assert_int_equal(peers_neighbor_changed(agent->peers,
		&(struct neighbor_info) { .ifindex = ifindex,
			.address = address(text), .has_mac = true,
			.mac = { 2, 0, 0, 0, 0, mac } }), 1);
}

static inline void stack_setup(struct agent *agent)
{
	const struct link_info links[] = {
		{ .ifindex = BOND, .name = "bond0", .is_bond = true, .up = true,
		  .bond.mode = BOND_MODE_8023AD },
		{ .ifindex = ETH0, .name = "eth0", .is_port = true, .up = true,
		  .carrier = true, .master = BOND },
	};

	memset(agent, 0, sizeof(*agent));
	bonds_init(&agent->bonds, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(bonds_link_changed(&agent->bonds, &links[i]), 1);
	assert_int_equal(topology_new(&agent->topology), 0);
	assert_int_equal(peers_new(&agent->peers), 0);
	assert_int_equal(targets_new(&agent->targets), 0);
	add_link(agent, LO, LINK_HOST, 0, 0);
	add_link(agent, BOND, LINK_BOND, 0, 0);
	add_link(agent, VLAN, LINK_VLAN, BOND, 0);
	add_link(agent, LEG, LINK_VLAN, BOND, BRIDGE);
	add_link(agent, BRIDGE, LINK_BRIDGE, 0, 0);
	add_link(agent, VM, LINK_OTHER, 0, BRIDGE);
	add_link(agent, LAN, LINK_OTHER, 0, 0);		/* not of the bond */
	add_address(agent, BOND, "192.0.2.10", 24);
	add_address(agent, VLAN, "10.10.0.10", 24);
	add_address(agent, BRIDGE, "10.30.0.10", 24);
	add_address(agent, LAN, "172.16.0.10", 24);
}

static inline void stack_teardown(struct agent *agent)
{
	targets_free(agent->targets);
	peers_free(agent->peers);
	topology_free(agent->topology);
	bonds_clear(&agent->bonds);
}

#endif
