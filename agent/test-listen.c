// SPDX-License-Identifier: GPL-2.0
/* What a frame does to the model; the socket is played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "frame.h"
#include "listen.h"
#include "log.h"
#include "port-socket.h"
#include "prober.h"
#include "test-clock.h"
#include "util.h"

static struct world {
	uint64_t now;
	unsigned int dirty, refreshes, echoes, opened;
	int error;			/* of the next port_socket_open() */
	port_socket_handler hear;
} world;

DEFINE_TEST_CLOCK(world.now)

int port_socket_open(struct port_socket **socket, struct sd_event *event,
		     struct port *port, port_socket_handler handler,
		     void *userdata)
{
	(void)event, (void)port, (void)userdata;
	world.opened++;
	world.hear = handler;
	*socket = world.error ? NULL : (struct port_socket *)&world;
	return world.error;
}

struct port_socket *port_socket_free(struct port_socket *socket)
{
	(void)socket;
	return NULL;
}

int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	(void)socket, (void)frames, (void)count;
	return 0;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.dirty++;
}

void agent_mark_all_dirty(struct agent *agent)
{
	(void)agent;
}

void agent_refresh_soon(struct agent *agent)
{
	(void)agent;
	world.refreshes++;
}

struct fixture {
	struct agent agent;
	struct bond *bond;
	struct port *port[2];
};

static int setup(void **state)
{
	struct link_info bond = {
		.ifindex = 5, .name = "bond0", .is_bond = true, .up = true,
		.mac = { 2, 0, 0, 0, 0, 0x10 },
		.bond = { .mode = BOND_MODE_8023AD },
	};
	struct link_info port = {
		.is_port = true, .master = 5, .up = true, .carrier = true,
		.port = { .perm_mac = { 2, 0, 0, 0, 1, 0 } },
	};
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	bonds_init(&f.agent.bonds, NULL, NULL);
	bonds_link_changed(&f.agent.bonds, &bond);
	f.bond = bonds_find(&f.agent.bonds, 5);
	for (int i = 0; i < 2; i++) {
		port.ifindex = 2 + i;
		port.port.perm_mac[5] = i;
		snprintf(port.name, sizeof(port.name), "eth%d", i);
		bonds_link_changed(&f.agent.bonds, &port);
		f.port[i] = bonds_find_port(&f.agent.bonds, 2 + i);
		listen_port_added(&f.agent, f.port[i]);
	}
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bonds_clear(&f->agent.bonds);
	return 0;
}

static const uint8_t lacpdu_bytes[124] = {
	0x01, 0x80, 0xc2, 0, 0, 2, 0, 0xd0, 0xf8, 0, 0, 0x11, 0x88, 0x09, 1, 1,
	1, 20, 0, 100, 0, 0xd0, 0xf8, 0, 0, 1, 3, 0xe9, 0x80, 0, 0, 7, 0x3d,
	0, 0, 0,				/* actor: system at 20 */
	2, 20, 0xff, 0xff, 2, 0, 0, 0, 0, 0x10, 0, 15, 0, 255, 0, 1, 0x3d,
};

#define SOURCE 6			/* offsets */
#define ACTOR_SYSTEM 20
#define ACTOR_STATE 32

static void hear(struct fixture *f, int port, const uint8_t *bytes,
		 size_t length)
{
	uint8_t copy[FRAME_MAX];

	memcpy(copy, bytes, length);
	world.hear(f->port[port], copy, length, &f->agent);
}

static void test_lacpdu(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[sizeof(lacpdu_bytes)];

	memcpy(bytes, lacpdu_bytes, sizeof(bytes));
	hear(f, 0, bytes, sizeof(bytes));
	assert_true(f->port[0]->has_lacpdu);
	assert_int_equal(f->port[0]->lacpdu.actor.key, 1001);
	assert_int_equal(world.dirty, 1);
	assert_int_equal(world.refreshes, 1);

	/* the same again is a sign of life, and no news */
	world.now += USEC_PER_SEC;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lacpdu_usec, world.now);
	assert_int_equal(world.dirty, 1);
	assert_int_equal(world.refreshes, 1);

	bytes[ACTOR_SYSTEM + 5] = 2;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lacpdu.actor.system[5], 2);
	assert_int_equal(world.dirty, 2);
	assert_int_equal(world.refreshes, 2);
	assert_false(f->port[1]->has_lacpdu);
}

