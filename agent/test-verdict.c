// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "bond.h"
#include "keepalive.h"
#include "util.h"
#include "verdict.h"

/* A schedule of ours: what keepalive_path() hands out. */
static struct keepalive_path paths[32];
static size_t path_count;

const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i)
{
	(void)keepalive;
	assert_int_equal(bond, 10);
	return *i < path_count ? &paths[(*i)++] : NULL;
}

/* One letter a path: what is known of it. */
static void set_state(struct keepalive_path *path, char state)
{
	switch (state) {
	case 'a':			/* alive */
		path->answered = 5;
		path->misses = 2;
		break;
	case 'd':			/* dead, after it was alive */
		path->answered = 5;
		path->misses = 3;
		break;
	case 's':			/* silent since ever */
		path->misses = 3;
		break;
	case 'u':			/* does not resolve */
		path->unresolved = 3;
		break;
	case 'n':			/* new */
		path->misses = 2;
		break;
	}
}

static struct link_info bond_link(void)
{
	return (struct link_info) {
		.ifindex = 10, .name = "bond0", .is_bond = true, .up = true,
		.bond = { .mode = BOND_MODE_8023AD, .has_ad_info = true,
			  .aggregator = 1 },
	};
}

static struct link_info port_link(int ifindex, bool usable)
{
	struct link_info link = {
		.ifindex = ifindex, .is_port = true, .up = true,
		.carrier = true, .master = 10,
		.port = { .mii_up = true, .active = true, .has_ad = true,
			  .aggregator = 1, .actor_state = usable ? 0x3f : 0x0f },
	};

	snprintf(link.name, sizeof(link.name), "eth%d", ifindex);
	return link;
}

/*
 * @peers: words "xy" of a state for each of the two ports, after the letter of
 * what the peer is: gateway, static, ipvs, neighbor; in capitals: not by echo.
 */
static void set_peers(const char *peers)
{
	static const struct { char letter; enum peer_source source; } kinds[] = {
		{ 'g', PEER_GATEWAY }, { 's', PEER_STATIC }, { 'i', PEER_IPVS },
		{ 'n', PEER_NEIGHBOR }, { 'G', PEER_GATEWAY },
	};

	memset(paths, 0, sizeof(paths));
	path_count = 0;
	for (int n = 1; *peers; peers += 3 + (peers[3] == ' '), n++) {
		for (int port = 1; port <= 2; port++) {
			struct keepalive_path *path = &paths[path_count++];

			path->bond = 10;
			path->port = port;
			path->interface = 10;
			path->peer.family = AF_INET;
			path->peer.in.s_addr = htonl(0xc0000200 + n);
			for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
				if (kinds[k].letter == *peers)
					path->sources = PEER_BIT(kinds[k].source);
			if (*peers == 'G')
				path->method = KEEPALIVE_SOLICIT;
			set_state(path, peers[port]);
		}
	}
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *peers;
		bool second_usable;
		const char *ports;	/* probed/dead/dead_here of each */
		const char *bond;	/* gateways/dead/peers_dead gateway peer */
	} cases[] = {
		{ "", true, "0/0/0 0/0/0", "0/0/0 - -" },
		{ "gaa", true, "1/0/0 1/0/0", "1/0/0 - -" },
		{ "gad", true, "1/0/0 1/1/1", "1/0/0 - -" },
		{ "gdd", true, "1/1/0 1/1/0", "1/1/0 192.0.2.1 -" },
		{ "gad gaa", true, "2/0/0 2/1/1", "2/0/0 - -" },
		{ "gdd gaa", true, "2/1/0 2/1/0", "2/1/0 192.0.2.1 -" },
		/* a router that answers no echo says nothing, ... */
		{ "gss", true, "0/0/0 0/0/0", "0/0/0 - -" },
		/* ... unless it does not resolve either */
		{ "guu", true, "0/0/0 0/0/0", "1/1/0 192.0.2.1 -" },
		{ "gan", true, "1/0/0 0/0/0", "1/0/0 - -" },
		{ "gdn", true, "1/1/0 0/0/0", "0/0/0 - -" },
		{ "gas", true, "1/0/0 1/1/1", "1/0/0 - -" },
		{ "sss", true, "0/0/0 0/0/0", "0/0/1 - 192.0.2.1" },
		{ "sdd sdd", true, "2/2/0 2/2/0", "0/0/2 - 192.0.2.1" },
		{ "iss", true, "0/0/0 0/0/0", "0/0/0 - -" },
		{ "idd", true, "1/1/0 1/1/0", "0/0/1 - 192.0.2.1" },
		{ "ndd", true, "1/1/0 1/1/0", "0/0/0 - -" },
		{ "nad", true, "1/0/0 1/1/1", "0/0/0 - -" },
		{ "nuu", true, "0/0/0 0/0/0", "0/0/0 - -" },
		{ "Gdd", true, "0/0/0 0/0/0", "0/0/0 - -" },
		/* a port that rests has no say */
		{ "gad", false, "1/0/0 0/0/0", "1/0/0 - -" },
		{ "gda", false, "1/1/0 0/0/0", "1/1/0 192.0.2.1 -" },
	};
	struct link_info links[] = {
		bond_link(), port_link(1, true), port_link(2, true)
	};
	struct bonds bonds;

	(void)state;
	bonds_init(&bonds, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(bonds_link_changed(&bonds, &links[i]), 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bond *bond = bonds_find(&bonds, 10);
		const struct port_paths *a = &bonds_find_port(&bonds, 1)->paths;
		const struct port_paths *b = &bonds_find_port(&bonds, 2)->paths;
		const struct bond_paths *all = &bond->paths;
		char text[128];

		links[2] = port_link(2, cases[i].second_usable);
		assert_true(bonds_link_changed(&bonds, &links[2]) >= 0);
		bonds_find_port(&bonds, 1)->paths.mtu_lost = true;
		set_peers(cases[i].peers);
		verdict_update(bond, (struct keepalive *)paths);
		assert_true(a->mtu_lost);	/* that is not for us */
		snprintf(text, sizeof(text), "%u/%u/%u %u/%u/%u", a->probed,
			 a->dead, a->dead_here, b->probed, b->dead, b->dead_here);
		if (strcmp(text, cases[i].ports) != 0)
			fail_msg("%s: ports %s", cases[i].peers, text);
		snprintf(text, sizeof(text), "%u/%u/%u %s %s", all->gateways,
			 all->gateways_dead, all->peers_dead,
			 all->gateway[0] ? all->gateway : "-",
			 all->peer[0] ? all->peer : "-");
		if (strcmp(text, cases[i].bond) != 0)
			fail_msg("%s: bond %s", cases[i].peers, text);
	}
	bonds_clear(&bonds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
