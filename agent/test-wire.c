// SPDX-License-Identifier: GPL-2.0
/* wire.c with a bond whose driver forgets a port when a test wants it to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "test-clock.h"
#include "util.h"
#include "wire.h"

#define BOND 10
#define VLAN 11
#define BRIDGED 12
#define BRIDGE 20

static struct world {
	uint64_t now;
	unsigned int sent, dirty, taps;
	int sent_on, send_error;
	uint32_t mark, tap_mark;
	bool swallowed[3];		/* frames on eth0, eth1; on all */
	int heard[4];			/* ifindexes */
	unsigned int i;
	struct keepalive_path paths[4];
	size_t path_count;
	bool unresolved;
	bool every_third;		/* is on both ports, the others are not */
	uint8_t bytes[128];
} world;

DEFINE_TEST_CLOCK(world.now)

int socket(int domain, int type, int protocol)
{
	assert_int_equal(domain, AF_PACKET);
	assert_int_equal(protocol, 0);
	world.taps += (type & 0xf) == SOCK_DGRAM;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	const struct sock_fprog *program = value;

	(void)fd, (void)size;
	if (level == SOL_SOCKET && name == SO_MARK)
		world.mark = *(const uint32_t *)value;
	if (level == SOL_SOCKET && name == SO_ATTACH_FILTER) {
		assert_int_equal(program->filter[0].k,
				 (__u32)(SKF_AD_OFF + SKF_AD_MARK));
		assert_int_equal(program->filter[3].k, PACKET_OUTGOING);
		world.tap_mark = program->filter[1].k;
	}
	assert_false(level == SOL_PACKET && name == PACKET_IGNORE_OUTGOING);
	return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd, (void)size;
	/* every link: a frame leaves on several */
	assert_int_equal(((const struct sockaddr_ll *)address)->sll_ifindex, 0);
	return 0;
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags,
	       const struct sockaddr *address, socklen_t size)
{
	const struct sockaddr_ll *to = (const struct sockaddr_ll *)address;

	(void)fd, (void)flags, (void)size;
	if (world.send_error) {
		errno = world.send_error;
		return -1;
	}
	assert_int_equal(world.mark, world.tap_mark);
	assert_int_not_equal(world.mark, 0);
	assert_in_range(length, 42, sizeof(world.bytes));
	memcpy(world.bytes, bytes, length);
	if (world.every_third)
		world.swallowed[0] = world.sent % 3 != 2;
	world.sent++;
	world.sent_on = to->sll_ifindex;
	world.i = 0;
	memset(world.heard, 0, sizeof(world.heard));
	if (!world.swallowed[2])
		world.heard[world.i++] = BOND;
	for (int port = 0; port < 2; port++)
		if (!world.swallowed[port] && !world.swallowed[2])
			world.heard[world.i++] = 1 + port;
	world.i = 0;
	return length;
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags,
		 struct sockaddr *address, socklen_t *length)
{
	struct sockaddr_ll *from = (struct sockaddr_ll *)address;

	(void)fd, (void)bytes, (void)size, (void)flags, (void)length;
	if (world.i == ARRAY_SIZE(world.heard) || !world.heard[world.i]) {
		errno = EAGAIN;
		return -1;
	}
	from->sll_ifindex = world.heard[world.i++];
	return 1;
}

const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i)
{
	(void)keepalive;
	assert_int_equal(bond, BOND);
	return *i < world.path_count ? &world.paths[(*i)++] : NULL;
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
	return world.unresolved ? -EHOSTUNREACH : 0;
}

int rtnl_resolve(struct rtnl *rtnl, int ifindex, const struct address *address)
{
	(void)rtnl, (void)ifindex, (void)address;
	return 0;
}

/* What neighbor.c needs, though nothing is switched here. */
int rtnl_set_broadcast_neighbor(struct rtnl *rtnl, int ifindex, bool on)
{
	(void)rtnl, (void)ifindex, (void)on;
	return -EOPNOTSUPP;
}

