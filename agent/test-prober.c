// SPDX-License-Identifier: GPL-2.0
/* prober.c and listen.c with the schedule and the model; the wire and the clock are ours. */
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
#include "frame.h"
#include "listen.h"
#include "log.h"
#include "port-socket.h"
#include "prober.h"
#include "test-clock.h"
#include "util.h"

#define BOND 10
#define PORT 1

struct fixture {
	struct agent agent;
	struct config config;
	struct bond_policy policy;
	struct address peer;
};

/* The world around it */
static struct world {
	uint64_t now;
	uint8_t mac[MAC_LEN];		/* of peers_mac() */
	int mac_error;
	int source_error;		/* of peers_source() */
	int send_error, open_error;
	unsigned int sent, opened, resolves, dirty;
	struct frame_echo echo;		/* last one sent */
	port_socket_handler hear;
	void *userdata;
	char logged[512];
} world;

void log_print(int priority, const char *format, ...)
{
	va_list args;

	if (priority >= LOG_DEBUG)
		return;
	va_start(args, format);
	vsnprintf(world.logged, sizeof(world.logged), format, args);
	va_end(args);
}

DEFINE_TEST_CLOCK(world.now)

int port_socket_open(struct port_socket **socket, struct sd_event *event,
		     struct port *port, port_socket_handler handler,
		     void *userdata)
{
	(void)event, (void)port;
	if (world.open_error)
		return world.open_error;
	world.opened++;
	world.hear = handler;
	world.userdata = userdata;
	*socket = (struct port_socket *)&world;
	return 0;
}

struct port_socket *port_socket_free(struct port_socket *socket)
{
	(void)socket;
	return NULL;
}

/* One frame at a time, as if the queue of the port had room for no more. */
int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	struct frame_tags tags;
	uint8_t bytes[FRAME_MAX];
	int length;

	(void)socket;
	assert_int_not_equal(count, 0);
	if (world.send_error)
		return world.send_error;
	memcpy(bytes, frames[0].iov_base, frames[0].iov_len);
	length = frame_strip_tags(bytes, frames[0].iov_len, &tags);
	assert_int_equal(tags.count, 0);
	assert_int_equal(frame_parse_echo(bytes, length, &world.echo), 0);
	world.sent++;
	return 1;
}

int peers_source(const struct peers *peers, int ifindex,
		 const struct address *peer, struct address *source)
{
	(void)peers, (void)ifindex, (void)peer;
	source->family = AF_INET;
	inet_pton(AF_INET, "192.0.2.10", &source->in);
	return world.source_error;
}

int peers_own_address(const struct peers *peers, int ifindex, int family,
		      struct address *source)
{
	(void)peers, (void)ifindex;
	source->family = family;
	return inet_pton(family, "203.0.113.10", &source->in) == 1 ? 0 : -EINVAL;
}

int peers_mac(const struct peers *peers, int ifindex,
	      const struct address *peer, uint8_t mac[MAC_LEN])
{
	(void)peers, (void)ifindex, (void)peer;
	memcpy(mac, world.mac, MAC_LEN);
	return world.mac_error;
}

int rtnl_resolve(struct rtnl *rtnl, int ifindex, const struct address *address)
{
	(void)rtnl, (void)ifindex, (void)address;
	world.resolves++;
	return 0;
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	(void)agent, (void)bond;
	world.dirty++;
}

void agent_refresh_soon(struct agent *agent)
{
	(void)agent;
}

static void on_port_added(struct port *port, void *userdata)
{
	struct agent *agent = userdata;

	listen_port_added(agent, port);
	prober_port_added(agent->prober, port);
}

static void on_port_changed(struct port *port, void *userdata)
{
	prober_port_changed(((struct agent *)userdata)->prober, port);
}

static void on_port_removed(struct port *port, void *userdata)
{
	prober_port_removed(((struct agent *)userdata)->prober, port);
	listen_port_removed(port);
}

static const struct bond_ops ops = {
	.port_added = on_port_added,
	.port_changed = on_port_changed,
	.port_removed = on_port_removed,
};

static void on_target_removed(const struct target *target, void *userdata)
{
	prober_target_removed(((struct agent *)userdata)->prober, target);
}

static void on_target_wanted(const struct target *target, void *userdata)
{
	prober_target_wanted(((struct agent *)userdata)->prober, target);
}