/* Our own says nothing of the partner, but who sent it. */
static void test_own_lacpdu(void **state)
{
	static const uint8_t us[] = { 2, 0, 0, 0, 0, 0x10 };
	struct fixture *f = *state;
	uint8_t bytes[sizeof(lacpdu_bytes)];

	memcpy(bytes, lacpdu_bytes, sizeof(bytes));
	hear(f, 0, bytes, sizeof(bytes));
	memcpy(bytes + ACTOR_SYSTEM, us, MAC_LEN);
	memcpy(bytes + SOURCE, f->port[1]->attrs.perm_mac, MAC_LEN);
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lacpdu.actor.system[5], 1);
	assert_int_equal(f->port[0]->own_heard_usec, world.now);
	assert_int_equal(f->port[0]->own_sender, 3);
	assert_int_equal(world.dirty, 2);
	world.now += USEC_PER_SEC;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(world.dirty, 2);
	/* after a pause it is news again */
	world.now += 3 * USEC_PER_SEC;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(world.dirty, 3);

	/* whose system that is, procfs knows best */
	f->bond->proc.has_system = true;
	f->bond->proc.system[0] = 4;
	world.now++;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->own_heard_usec, world.now - 1);
	assert_int_equal(f->port[0]->lacpdu.actor.system[0], 2);
}

static const uint8_t lldp_bytes[] = {
	0x01, 0x80, 0xc2, 0, 0, 0x0e, 0, 0xd0, 0xf8, 0, 1, 0x11, 0x88, 0xcc,
	2, 4, 7, 'c', 'h', '1', 4, 3, 7, 'p', '1', 6, 2, 0, 120,
};

#define SCOPE 5
#define CHASSIS_NUMBER 19
#define TTL 28

static void test_lldp(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[sizeof(lldp_bytes)];

	memcpy(bytes, lldp_bytes, sizeof(bytes));
	hear(f, 0, bytes, sizeof(bytes));
	assert_non_null(f->port[0]->lldp);
	assert_int_equal(world.dirty, 1);
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(world.dirty, 1);
	bytes[CHASSIS_NUMBER] = '2';
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lldp->chassis.value[2], '2');
	assert_int_equal(world.dirty, 2);

	/* it lives for its time to live after the last one */
	world.now += 119 * USEC_PER_SEC;
	hear(f, 0, bytes, sizeof(bytes));
	world.now += 120 * USEC_PER_SEC - 1;
	listen_age(&f->agent);
	assert_non_null(f->port[0]->lldp);
	world.now++;
	listen_age(&f->agent);
	assert_null(f->port[0]->lldp);
	assert_int_equal(world.dirty, 3);
}

static void test_lldp_shutdown(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[sizeof(lldp_bytes)];

	memcpy(bytes, lldp_bytes, sizeof(bytes));
	hear(f, 0, bytes, sizeof(bytes));
	bytes[TTL] = 0;
	bytes[SOURCE + 5]++;			/* somebody else's */
	hear(f, 0, bytes, sizeof(bytes));
	assert_non_null(f->port[0]->lldp);
	bytes[SOURCE + 5]--;
	hear(f, 0, bytes, sizeof(bytes));
	assert_null(f->port[0]->lldp);
	assert_int_equal(world.dirty, 2);
}

/* The nearest neighbor counts, and none is this host. */
static void test_lldp_others(void **state)
{
	struct fixture *f = *state;
	uint8_t bytes[sizeof(lldp_bytes)];

	memcpy(bytes, lldp_bytes, sizeof(bytes));
	memcpy(bytes + SOURCE, f->port[1]->attrs.perm_mac, MAC_LEN);
	hear(f, 0, bytes, sizeof(bytes));
	assert_null(f->port[0]->lldp);
	memcpy(bytes + SOURCE, f->bond->mac, MAC_LEN);
	hear(f, 0, bytes, sizeof(bytes));
	assert_null(f->port[0]->lldp);

	memcpy(bytes, lldp_bytes, sizeof(bytes));
	bytes[SCOPE] = 0x00;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lldp->scope, 0x00);
	bytes[SCOPE] = 0x0e;
	bytes[SOURCE + 5]++;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lldp->scope, 0x0e);
	bytes[SCOPE] = 0x03;
	bytes[SOURCE + 5]++;
	hear(f, 0, bytes, sizeof(bytes));
	assert_int_equal(f->port[0]->lldp->scope, 0x0e);
}

/* What cannot be opened is tried again; what is open is left alone. */
static void test_retry(void **state)
{
	struct fixture *f = *state;

	listen_retry(&f->agent);
	assert_int_equal(world.opened, 2);
	f->port[1]->socket = NULL;
	world.error = -EMFILE;
	listen_retry(&f->agent);
	assert_int_equal(world.opened, 3);
	assert_int_equal(f->port[1]->socket_error, -EMFILE);
	world.error = 0;
	listen_retry(&f->agent);
	listen_retry(&f->agent);
	assert_int_equal(world.opened, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lacpdu),
		TEST(test_own_lacpdu),
		TEST(test_lldp),
		TEST(test_lldp_shutdown),
		TEST(test_lldp_others),
		TEST(test_retry),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
