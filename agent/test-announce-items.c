// SPDX-License-Identifier: GPL-2.0
/* What is announced when a port returns, and what must not be. */
#include "test-stack.h"

#include "announce-items.h"

static struct world {
	enum neighbor_state state;
	const char *arp_ignore;		/* of all interfaces; NULL = unreadable */
} world;

static struct bond_policy policy;

FILE *fopen(const char *path, const char *mode)
{
	assert_string_equal(path, "/proc/sys/net/ipv4/conf/all/arp_ignore");
	return world.arp_ignore ? fmemopen((char *)world.arp_ignore,
					   strlen(world.arp_ignore), mode) : NULL;
}

const struct bond_policy *config_bond(const struct config *config,
				      const char *name)
{
	(void)config;
	assert_string_equal(name, "bond0");
	return &policy;
}

enum neighbor_state neighbor_state(const struct bond *bond)
{
	(void)bond;
	return world.state;
}

int rtnl_list_fdb(struct rtnl *rtnl, int bridge,
		  void (*handle)(const struct fdb_info *info, void *userdata),
		  void *userdata)
{
	const struct fdb_info list[] = {
		{ bridge, VM, { 2, 0, 0, 0, 0, 0x60 }, 0, false },
		{ bridge, VM, { 2, 0, 0, 0, 0, 0x61 }, 0, true },	/* the port's */
		{ bridge, VM, { 3, 0, 0, 0, 0, 0x62 }, 0, false },	/* a group */
		{ bridge, LEG, { 2, 0, 0, 0, 0, 0x63 }, 0, false },	/* outside */
	};

	(void)rtnl;
	assert_int_equal(bridge, BRIDGE);
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		handle(&list[i], userdata);
	return 0;
}

static int setup(void **state)
{
	static struct agent agent;

	policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	world = (struct world) { NEIGHBOR_OFF, "0\n" };
	stack_setup(&agent);
	add_link(&agent, VIP, LINK_HOST, 0, 0);
	add_address(&agent, LO, "127.0.0.1", 8);
	add_address(&agent, VIP, "198.51.100.7", 32);
	*state = &agent;
	return 0;
}

static int teardown(void **state)
{
	stack_teardown(*state);
	return 0;
}

static void ignore(const struct target *target, void *userdata)
{
	(void)target, (void)userdata;
}

/* A default gateway in the VLAN: virtual addresses are routed to it. */
static void find_gateway(struct agent *agent)
{
	const struct target target = {
		.bond = BOND,
		.keepalive = {
			.interface = VLAN, .peer = address("10.10.0.1"),
			.sources = PEER_BIT(PEER_GATEWAY),
		},
	};

	targets_begin(agent->targets);
	assert_int_equal(targets_want(agent->targets, &target), 0);
	targets_end(agent->targets, ignore, ignore, NULL);
}

/* "interface/address ", in the order in which they leave */
static const char *items(struct agent *agent, bool first)
{
	static char text[512];
	char words[INET6_ADDRSTRLEN];
	struct announce_items list = {};
	size_t used = 0;

	announce_items_gather(&list, agent, bonds_find(&agent->bonds, BOND),
			      first);
	text[0] = '\0';
	for (size_t i = 0; i < list.count; i++) {
		if (list.list[i].address.family == AF_PACKET)
			snprintf(words, sizeof(words), "mac %02x",
				 list.list[i].address.mac[5]);
		else
			address_to_text(&list.list[i].address, words);
		used += snprintf(text + used, sizeof(text) - used, "%s%d/%s",
				 i ? " " : "", list.list[i].interface, words);
	}
	announce_items_clear(&list);
	return text;
}

#define OURS "10/192.0.2.10 11/10.10.0.10 20/10.30.0.10"

static void test_all(void **state)
{
	assert_string_equal(items(*state, false), OURS " 20/mac 60");
}

/* The driver has just announced bond and VLANs itself, and never a bridge. */
static void test_driver(void **state)
{
	world.state = NEIGHBOR_ON;
	assert_string_equal(items(*state, true), "20/10.30.0.10 20/mac 60");
	assert_string_equal(items(*state, false), OURS " 20/mac 60");
	world.state = NEIGHBOR_UNSUPPORTED;
	assert_string_equal(items(*state, true), OURS " 20/mac 60");
}

/* Where the default route leads, and only if ARP would be answered for it. */
static void test_virtual(void **state)
{
	struct agent *agent = *state;
	struct stack_info vlan, vip;

	find_gateway(agent);
	assert_string_equal(items(agent, false),
			    "10/192.0.2.10 11/10.10.0.10 20/10.30.0.10 11/198.51.100.7 20/mac 60");
	world.arp_ignore = "1\n";
	assert_string_equal(items(agent, false), OURS " 20/mac 60");
	world.arp_ignore = NULL;
	assert_string_equal(items(agent, false), OURS " 20/mac 60");
	world.arp_ignore = "0\n";
	policy.announce_virtual = false;
	assert_string_equal(items(agent, false), OURS " 20/mac 60");
	policy.announce_virtual = true;
	vip = *topology_find(agent->topology, VIP);
	vip.up = false;				/* as kube-ipvs0 */
	assert_int_equal(topology_link_changed(agent->topology, &vip), 1);
	assert_string_equal(items(agent, false), OURS " 20/mac 60");
	vip.up = true;
	assert_int_equal(topology_link_changed(agent->topology, &vip), 1);
	vlan = *topology_find(agent->topology, VLAN);
	vlan.arp_ignore = 2;
	assert_int_equal(topology_link_changed(agent->topology, &vlan), 1);
	assert_string_equal(items(agent, false), OURS " 20/mac 60");
}

/* A /32 on the bond itself is virtual as well: keepalived puts them there. */
static void test_host_prefix(void **state)
{
	struct agent *agent = *state;

	add_address(agent, BOND, "192.0.2.99", 32);
	assert_non_null(strstr(items(agent, false), "10/192.0.2.99"));
	policy.announce_virtual = false;
	assert_null(strstr(items(agent, false), "192.0.2.99"));
}

static void test_unusable(void **state)
{
	struct agent *agent = *state;
	struct address_info info = {
		.ifindex = VLAN, .address = address("2001:db8::10"),
		.prefix_len = 64,
	};

	assert_true(peers_address_changed(agent->peers, &info) >= 0);
	assert_null(strstr(items(agent, false), "2001:db8::10"));	/* DAD */
	info.usable = true;
	assert_int_equal(peers_address_changed(agent->peers, &info), 1);
	assert_non_null(strstr(items(agent, false), "11/2001:db8::10"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all),
		TEST(test_driver),
		TEST(test_virtual),
		TEST(test_host_prefix),
		TEST(test_unusable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
