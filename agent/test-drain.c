// SPDX-License-Identifier: GPL-2.0
/* Taking a port out of use: what is waited for, what is refused, what comes back. */
#include "test-clock.h"
#include "test-stack.h"

#include "announce.h"
#include "drain.h"
#include "frame.h"
#include "lacp.h"
#include "port-socket.h"

enum { ETH1 = 4 };

/* The kernel, and what is told of it */
static struct world {
	uint64_t now;
	bool up[ETH1 + 1];
	int set_error;
	bool leaves;			/* the port, when it is switched off */
	unsigned int rounds;		/* announced on every port */
	unsigned int announced[ETH1 + 1];
	struct frame_lacpdu said;
	unsigned int pdus;
	int result;
	unsigned int results;
} world;

struct fixture {
	struct agent agent;
	struct port *port, *other;
};

static struct fixture f;

DEFINE_TEST_CLOCK(world.now)

void announce_now(struct announce *announce, const struct port *port)
{
	(void)announce;
	world.announced[port->ifindex]++;
}

unsigned int announce_rounds(struct announce *announce, const struct port *port)
{
	(void)announce, (void)port;
	return world.rounds;
}

int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	assert_ptr_equal(socket, &world);
	assert_true(world.up[ETH1]);
	assert_int_equal(count, 1);
	assert_int_equal(frame_parse_lacpdu(frames->iov_base, frames->iov_len,
					    &world.said), 0);
	world.pdus++;
	return count;
}

/* Usable if it is up. */
static struct link_info link_of(int ifindex)
{
	struct link_info info = {
		.ifindex = ifindex, .is_port = true, .master = BOND,
		.up = world.up[ifindex], .carrier = world.up[ifindex],
		.seen_usec = world.now,
		.port = {
			.mii_up = world.up[ifindex], .active = true,
			.has_ad = true, .aggregator = 1,
			.actor_state = 0x3f, .partner_state = 0x3d,
			.perm_mac = { 2, 0, 0, 0, 0, ifindex },
		},
	};

	snprintf(info.name, sizeof(info.name), "eth%d", ifindex - ETH0);
	return info;
}

int rtnl_set_up(struct rtnl *rtnl, int ifindex, bool up)
{
	(void)rtnl;
	if (world.set_error)
		return world.set_error;
	world.up[ifindex] = up;
	return 0;
}

int rtnl_get_link(struct rtnl *rtnl, int ifindex, struct link_info *info)
{
	(void)rtnl;
	*info = link_of(ifindex);
	if (world.leaves)
		info->master = 0;
	return 0;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent;
	bond->dirty = true;
}

static void port_added(struct port *port, void *userdata)
{
	drain_port_added(((struct agent *)userdata)->drain, port);
}

static void port_changed(struct port *port, void *userdata)
{
	(void)userdata;
	drain_port_changed(port);
}

static void port_removed(struct port *port, void *userdata)
{
	drain_port_removed(((struct agent *)userdata)->drain, port);
}

static const struct bond_ops ops = {
	.port_added = port_added, .port_changed = port_changed,
	.port_removed = port_removed,
};

static void tell(int ifindex, bool up)
{
	struct link_info info;

	world.up[ifindex] = up;
	info = link_of(ifindex);
	assert_true(bonds_link_changed(&f.agent.bonds, &info) >= 0);
}

static int setup(void **state)
{
	const struct link_info bond = {
		.ifindex = BOND, .name = "bond0", .is_bond = true, .up = true,
		.bond = { .mode = BOND_MODE_8023AD, .has_ad_info = true,
			  .aggregator = 1 },
	};

	(void)state;
	world = (struct world) { .now = 1000 * USEC_PER_SEC };
	memset(&f, 0, sizeof(f));
	bonds_init(&f.agent.bonds, &ops, &f.agent);
	assert_true(sd_event_new(&f.agent.event) >= 0);
	assert_int_equal(drain_new(&f.agent.drain, &f.agent), 0);
	assert_int_equal(bonds_link_changed(&f.agent.bonds, &bond), 1);
	tell(ETH0, true);
	tell(ETH1, true);
	f.other = bonds_find_port(&f.agent.bonds, ETH0);
	f.port = bonds_find_port(&f.agent.bonds, ETH1);
	f.port->socket = (struct port_socket *)&world;
	f.port->proc.has_actor = f.port->proc.has_partner = true;
	f.port->proc.actor = (struct frame_lacp_party) { .key = 15, .port = 2 };
	f.port->proc.partner = (struct frame_lacp_party) { .key = 7, .state = 0x3d };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	drain_free(f.agent.drain);
	f.agent.bonds.ops = NULL;
	bonds_clear(&f.agent.bonds);
	sd_event_unref(f.agent.event);
	return 0;
}

static void on_done(int result, void *userdata)
{
	assert_ptr_equal(userdata, &world);
	world.result = result;
	world.results++;
}

static int start(struct port *port, bool force)
{
	return drain_start(f.agent.drain, port, force, on_done, &world);
}

static void pass(uint64_t usec)
{
	for (uint64_t end = world.now + usec; world.now < end;
	     world.now += 10 * USEC_PER_MSEC)
		while (sd_event_run(f.agent.event, 0) > 0)
			;
}

static void assert_result(int result)
{
	assert_int_equal(world.results, 1);
	assert_int_equal(world.result, result);
	world.results = 0;
}