int rtnl_get_link(struct rtnl *rtnl, int ifindex, struct link_info *info)
{
	(void)rtnl, (void)ifindex, (void)info;
	return -EOPNOTSUPP;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.dirty++;
}

struct fixture {
	struct agent agent;
	struct bond *bond;
};

static void set_bond(struct fixture *f, bool on)
{
	const struct link_info link = {
		.ifindex = BOND, .name = "bond0", .is_bond = true, .up = true,
		.bond = { .mode = BOND_MODE_8023AD, .has_ad_info = true,
			  .aggregator = 1, .has_broadcast_neighbor = true,
			  .broadcast_neighbor = on },
	};

	assert_int_equal(bonds_link_changed(&f->agent.bonds, &link), 1);
}

static void set_port(struct fixture *f, int ifindex, bool usable)
{
	struct link_info link = {
		.ifindex = ifindex, .is_port = true, .up = true,
		.carrier = true, .master = BOND,
		.port = { .mii_up = true, .active = true, .has_ad = true,
			  .aggregator = 1, .actor_state = usable ? 0x3f : 0x07 },
	};

	snprintf(link.name, sizeof(link.name), "eth%d", ifindex - 1);
	assert_int_equal(bonds_link_changed(&f->agent.bonds, &link), 1);
}

static void stack(struct agent *agent, int ifindex, enum link_kind kind,
		  int lower, int master)
{
	struct stack_info info = {
		.ifindex = ifindex, .kind = kind, .lower = lower,
		.master = master, .tag = { 0x8100, ifindex },
		.mac = { 2, 0, 0, 0, 0, ifindex }, .mtu = 1500, .up = true,
	};

	snprintf(info.name, sizeof(info.name), "link%d", ifindex);
	assert_int_equal(topology_link_changed(agent->topology, &info), 1);
}

static void add_path(int interface)
{
	struct keepalive_path *path = &world.paths[world.path_count++];

	path->bond = BOND;
	path->interface = interface;
	path->peer.family = AF_INET;
	inet_pton(AF_INET, "192.0.2.1", &path->peer.in);
}

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	bonds_init(&f.agent.bonds, NULL, NULL);
	set_bond(&f, true);
	set_port(&f, 1, true);
	set_port(&f, 2, true);
	f.bond = bonds_find(&f.agent.bonds, BOND);
	if (sd_event_new(&f.agent.event) < 0 ||
	    topology_new(&f.agent.topology) < 0 ||
	    wire_new(&f.agent.wire, &f.agent) < 0)
		return -1;
	stack(&f.agent, BOND, LINK_BOND, 0, 0);
	stack(&f.agent, VLAN, LINK_VLAN, BOND, 0);
	stack(&f.agent, BRIDGED, LINK_VLAN, BOND, BRIDGE);
	stack(&f.agent, BRIDGE, LINK_BRIDGE, 0, 0);
	add_path(BOND);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct agent *agent = &((struct fixture *)*state)->agent;

	assert_null(wire_free(agent->wire));
	topology_free(agent->topology);
	bonds_clear(&agent->bonds);
	sd_event_unref(agent->event);
	return 0;
}

/* Until the timer has come so often: it does once a second, or sooner. */
static void pass(struct fixture *f, unsigned int seconds)
{
	uint64_t until = world.now + seconds * USEC_PER_SEC;

	while (world.now < until) {
		world.now += 150 * USEC_PER_MSEC;
		assert_true(sd_event_run(f->agent.event, 0) >= 0);
	}
}

static void test_sound(void **state)
{
	struct fixture *f = *state;

	pass(f, 10);
	assert_in_range(world.sent, 1, 2);	/* then a long pause */
	assert_int_equal(world.sent_on, BOND);
	assert_memory_equal(world.bytes + 12, "\x08\x06", 2);
	assert_false(f->bond->wire.off);
	assert_int_equal(world.dirty, 0);
	world.sent = 0;
	pass(f, 580);
	assert_int_equal(world.sent, 0);
	pass(f, 30);
	assert_in_range(world.sent, 1, 2);
}

