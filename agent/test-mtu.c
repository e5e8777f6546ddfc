// SPDX-License-Identifier: GPL-2.0
/* mtu.c with a clock, a schedule of one path, and a wire of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "frame-neighbor.h"
#include "mtu.h"
#include "port-socket.h"
#include "test-clock.h"
#include "util.h"

#define BOND 10
#define VLAN 11
#define QINQ 12
#define PORT 1

static struct world {
	uint64_t now;
	int send_error;
	unsigned int sent, dirty;
	size_t length;
	struct frame_tags tags;
	struct frame_echo echo;		/* last one sent */
	struct keepalive_path path, other;	/* other: if it has a port */
} world;

DEFINE_TEST_CLOCK(world.now)

const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i)
{
	(void)keepalive;
	assert_int_equal(bond, BOND);
	switch ((*i)++) {
	case 0:
		return &world.path;
	case 1:
		return world.other.port ? &world.other : NULL;
	default:
		return NULL;
	}
}

int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	uint8_t bytes[FRAME_MAX];
	int length;

	assert_non_null(socket);
	assert_int_equal(count, 1);
	if (world.send_error)
		return world.send_error;
	world.length = frames[0].iov_len;
	memcpy(bytes, frames[0].iov_base, world.length);
	length = frame_strip_tags(bytes, world.length, &world.tags);
	assert_int_equal(frame_parse_echo(bytes, length, &world.echo), 0);
	world.sent++;
	return 1;
}

int peers_source(const struct peers *peers, int ifindex,
		 const struct address *peer, struct address *source)
{
	(void)peers, (void)ifindex, (void)peer;
	source->family = AF_INET;
	return inet_pton(AF_INET, "192.0.2.10", &source->in) == 1 ? 0 : -EINVAL;
}

int peers_own_address(const struct peers *peers, int ifindex, int family,
		      struct address *source)
{
	(void)peers, (void)ifindex, (void)family, (void)source;
	return -EADDRNOTAVAIL;
}

int peers_mac(const struct peers *peers, int ifindex,
	      const struct address *peer, uint8_t mac[MAC_LEN])
{
	(void)peers, (void)ifindex, (void)peer;
	memset(mac, 2, MAC_LEN);
	return 0;
}

int rtnl_resolve(struct rtnl *rtnl, int ifindex, const struct address *address)
{
	(void)rtnl, (void)ifindex, (void)address;
	return 0;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.dirty++;
}

struct fixture {
	struct agent agent;
	struct port *port;
};

static void stack(struct agent *agent, int ifindex, enum link_kind kind,
		  int lower)
{
	assert_int_equal(topology_link_changed(agent->topology,
		&(struct stack_info) { .ifindex = ifindex, .kind = kind,
			.lower = lower, .tag = { 0x8100, ifindex },
			.mac = { 2, 0, 0, 0, 0, 10 }, .mtu = 1500, .up = true }), 1);
}