/* The first @count addresses from 192.0.2.1 on are wanted. */
static void set_targets(struct fixture *f, unsigned int sources,
			unsigned int count)
{
	struct agent *agent = &f->agent;
	struct target target = {
		.bond = BOND,
		.keepalive = {
			.interface = BOND, .peer = f->peer,
			.sources = sources,
		},
	};

	targets_begin(agent->targets);
	while (count--) {
		assert_int_equal(targets_want(agent->targets, &target), 0);
		target.keepalive.peer.in.s_addr += htonl(1);
	}
	targets_end(agent->targets, on_target_removed, on_target_wanted, agent);
	prober_targets_changed(agent->prober);
}

static int setup(void **state)
{
	static struct fixture f;
	struct agent *agent = &f.agent;

	memset(&f, 0, sizeof(f));
	memset(&world, 0, sizeof(world));
	memset(world.mac, 2, MAC_LEN);
	world.now = 1000 * USEC_PER_SEC;
	f.peer.family = AF_INET;
	inet_pton(AF_INET, "192.0.2.1", &f.peer.in);
	f.policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	f.policy.peers = &f.peer;
	f.policy.peer_count = 1;
	f.config.policies = &f.policy;
	agent->config = &f.config;
	bonds_init(&agent->bonds, &ops, agent);
	if (sd_event_new(&agent->event) < 0 ||
	    topology_new(&agent->topology) < 0 ||
	    targets_new(&agent->targets) < 0 ||
	    keepalive_new(&agent->keepalive, 60 * USEC_PER_SEC, 42) < 0 ||
	    prober_new(&agent->prober, agent) < 0)
		return -1;
	assert_int_equal(topology_link_changed(agent->topology,
		&(struct stack_info) { .ifindex = BOND, .kind = LINK_BOND,
				       .mac = { 2, 0, 0, 0, 0, 10 },
				       .mtu = 1500, .up = true }), 1);
	set_targets(&f, PEER_BIT(PEER_STATIC), 1);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct agent *agent = &((struct fixture *)*state)->agent;

	bonds_clear(&agent->bonds);
	prober_free(agent->prober);
	keepalive_free(agent->keepalive);
	targets_free(agent->targets);
	topology_free(agent->topology);
	sd_event_unref(agent->event);
	return 0;
}

static void add_bond(struct fixture *f, uint8_t mode)
{
	struct link_info bond = {
		.ifindex = BOND, .name = "bond0", .is_bond = true, .up = true,
		.carrier = true, .mac = { 2, 0, 0, 0, 0, 10 },
		.bond = { .mode = mode, .has_ad_info = true, .aggregator = 1 },
	};
	struct link_info port = {
		.ifindex = PORT, .name = "eth0", .is_port = true, .up = true,
		.carrier = true, .master = BOND,
		.port = { .mii_up = true, .active = true, .has_ad = true,
			  .aggregator = 1, .actor_state = 0x3f },
	};

	assert_true(bonds_link_changed(&f->agent.bonds, &bond) > 0);
	assert_true(bonds_link_changed(&f->agent.bonds, &port) > 0);
}

/* Sleep until the next probe is due, and let the prober's timer do it. */
static const struct keepalive_path *next_probe(struct fixture *f)
{
	uint64_t next = keepalive_next_usec(f->agent.keepalive);
	size_t i = 0;

	assert_true(next != UINT64_MAX);
	if (next < world.now + USEC_PER_SEC / 25)
		next = world.now + USEC_PER_SEC / 25;	/* wakeups are apart */
	world.now = next;
	assert_true(sd_event_run(f->agent.event, 0) > 0);
	return keepalive_path(f->agent.keepalive, BOND, &i);
}

static void answer(struct fixture *f)
{
	struct frame_echo echo = world.echo;
	uint8_t bytes[FRAME_MAX];
	int length;

	echo.reply = true;
	echo.source = world.echo.destination;
	echo.destination = world.echo.source;
	memcpy(echo.destination_mac, world.echo.source_mac, MAC_LEN);
	memcpy(echo.source_mac, world.echo.destination_mac, MAC_LEN);
	length = frame_build_echo(&echo, bytes, sizeof(bytes));
	assert_true(length > 0);
	world.hear(bonds_find_port(&f->agent.bonds, PORT), bytes, length,
		   world.userdata);
}

