// SPDX-License-Identifier: GPL-2.0
/* When what lives behind a bond is announced, how often, and through which port. */
#include "test-clock.h"
#include "test-stack.h"

#include "announce-items.h"
#include "announce.h"
#include "lacp.h"
#include "port-socket.h"

#define SENT_MAX 1000

static struct world {
	uint64_t now;
	unsigned int items;
	unsigned int sent;
	uint64_t msec[SENT_MAX];	/* when each frame left, from the start */
	uint8_t opcode[SENT_MAX];	/* of ARP */
	unsigned int firsts;		/* rounds without what the driver did */
} world;

static struct bond_policy policy;

DEFINE_TEST_CLOCK(world.now)

const struct bond_policy *config_bond(const struct config *config,
				      const char *name)
{
	(void)config, (void)name;
	return &policy;
}

void announce_items_gather(struct announce_items *items, struct agent *agent,
			   const struct bond *bond, bool first)
{
	(void)agent, (void)bond;
	items->list = calloc(world.items, sizeof(*items->list));
	assert_non_null(items->list);
	items->count = world.items;
	for (size_t i = 0; i < items->count; i++)
		items->list[i] = (struct announce_item) {
			BOND, address("192.0.2.10")
		};
	world.firsts += first;
}

void announce_items_clear(struct announce_items *items)
{
	free(items->list);
	memset(items, 0, sizeof(*items));
}

int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	assert_ptr_equal(socket, &world);
	for (unsigned int i = 0; i < count; i++) {
		const uint8_t *bytes = frames[i].iov_base;

		assert_true(world.sent < SENT_MAX);
		world.msec[world.sent] = world.now / USEC_PER_MSEC - 1000000;
		world.opcode[world.sent++] = bytes[21];
	}
	return count;
}

struct fixture {
	struct agent agent;
	struct announce *announce;
	struct port *port;
};

static void become(struct fixture *f, bool usable, bool collecting)
{
	f->port->attrs.active = f->port->attrs.mii_up = usable;
	f->port->attrs.has_ad = f->port->bond->attrs.has_ad_info = true;
	f->port->attrs.aggregator = f->port->bond->attrs.aggregator;
	f->port->attrs.actor_state = usable ? 0x3d : 0x05;
	f->port->attrs.partner_state = collecting ? LACP_COLLECTING : 0;
	announce_port_changed(f->announce, f->port);
}

static void pass(struct fixture *f, unsigned int msec)
{
	while (msec--) {
		while (sd_event_run(f->agent.event, 0) > 0)
			;
		world.now += USEC_PER_MSEC;
	}
}

static int setup(void **state)
{
	static struct fixture f;

	policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	world = (struct world) { .now = 1000 * USEC_PER_SEC, .items = 1 };
	stack_setup(&f.agent);
	assert_true(sd_event_new(&f.agent.event) >= 0);
	assert_int_equal(announce_new(&f.announce, &f.agent), 0);
	f.port = bonds_find_port(&f.agent.bonds, ETH0);
	f.port->socket = (struct port_socket *)&world;
	announce_port_added(f.announce, f.port);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	f->port->socket = NULL;
	announce_free(f->announce);
	sd_event_unref(f->agent.event);
	stack_teardown(&f->agent);
	return 0;
}

static void assert_times(const uint64_t *msec, size_t count)
{
	assert_int_equal(world.sent, count);
	for (size_t i = 0; i < count; i++)
		assert_in_range(world.msec[i], msec[i], msec[i] + 2);
}

/* Five times, in turns as request and reply; the driver's own is the first. */
static void test_rounds(void **state)
{
	static const uint64_t msec[] = { 0, 100, 300, 1000, 3000 };
	struct fixture *f = *state;

	become(f, true, false);
	pass(f, 10000);
	assert_times(msec, ARRAY_SIZE(msec));
	assert_int_equal(world.firsts, 1);
	for (unsigned int i = 0; i < world.sent; i++)
		assert_int_equal(world.opcode[i], i % 2 ? 2 : 1);
}

/* 20 frames, and a pause of 10 ms. */
static void test_pace(void **state)
{
	struct fixture *f = *state;

	world.items = 45;
	become(f, true, false);
	pass(f, 50);
	assert_int_equal(world.sent, 45);
	for (unsigned int i = 0; i < world.sent; i++)
		assert_in_range(world.msec[i], i / 20 * 10, i / 20 * 10 + 3);
	pass(f, 10000);
	assert_int_equal(world.sent, 5 * 45);
}

/* What the leaf heard before it collected may be lost: all of it again. */
static void test_collects(void **state)
{
	static const uint64_t msec[] = {
		0, 100, 300, 500, 600, 800, 1500, 3500
	};
	struct fixture *f = *state;

	become(f, true, false);
	pass(f, 500);
	become(f, true, true);
	pass(f, 10000);
	assert_times(msec, ARRAY_SIZE(msec));
	become(f, true, false);			/* less is no reason */
	pass(f, 10000);
	assert_int_equal(world.sent, ARRAY_SIZE(msec));
}

static void test_lost(void **state)
{
	struct fixture *f = *state;

	world.items = 45;
	become(f, true, false);
	pass(f, 5);
	assert_int_equal(world.sent, 20);
	become(f, false, false);
	pass(f, 10000);
	assert_int_equal(world.sent, 20);
	become(f, true, false);			/* from the beginning */
	pass(f, 10000);
	assert_int_equal(world.sent, 20 + 5 * 45);
}

static void test_not(void **state)
{
	struct fixture *f = *state;

	policy.announce = false;
	become(f, true, true);
	pass(f, 10000);
	assert_int_equal(world.sent, 0);
	policy.announce = true;
	announce_port_removed(f->announce, f->port);
	announce_port_added(f->announce, f->port);	/* as it is found */
	become(f, true, true);
	pass(f, 10000);
	assert_int_equal(world.sent, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rounds),
		TEST(test_pace),
		TEST(test_collects),
		TEST(test_lost),
		TEST(test_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