/* Not before the other port has announced three times. */
static void test_drained(void **state)
{
	(void)state;
	assert_int_equal(start(f.port, false), 0);
	assert_int_equal(start(f.port, false), -EALREADY);
	world.rounds = 2;
	pass(USEC_PER_SEC);
	assert_int_equal(world.results, 0);
	assert_true(world.up[ETH1] && !f.port->drained);
	assert_int_equal(world.announced[ETH0], 1);
	assert_int_equal(world.announced[ETH1], 0);
	world.rounds = 3;
	pass(USEC_PER_SEC);
	assert_result(0);
	assert_true(!world.up[ETH1] && f.port->drained && f.port->bond->dirty);
	assert_int_equal(world.pdus, 1);
	assert_int_equal(world.said.actor.key, 15);
	assert_int_equal(world.said.actor.state, LACP_ACTIVITY | LACP_TIMEOUT);
	assert_int_equal(world.said.partner.state, 0x3d);
	assert_int_equal(world.said.source_mac[5], ETH1);
	/* once more is no error, and does nothing */
	assert_int_equal(start(f.port, false), 0);
	assert_result(0);
}

static void test_patience(void **state)
{
	(void)state;
	assert_int_equal(start(f.port, false), 0);
	pass(19 * USEC_PER_SEC);
	assert_int_equal(world.results, 0);
	pass(2 * USEC_PER_SEC);
	assert_result(0);
	assert_true(f.port->drained);
}

static void test_last(void **state)
{
	(void)state;
	world.rounds = 3;
	tell(ETH0, false);
	assert_int_equal(start(f.port, false), -EBUSY);
	assert_true(world.up[ETH1]);
	/* what carries nothing may go, and the one beside it is the last then */
	tell(ETH0, true);
	tell(ETH1, false);
	assert_int_equal(start(f.port, false), 0);
	pass(USEC_PER_SEC);
	assert_result(0);
	assert_int_equal(start(f.other, false), -EBUSY);
	assert_int_equal(start(f.other, true), 0);
	pass(USEC_PER_SEC);
	assert_result(0);
	assert_true(f.other->drained && !world.up[ETH0]);
}

/* Both at once: the second one is told that it is the last. */
static void test_both(void **state)
{
	(void)state;
	assert_int_equal(start(f.port, false), 0);
	assert_int_equal(start(f.other, false), -EBUSY);
}

/* The other one goes down meanwhile. */
static void test_last_in_the_end(void **state)
{
	(void)state;
	assert_int_equal(start(f.port, false), 0);
	pass(100 * USEC_PER_MSEC);
	tell(ETH0, false);
	pass(100 * USEC_PER_MSEC);
	assert_result(-EBUSY);
	assert_true(world.up[ETH1] && !f.port->drained);
	assert_int_equal(world.pdus, 0);
}

static void test_undrained(void **state)
{
	(void)state;
	world.rounds = 3;
	assert_int_equal(start(f.port, false), 0);
	pass(USEC_PER_SEC);
	assert_result(0);
	f.port->history.lost_usec = 7;
	assert_int_equal(drain_undo(f.agent.drain, f.port), 0);
	assert_true(world.up[ETH1] && !f.port->drained);
	/* as if it were new */
	assert_int_equal(f.port->since_usec, world.now);
	assert_int_equal(f.port->history.lost_usec, 0);
	assert_int_equal(drain_undo(f.agent.drain, f.port), 0);
	/* somebody else did it */
	assert_int_equal(start(f.port, false), 0);
	pass(USEC_PER_SEC);
	assert_true(f.port->drained);
	tell(ETH1, true);
	assert_false(f.port->drained);
	/* who wants it back before it went */
	world.rounds = world.results = 0;
	assert_int_equal(start(f.port, false), 0);
	assert_int_equal(drain_undo(f.agent.drain, f.port), 0);
	assert_result(-ECANCELED);
	pass(USEC_PER_SEC);
	assert_true(world.up[ETH1]);
}

static void test_fails(void **state)
{
	(void)state;
	world.rounds = 3;
	world.set_error = -EPERM;
	assert_int_equal(start(f.port, false), 0);
	pass(USEC_PER_SEC);
	assert_result(-EPERM);
	assert_false(f.port->drained);
	/* it leaves the bond while it is switched off, or while it waits */
	world.set_error = 0;
	world.leaves = true;
	assert_int_equal(start(f.port, false), 0);
	pass(USEC_PER_SEC);
	assert_result(-ENODEV);
	assert_int_equal(start(f.other, true), 0);
	bonds_link_removed(&f.agent.bonds, ETH0);
	assert_result(-ENODEV);
}

/* A daemon that starts anew. */
static void test_found(void **state)
{
	(void)state;
	bonds_link_removed(&f.agent.bonds, ETH1);
	f.agent.since.count = 1;
	f.agent.since.list[0] = (struct waiting) { FAULT_PORT_DRAINED, ETH1, {} };
	tell(ETH1, true);
	assert_false(bonds_find_port(&f.agent.bonds, ETH1)->drained);
	bonds_link_removed(&f.agent.bonds, ETH1);
	tell(ETH1, false);
	assert_true(bonds_find_port(&f.agent.bonds, ETH1)->drained);
	bonds_link_removed(&f.agent.bonds, ETH1);
	f.agent.since.list[0].code = FAULT_PORT_DOWN;
	tell(ETH1, false);
	assert_false(bonds_find_port(&f.agent.bonds, ETH1)->drained);
}

/* Who waits is told. */
static void test_stopped(void **state)
{
	(void)state;
	assert_int_equal(start(f.port, false), 0);
	f.agent.drain = drain_free(f.agent.drain);
	assert_result(-ECANCELED);
	assert_int_equal(drain_new(&f.agent.drain, &f.agent), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_drained),
		TEST(test_patience),
		TEST(test_last),
		TEST(test_both),
		TEST(test_last_in_the_end),
		TEST(test_undrained),
		TEST(test_fails),
		TEST(test_found),
		TEST(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