/* Dirty when it comes alive and when it dies, not in between. */
static void test_answered_then_unresolved(void **state)
{
	struct fixture *f = *state;
	const struct keepalive_path *path;

	add_bond(f, BOND_MODE_8023AD);
	path = next_probe(f);
	assert_int_equal(world.sent, 1);
	world.dirty = 0;
	answer(f);
	assert_true(keepalive_is_alive(path));
	assert_int_equal(world.dirty, 1);
	next_probe(f);
	answer(f);
	assert_int_equal(world.dirty, 1);
	assert_int_equal(world.resolves, 0);

	world.mac_error = -EHOSTUNREACH;
	for (int i = 0; i < KEEPALIVE_MISSES; i++) {
		next_probe(f);
		assert_true(keepalive_is_alive(path));
	}
	assert_int_equal(world.resolves, KEEPALIVE_MISSES);
	assert_int_equal(world.dirty, 1);
	next_probe(f);
	assert_false(keepalive_is_alive(path));
	assert_int_equal(world.dirty, 2);
	assert_int_equal(world.sent, 2);

	/* back: not at the next attempt, but at once */
	world.mac_error = 0;
	world.now += USEC_PER_SEC / 10;
	prober_peer_resolved(f->agent.prober, BOND, &f->peer);
	assert_true(keepalive_next_usec(f->agent.keepalive) <= world.now);
	next_probe(f);
	answer(f);
	assert_true(keepalive_is_alive(path));
	assert_int_equal(world.dirty, 3);
	next_probe(f);
	answer(f);
	assert_int_equal(world.dirty, 3);
}

/* The other modes own the MAC on each port themselves. */
static void test_modes(void **state)
{
	struct fixture *f = *state;

	for (uint8_t mode = 0; mode <= 6; mode++) {
		bool wanted = mode == BOND_MODE_8023AD ||
			      mode == BOND_MODE_ACTIVE_BACKUP;

		world.logged[0] = '\0';
		add_bond(f, mode);
		if ((keepalive_next_usec(f->agent.keepalive) != UINT64_MAX) != wanted)
			fail_msg("mode %u", mode);
		assert_int_equal(!strstr(world.logged, "only 802.3ad"), wanted);
		bonds_clear(&f->agent.bonds);
	}
}

/* Without memory at first: the next refresh opens it, and it is said once. */
static void test_socket_retry(void **state)
{
	struct fixture *f = *state;

	world.open_error = -ENODEV;
	add_bond(f, BOND_MODE_8023AD);
	assert_string_equal(world.logged, "");
	world.open_error = -ENOMEM;
	listen_retry(&f->agent);
	assert_non_null(strstr(world.logged, "no packet socket on eth0"));
	world.logged[0] = '\0';
	listen_retry(&f->agent);
	assert_string_equal(world.logged, "");
	next_probe(f);
	assert_int_equal(world.sent, 0);

	world.open_error = 0;
	listen_retry(&f->agent);
	listen_retry(&f->agent);
	assert_int_equal(world.opened, 1);
	next_probe(f);
	assert_int_equal(world.sent, 1);
}

/* A port that cannot send is not the peer's fault, and said with its name. */
static void test_obstacles(void **state)
{
	struct fixture *f = *state;

	add_bond(f, BOND_MODE_8023AD);
	world.send_error = -ENOBUFS;
	for (int i = 0; i < 3; i++)		/* it may pass in a moment */
		next_probe(f);
	assert_string_equal(world.logged, "");
	next_probe(f);
	assert_non_null(strstr(world.logged, "192.0.2.1 cannot be probed on eth0: "));
	world.logged[0] = '\0';
	world.mac_error = -EHOSTUNREACH;
	for (int i = 0; i < 4; i++)
		next_probe(f);
	assert_non_null(strstr(world.logged, "cannot be probed: nobody answers"));
}

/* Until it is reported: it may pass in a moment. */
static const char *reported(struct fixture *f)
{
	f->config.keepalive_interval_usec = 60 * USEC_PER_SEC;
	prober_config_changed(f->agent.prober);
	world.logged[0] = '\0';
	world.sent = 0;
	for (int i = 0; i < 5; i++)
		next_probe(f);
	assert_int_equal(world.sent, 0);
	return world.logged;
}

/* What is wrong with a peer is said in words of its own. */
static void test_words(void **state)
{
	static const struct {
		int error;
		const char *words;
	} cases[] = {
		{ -EADDRNOTAVAIL, "no usable address of that family" },
		{ -ENETUNREACH, "on none of the bond's networks" },
		{ -EADDRINUSE, "it is an address of this host" },
		{ -EINVAL, "a broadcast address" },
		{ -ENETDOWN, "switched off" },
		{ -EMLINK, "has ports to several bonds" },
		{ -EOPNOTSUPP, "filters VLANs" },
		{ -E2BIG, "more than two VLAN tags" },
	};
	struct fixture *f = *state;

	add_bond(f, BOND_MODE_8023AD);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		world.source_error = cases[i].error;
		if (!strstr(reported(f), cases[i].words))
			fail_msg("%s: %s", cases[i].words, world.logged);
	}
}