static int setup(void **state)
{
	static struct fixture f;
	struct agent *agent = &f.agent;
	const struct link_info links[] = {
		{ .ifindex = BOND, .name = "bond0", .is_bond = true, .up = true,
		  .bond = { .mode = BOND_MODE_8023AD, .has_ad_info = true,
			    .aggregator = 1 } },
		{ .ifindex = PORT, .name = "eth0", .is_port = true, .up = true,
		  .carrier = true, .master = BOND,
		  .port = { .mii_up = true, .active = true, .has_ad = true,
			    .aggregator = 1, .actor_state = 0x3f } },
	};

	memset(&f, 0, sizeof(f));
	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	world.path = (struct keepalive_path) {
		.bond = BOND, .port = PORT, .interface = BOND, .answered = 1,
		.peer = { .family = AF_INET },
	};
	inet_pton(AF_INET, "192.0.2.1", &world.path.peer.in);
	bonds_init(&agent->bonds, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(bonds_link_changed(&agent->bonds, &links[i]), 1);
	f.port = bonds_find_port(&agent->bonds, PORT);
	f.port->socket = (struct port_socket *)&world;
	if (sd_event_new(&agent->event) < 0 ||
	    topology_new(&agent->topology) < 0 || mtu_new(&agent->mtu, agent) < 0)
		return -1;
	stack(agent, BOND, LINK_BOND, 0);
	stack(agent, VLAN, LINK_VLAN, BOND);
	stack(agent, QINQ, LINK_VLAN, VLAN);
	mtu_port_added(agent->mtu, f.port);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct agent *agent = &((struct fixture *)*state)->agent;

	assert_null(mtu_free(agent->mtu));
	topology_free(agent->topology);
	bonds_clear(&agent->bonds);
	sd_event_unref(agent->event);
	return 0;
}

static void pass(struct fixture *f, unsigned int seconds)
{
	while (seconds--) {
		world.now += USEC_PER_SEC + 100 * USEC_PER_MSEC;
		assert_true(sd_event_run(f->agent.event, 0) > 0);
	}
}

static void answer(struct fixture *f)
{
	struct frame_echo echo = world.echo;

	echo.reply = true;
	echo.source = world.echo.destination;
	mtu_echo_heard(f->agent.mtu, &echo);
}

static void test_size(void **state)
{
	static const struct { int interface; unsigned int tags; size_t length; } cases[] = {
		{ BOND, 0, 1514 }, { VLAN, 1, 1518 }, { QINQ, 2, 1518 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		world.path.interface = cases[i].interface;
		pass(f, 1);
		assert_int_equal(world.sent, i + 1);
		assert_int_equal(world.tags.count, cases[i].tags);
		assert_int_equal(world.length, cases[i].length);
	}
}

/* What must fit is a packet of the largest MTU; then a gateway is asked. */
static void test_choice(void **state)
{
	struct fixture *f = *state;

	world.path.interface = VLAN;
	world.path.sources = PEER_BIT(PEER_GATEWAY);
	world.other = world.path;
	world.other.interface = BOND;
	world.other.sources = PEER_BIT(PEER_NEIGHBOR);
	pass(f, 1);
	assert_int_equal(world.tags.count, 1);
	assert_int_equal(topology_link_changed(f->agent.topology,
		&(struct stack_info) { .ifindex = VLAN, .kind = LINK_VLAN,
			.lower = BOND, .tag = { 0x8100, VLAN },
			.mac = { 2, 0, 0, 0, 0, 10 }, .mtu = 1400, .up = true }), 1);
	pass(f, 1);
	assert_int_equal(world.tags.count, 0);
	assert_int_equal(world.length, 1514);
}

/* Three in a row are lost; one answer is enough. */
static void test_verdict(void **state)
{
	struct fixture *f = *state;

	pass(f, 3);
	assert_int_equal(world.sent, 3);
	assert_false(f->port->paths.mtu_lost);
	pass(f, 1);
	assert_true(f->port->paths.mtu_lost);
	assert_int_equal(f->port->paths.mtu, 1500);
	assert_int_equal(world.dirty, 1);
	pass(f, 50);
	assert_int_equal(world.sent, 3);
	pass(f, 5);				/* after a minute */
	assert_int_equal(world.sent, 4);
	answer(f);
	assert_false(f->port->paths.mtu_lost);
	assert_int_equal(world.dirty, 2);
	world.sent = 0;
	pass(f, 500);
	assert_int_equal(world.sent, 0);
	pass(f, 100);				/* after ten */
	assert_true(world.sent > 0);
}

static void test_forged(void **state)
{
	struct fixture *f = *state;
	struct frame_echo good;

	pass(f, 1);
	good = world.echo;
	for (int i = 0; i < 5; i++) {
		world.echo = good;
		world.echo.cookie ^= i == 0;
		world.echo.identifier ^= i == 1;
		world.echo.sequence ^= i == 2;
		world.echo.packet_size -= i == 3;
		world.echo.destination.in.s_addr ^= i == 4 ? htonl(3) : 0;
		answer(f);
	}
	pass(f, 1);
	assert_int_equal(world.sent, 2);	/* none of them was an answer */
	answer(f);
	answer(f);
	pass(f, 1);
	assert_int_equal(world.sent, 2);
}

/* Where small ones are not answered, a full one proves nothing. */
static void test_no_path(void **state)
{
	struct fixture *f = *state;

	pass(f, 3);
	world.path.misses = 1;
	pass(f, 5);
	assert_int_equal(world.sent, 3);
	assert_false(f->port->paths.mtu_lost);
	world.path.misses = 0;
	world.path.method = KEEPALIVE_SOLICIT;
	pass(f, 1);
	assert_int_equal(world.sent, 3);
	world.path.method = KEEPALIVE_ECHO;
	pass(f, 3);
	assert_int_equal(world.sent, 6);
	assert_false(f->port->paths.mtu_lost);	/* counted anew */
}

/* A port of ours that refuses the size is not the leaf's fault. */
static void test_refused(void **state)
{
	struct fixture *f = *state;

	pass(f, 2);
	world.send_error = -ENOBUFS;		/* that passes: try again soon */
	pass(f, 10);
	world.send_error = 0;
	pass(f, 1);
	assert_int_equal(world.sent, 3);
	assert_false(f->port->paths.mtu_lost);
	world.send_error = -EMSGSIZE;		/* that does not */
	pass(f, 10);
	assert_false(f->port->paths.mtu_lost);
	world.send_error = 0;
	world.sent = 0;
	pass(f, 100);
	assert_int_equal(world.sent, 0);
	mtu_port_removed(f->agent.mtu, f->port);
	pass(f, 700);
	assert_int_equal(world.sent, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_size),
		TEST(test_choice),
		TEST(test_verdict),
		TEST(test_forged),
		TEST(test_no_path),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
