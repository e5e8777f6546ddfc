// SPDX-License-Identifier: GPL-2.0
/* flood.c with a kernel that counts what a test sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "flood.h"
#include "test-clock.h"
#include "util.h"

#define BOND 10
#define BRIDGE 20
#define VM 21				/* the bridge's other port */
#define PORT 1
#define WINDOW 5

/* The last byte of MACs. */
enum { STRANGER = 0x50, NEIGHBOR = 0x51, MACHINE = 0x60, CONTAINER = 0x61 };

static struct world {
	uint64_t now;
	unsigned int opened, dumps, dirty;
	int bound, bind_error, dump_error;
	struct sock_fprog program;
	/* in each second: frames for such MACs, the first in the queue */
	struct { uint8_t mac; unsigned int frames; } traffic[8];
	unsigned int i, queued;		/* where recv() is in it */
} world;

DEFINE_TEST_CLOCK(world.now)

int socket(int domain, int type, int protocol)
{
	assert_int_equal(domain, AF_PACKET);
	assert_int_equal(type, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_equal(protocol, 0);		/* hears nothing before bind() */
	memset(&world.program, 0, sizeof(world.program));
	world.opened++;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	(void)fd, (void)size;
	if (level == SOL_SOCKET && name == SO_ATTACH_FILTER)
		world.program = *(const struct sock_fprog *)value;
	assert_true(level != SOL_PACKET || name != PACKET_ADD_MEMBERSHIP);
	return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd, (void)size;
	assert_true(world.program.len > 0);
	world.bound = ((const struct sockaddr_ll *)address)->sll_ifindex;
	errno = world.bind_error;
	return errno ? -1 : 0;
}

/* A second has passed: the counter, and the queue begins anew. */
int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	struct tpacket_stats *stats = value;

	(void)fd;
	assert_int_equal(level, SOL_PACKET);
	assert_int_equal(name, PACKET_STATISTICS);
	assert_int_equal(*size, sizeof(*stats));
	stats->tp_packets = 0;
	for (size_t i = 0; i < ARRAY_SIZE(world.traffic); i++)
		stats->tp_packets += world.traffic[i].frames;
	world.i = world.queued = 0;
	return 0;
}

/* In turns, as they would be in the queue, 16 of them. */
ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	uint8_t *mac = bytes;

	(void)fd, (void)flags;
	assert_int_equal(size, MAC_LEN);
	for (unsigned int tries = 0; tries < ARRAY_SIZE(world.traffic); tries++) {
		unsigned int i = world.i++ % ARRAY_SIZE(world.traffic);
		unsigned int turn = (world.i - 1) / ARRAY_SIZE(world.traffic);

		if (world.traffic[i].frames <= turn || world.queued == 16)
			continue;
		world.queued++;
		memcpy(mac, (uint8_t[]) { 2, 0, 0, 0, 0, world.traffic[i].mac },
		       MAC_LEN);
		return MAC_LEN;
	}
	errno = EAGAIN;
	return -1;
}

/* What the kernel filters by, and what the bridge has learned. */
int rtnl_list_fdb(struct rtnl *rtnl, int bridge,
		  void (*handle)(const struct fdb_info *info, void *userdata),
		  void *userdata)
{
	const struct fdb_info list[] = {
		{ .port = PORT, .local = true, .mac = { 2, 0, 0, 0, 0, CONTAINER } },
		{ .bridge = BRIDGE, .port = VM, .mac = { 2, 0, 0, 0, 0, MACHINE } },
		{ .bridge = BRIDGE, .port = BOND, .mac = { 2, 0, 0, 0, 0, NEIGHBOR } },
	};

	(void)rtnl;
	assert_int_equal(bridge, 0);
	world.dumps++;
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		handle(&list[i], userdata);
	return world.dump_error;
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
		  int master)
{
	assert_int_equal(topology_link_changed(agent->topology,
		&(struct stack_info) { .ifindex = ifindex, .kind = kind,
			.master = master, .mac = { 2, 0, 0, 0, 0, ifindex },
			.mtu = 1500, .up = true }), 1);
}