/* No frame leaves that is addressed to a group, to nobody or to ourselves. */
static void test_macs(void **state)
{
	static const uint8_t macs[][MAC_LEN] = {
		{ 1, 0, 0x5e, 0, 0, 1 }, {}, { 2, 0, 0, 0, 0, 10 },
	};
	struct fixture *f = *state;

	add_bond(f, BOND_MODE_8023AD);
	for (size_t i = 0; i < ARRAY_SIZE(macs); i++) {
		memcpy(world.mac, macs[i], MAC_LEN);
		if (!strstr(reported(f), "its MAC address is that of a group"))
			fail_msg("%zu: %s", i, world.logged);
	}
}

/* Of those that were merely found, nobody wants to know. */
static void test_silent_obstacles(void **state)
{
	struct fixture *f = *state;

	set_targets(f, PEER_BIT(PEER_NEIGHBOR), 1);
	add_bond(f, BOND_MODE_8023AD);
	world.mac_error = -EHOSTUNREACH;
	for (int i = 0; i < 6; i++)
		next_probe(f);
	assert_string_equal(world.logged, "");
}

/* A found peer is on the link even if no prefix holds it, a named one is not. */
static void test_off_link(void **state)
{
	static const struct {
		unsigned int sources;
		int error;
		bool sent;
	} cases[] = {
		{ PEER_BIT(PEER_STATIC), -ENETUNREACH, false },
		{ PEER_BIT(PEER_GATEWAY), -ENETUNREACH, true },
		{ PEER_BIT(PEER_NEIGHBOR), -ENETUNREACH, true },
		{ PEER_BIT(PEER_GATEWAY), -EADDRINUSE, false },
		{ PEER_BIT(PEER_GATEWAY), -EADDRNOTAVAIL, false },
		{ PEER_BIT(PEER_NEIGHBOR), -EINVAL, false },
	};
	struct fixture *f = *state;

	add_bond(f, BOND_MODE_8023AD);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set_targets(f, 0, 0);
		world.sent = 0;
		world.source_error = cases[i].error;
		set_targets(f, cases[i].sources, 1);
		next_probe(f);
		if (world.sent != cases[i].sent)
			fail_msg("case %zu", i);
	}
}

/* LACP may have taken the port out, and nobody has told the schedule yet. */
static void test_not_usable(void **state)
{
	struct fixture *f = *state;

	add_bond(f, BOND_MODE_8023AD);
	bonds_find_port(&f->agent.bonds, PORT)->attrs.actor_state = 0x0f;
	next_probe(f);
	assert_int_equal(world.sent, 0);
}

/* What does not fit into one system call leaves with the next. */
static void test_batch(void **state)
{
	struct fixture *f = *state;

	f->config.keepalive_interval_usec = USEC_PER_SEC;
	f->config.packets_per_sec = 10000;
	prober_config_changed(f->agent.prober);
	set_targets(f, PEER_BIT(PEER_STATIC), 1000);
	add_bond(f, BOND_MODE_8023AD);
	world.now += USEC_PER_SEC;
	while (world.sent < 1000) {
		unsigned int before = world.sent;

		next_probe(f);
		assert_in_range(world.sent - before, 1, 250);
	}
	assert_int_equal(bonds_find_port(&f->agent.bonds, PORT)->keepalives.sent,
			 world.sent);
}

/* What the rate limit does to the interval is told when switches would forget. */
static void test_rate(void **state)
{
	struct fixture *f = *state;

	f->config.keepalive_interval_usec = 60 * USEC_PER_SEC;
	f->config.packets_per_sec = 1;
	prober_config_changed(f->agent.prober);
	set_targets(f, PEER_BIT(PEER_STATIC), 240);
	add_bond(f, BOND_MODE_8023AD);
	prober_targets_changed(f->agent.prober);
	assert_string_equal(world.logged, "");
	set_targets(f, PEER_BIT(PEER_STATIC), 241);
	prober_targets_changed(f->agent.prober);
	assert_string_equal(world.logged,
		"PacketsPerSec=1 is too little for so many peers: each is probed every 241 s, and switches forget after 300 s");
	world.logged[0] = '\0';
	prober_targets_changed(f->agent.prober);
	assert_string_equal(world.logged, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answered_then_unresolved),
		TEST(test_modes),
		TEST(test_socket_retry),
		TEST(test_obstacles),
		TEST(test_words),
		TEST(test_macs),
		TEST(test_silent_obstacles),
		TEST(test_off_link),
		TEST(test_not_usable),
		TEST(test_batch),
		TEST(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