static void test_missing(void **state)
{
	struct fixture *f = *state;

	world.swallowed[1] = true;
	while (world.sent < 3) {
		assert_false(f->bond->wire.off);
		pass(f, 1);
	}
	pass(f, 3);
	assert_int_equal(world.sent, 3);
	assert_true(f->bond->wire.off);
	assert_string_equal(f->bond->wire.port, "eth1");
	assert_string_equal(f->bond->wire.link, "link10");
	assert_false(f->bond->wire.tagged);
	assert_int_equal(world.dirty, 1);
	pass(f, 65);				/* asked again, nothing new */
	assert_int_equal(world.sent, 4);
	assert_int_equal(world.dirty, 1);
	world.swallowed[1] = false;
	pass(f, 65);				/* one clears it */
	assert_false(f->bond->wire.off);
	assert_int_equal(world.dirty, 2);
}

static void test_one_loss(void **state)
{
	struct fixture *f = *state;

	world.every_third = true;
	pass(f, 3600);
	assert_true(world.sent > 9);
	assert_false(f->bond->wire.off);
}

/* A filter above all ports, or one that changes marks: it proves nothing. */
static void test_nowhere(void **state)
{
	struct fixture *f = *state;

	world.swallowed[2] = true;
	pass(f, 1300);
	assert_in_range(world.sent, 3, 6);
	assert_false(f->bond->wire.off);
	assert_int_equal(world.dirty, 0);
}

static void test_when(void **state)
{
	struct fixture *f = *state;

	set_bond(f, false);			/* the option is off */
	pass(f, 20);
	assert_int_equal(world.taps, 0);
	set_bond(f, true);
	set_port(f, 2, false);			/* one usable port */
	pass(f, 20);
	assert_int_equal(world.taps, 0);
	world.unresolved = true;		/* nobody to ask */
	set_port(f, 2, true);
	pass(f, 20);
	assert_int_equal(world.taps, 0);
	world.unresolved = false;
	pass(f, 20);
	assert_in_range(world.taps, 1, 2);
	world.swallowed[0] = true;		/* known only when looked at, ... */
	pass(f, 20);
	assert_false(f->bond->wire.off);
	set_port(f, 2, false);			/* ... as when a port returns */
	pass(f, 2);
	set_port(f, 2, true);
	pass(f, 10);
	assert_true(f->bond->wire.off);
	set_port(f, 1, false);			/* nothing to be missing on */
	pass(f, 2);
	assert_false(f->bond->wire.off);
}

/* Mainline's option knows no tags: each kind of interface has its turn. */
static void test_interfaces(void **state)
{
	struct fixture *f = *state;
	bool seen[32] = {};

	world.path_count = 0;
	add_path(BRIDGE);			/* would reach its machines */
	add_path(VLAN);
	add_path(BOND);
	for (int i = 0; i < 20; i++) {
		pass(f, 1);
		seen[world.sent_on] = true;
	}
	assert_true(seen[BOND]);
	assert_true(seen[VLAN]);
	assert_false(seen[BRIDGE]);
	assert_in_range(world.sent, 2, 4);
	while (world.sent_on == VLAN)
		pass(f, 1);
	world.swallowed[0] = true;
	set_port(f, 2, false);
	pass(f, 2);
	set_port(f, 2, true);
	world.path_count = 2;			/* only in the VLAN */
	pass(f, 10);
	assert_true(f->bond->wire.off);
	assert_true(f->bond->wire.tagged);
	assert_string_equal(f->bond->wire.link, "link11");
}

static void test_no_send(void **state)
{
	struct fixture *f = *state;

	world.send_error = ENETDOWN;
	pass(f, 60);
	assert_in_range(world.taps, 2, 8);
	assert_false(f->bond->wire.off);
	world.send_error = 0;
	pass(f, 20);
	assert_in_range(world.sent, 1, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sound),
		TEST(test_missing),
		TEST(test_one_loss),
		TEST(test_nowhere),
		TEST(test_when),
		TEST(test_interfaces),
		TEST(test_no_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