static void pass(struct fixture *f, unsigned int seconds)
{
	while (seconds--) {
		world.now += USEC_PER_SEC;
		/* after the latest moment that its accuracy allows */
		world.now += 100 * USEC_PER_MSEC;
		assert_true(sd_event_run(f->agent.event, 0) > 0);
	}
}

static int setup(void **state)
{
	static struct fixture f;
	struct agent *agent = &f.agent;
	const struct link_info links[] = {
		{ .ifindex = BOND, .name = "bond0", .is_bond = true, .up = true },
		{ .ifindex = PORT, .name = "eth0", .is_port = true, .up = true,
		  .carrier = true, .master = BOND },
	};

	memset(&f, 0, sizeof(f));
	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	bonds_init(&agent->bonds, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_int_equal(bonds_link_changed(&agent->bonds, &links[i]), 1);
	f.port = bonds_find_port(&agent->bonds, PORT);
	if (sd_event_new(&agent->event) < 0 ||
	    topology_new(&agent->topology) < 0 ||
	    flood_new(&agent->flood, agent) < 0)
		return -1;
	stack(agent, BOND, LINK_BOND, BRIDGE);
	stack(agent, BRIDGE, LINK_BRIDGE, 0);
	stack(agent, VM, LINK_OTHER, BRIDGE);
	flood_port_added(agent->flood, f.port);
	pass(&f, 1);				/* the first window begins */
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct agent *agent = &((struct fixture *)*state)->agent;

	assert_null(flood_free(agent->flood));
	topology_free(agent->topology);
	bonds_clear(&agent->bonds);
	sd_event_unref(agent->event);
	return 0;
}

static void flood(uint8_t mac, unsigned int frames_per_sec)
{
	size_t i = 0;

	while (world.traffic[i].frames && world.traffic[i].mac != mac)
		i++;
	world.traffic[i].mac = mac;
	world.traffic[i].frames = frames_per_sec;
}

/* The seconds of this test are 1.1 of the clock. */
#define TOLD(frames) ((frames) * 10 / 11)

static void test_filter(void **state)
{
	(void)state;
	assert_int_equal(world.opened, 1);
	assert_int_equal(world.bound, PORT);
	/* only what is for others, and of that only the destination */
	assert_int_equal(world.program.len, 4);
	assert_int_equal(world.program.filter[0].k,
			 (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE));
	assert_int_equal(world.program.filter[1].k, PACKET_OTHERHOST);
	assert_int_equal(world.program.filter[1].jf, 1);
	assert_int_equal(world.program.filter[2].k, MAC_LEN);
	assert_int_equal(world.program.filter[3].k, 0);
}

static void test_raise_and_clear(void **state)
{
	struct fixture *f = *state;
	const uint32_t *told = &f->port->paths.flood_per_sec;

	flood(STRANGER, 500);
	pass(f, 3 * WINDOW - 1);
	assert_int_equal(*told, 0);		/* twice may be a change of topology */
	pass(f, 1);
	assert_in_range(*told, TOLD(500) - 1, TOLD(500) + 1);
	assert_int_equal(f->port->paths.flood_mac[5], STRANGER);
	assert_int_equal(world.dirty, 1);
	flood(STRANGER, 600);			/* about as many: no news */
	pass(f, WINDOW);
	assert_int_equal(world.dirty, 1);
	flood(STRANGER, 1200);
	pass(f, WINDOW);
	assert_in_range(*told, TOLD(1200) - 1, TOLD(1200) + 1);
	flood(STRANGER, 7);			/* less than the limit, not than half */
	pass(f, WINDOW);
	assert_in_range(*told, TOLD(7) - 1, TOLD(7) + 1);
	flood(STRANGER, 4);
	pass(f, WINDOW);
	assert_int_equal(*told, 0);
	assert_int_equal(world.dirty, 4);
	flood(STRANGER, 500);			/* three windows again */
	pass(f, 3 * WINDOW - 1);
	assert_int_equal(*told, 0);
	pass(f, 1);
	assert_true(*told > 0);
}

/* Nine a second are what is normal, and nothing of the kernel is asked. */
static void test_few(void **state)
{
	struct fixture *f = *state;

	flood(STRANGER, 9);
	pass(f, 10 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	assert_int_equal(world.dumps, 0);
}

static void test_pause(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++) {
		flood(STRANGER, 500);
		pass(f, 2 * WINDOW);
		flood(STRANGER, 0);
		pass(f, WINDOW);
	}
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	assert_int_equal(world.dirty, 0);
}

/* A bridge makes the card promiscuous: most of it is for its machines. */
static void test_own(void **state)
{
	struct fixture *f = *state;

	flood(MACHINE, 5000);
	flood(CONTAINER, 5000);
	flood(BOND, 5000);			/* a link's own */
	pass(f, 5 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	assert_true(world.dumps > 0);
	flood(STRANGER, 5000);			/* a quarter of the sample */
	pass(f, 3 * WINDOW);
	assert_in_range(f->port->paths.flood_per_sec, TOLD(4500), TOLD(5500));
	assert_int_equal(f->port->paths.flood_mac[5], STRANGER);
}

/* Open vSwitch keeps to itself who is behind it. */
static void test_other_switch(void **state)
{
	struct fixture *f = *state;
	struct topology *topology = f->agent.topology;

	stack(&f->agent, 40, LINK_SWITCH, 0);
	assert_int_equal(topology_link_removed(topology, BOND), 1);
	stack(&f->agent, BOND, LINK_BOND, 40);
	flood(STRANGER, 500);
	pass(f, 4 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	assert_int_equal(topology_link_removed(topology, 40), 1);
	pass(f, 3 * WINDOW);
	assert_true(f->port->paths.flood_per_sec > 0);
}

/* Learned behind the leg to the bond: a host of the network, not ours. */
static void test_learned_outside(void **state)
{
	struct fixture *f = *state;

	flood(NEIGHBOR, 50);
	pass(f, 3 * WINDOW);
	assert_int_equal(f->port->paths.flood_mac[5], NEIGHBOR);
	assert_true(f->port->paths.flood_per_sec > 0);
}

/* An answer of netlink with gaps proves nothing, in either direction. */
static void test_gaps(void **state)
{
	struct fixture *f = *state;

	world.dump_error = -EINTR;
	flood(STRANGER, 500);
	pass(f, 6 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	world.dump_error = 0;
	pass(f, 3 * WINDOW);
	assert_true(f->port->paths.flood_per_sec > 0);
	world.dump_error = -EINTR;
	pass(f, 2 * WINDOW);
	assert_true(f->port->paths.flood_per_sec > 0);
}

static void test_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct flood *flood_of = f->agent.flood;

	flood_port_added(flood_of, f->port);	/* renamed */
	assert_int_equal(world.opened, 1);
	flood_port_removed(flood_of, f->port);
	flood_port_removed(flood_of, f->port);
	flood(STRANGER, 500);
	pass(f, 4 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	world.bind_error = ENODEV;
	flood_port_added(flood_of, f->port);
	pass(f, 4 * WINDOW);
	assert_int_equal(f->port->paths.flood_per_sec, 0);
	world.bind_error = 0;			/* tried again with each window */
	pass(f, 4 * WINDOW);
	assert_true(f->port->paths.flood_per_sec > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_filter),
		TEST(test_raise_and_clear),
		TEST(test_few),
		TEST(test_pause),
		TEST(test_own),
		TEST(test_learned_outside),
		TEST(test_other_switch),
		TEST(test_gaps),
		TEST(test_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
