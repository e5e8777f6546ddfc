// SPDX-License-Identifier: GPL-2.0
/* Who becomes a peer, on which interface, why, and who does not. */
#include "test-clock.h"
#include "test-stack.h"

#include "discover.h"
#include "ipvs.h"
#include "prober.h"
#include "senders.h"

static struct world {
	uint64_t now;
	const char *gateway;		/* on the bond */
	int gateway_error, ipvs_error, fdb_error;
	const char *server;
	uint8_t sender, foreign;	/* last byte of MACs; foreign: behind vm0 */
	unsigned int asked_gateways, asked_servers, ends;
	unsigned int watched;		/* bit i = ifindex i */
	bool known;			/* the sender is an acquaintance */
} world;

static struct bond_policy policy;
static struct address list[4];
static struct prefix prefixes[1];

DEFINE_TEST_CLOCK(world.now)

const struct bond_policy *config_bond(const struct config *config,
				      const char *name)
{
	(void)config;
	assert_string_equal(name, "bond0");
	return &policy;
}

int rtnl_list_gateways(struct rtnl *rtnl,
		       void (*handle)(const struct gateway_info *info,
				      void *userdata), void *userdata)
{
	(void)rtnl;
	world.asked_gateways++;
	if (world.gateway) {
		handle(&(struct gateway_info) { BOND, address(world.gateway) },
		       userdata);
		handle(&(struct gateway_info) { LAN, address("172.16.0.1") },
		       userdata);
	}
	return world.gateway_error;
}

int rtnl_list_fdb(struct rtnl *rtnl, int bridge,
		  void (*handle)(const struct fdb_info *info, void *userdata),
		  void *userdata)
{
	(void)rtnl;
	if (world.foreign)
		handle(&(struct fdb_info) { bridge, VM,
			{ 2, 0, 0, 0, 0, world.foreign }, 0, false }, userdata);
	handle(&(struct fdb_info) { bridge, LEG, { 2, 0, 0, 0, 0, 0x31 }, 0,
		false }, userdata);
	return world.fdb_error;
}

int ipvs_list(void (*handle)(const struct address *server, void *userdata),
	      void *userdata)
{
	struct address server;

	world.asked_servers++;
	if (world.server) {
		server = address(world.server);
		handle(&server, userdata);
		handle(&server, userdata);	/* of two services */
	}
	return world.ipvs_error;
}

int senders_new(struct senders **senders, struct sd_event *event,
		void (*changed)(void *userdata), void *userdata)
{
	(void)event, (void)changed, (void)userdata;
	*senders = (struct senders *)&world;
	return 0;
}

struct senders *senders_free(struct senders *senders)
{
	(void)senders;
	return NULL;
}

void senders_begin(struct senders *senders)
{
	(void)senders;
	world.watched = 0;
	world.known = false;
}

void senders_watch(struct senders *senders, int interface)
{
	(void)senders;
	world.watched |= 1U << interface;
}

void senders_end(struct senders *senders)
{
	(void)senders;
}

void senders_known(struct senders *senders, int interface,
		   const uint8_t mac[MAC_LEN])
{
	(void)senders, (void)interface;
	world.known |= mac[5] == world.sender;
}

const struct sender *senders_next(const struct senders *senders,
				  uint64_t age_usec, size_t *i)
{
	static struct sender sender = { .mac = { 2 } };

	(void)senders;
	assert_true(age_usec >= 300 * USEC_PER_SEC);
	sender.interface = BRIDGE;
	sender.mac[5] = world.sender;
	return world.sender && !world.known && (*i)++ == 0 ? &sender : NULL;
}

void prober_target_removed(struct prober *prober, const struct target *target)
{
	(void)prober, (void)target;
}

void prober_target_wanted(struct prober *prober, const struct target *target)
{
	(void)prober, (void)target;
}

void prober_targets_changed(struct prober *prober)
{
	(void)prober;
	world.ends++;
}

static int setup(void **state)
{
	static struct agent agent;
	static struct config config;

	world = (struct world) { .now = 1000 * USEC_PER_SEC };
	policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	config.keepalive_interval_usec = 60 * USEC_PER_SEC;
	config.gateway_interval_usec = 5 * USEC_PER_SEC;
	stack_setup(&agent);
	agent.config = &config;
	assert_true(sd_event_new(&agent.event) >= 0);
	assert_int_equal(discover_new(&agent.discover, &agent), 0);
	*state = &agent;
	return 0;
}

static int teardown(void **state)
{
	struct agent *agent = *state;

	discover_free(agent->discover);
	stack_teardown(agent);
	sd_event_unref(agent->event);
	return 0;
}

static void pass(struct agent *agent, uint64_t msec)
{
	world.now += msec * USEC_PER_MSEC;
	assert_true(sd_event_run(agent->event, 0) >= 0);
}

/* "interface/peer:sources", each once */
static const char *peers(struct agent *agent)
{
	static char text[512];
	char words[INET6_ADDRSTRLEN];
	const struct target *target;
	size_t used = 0, i = 0;

	discover_gateways_changed(agent->discover);
	pass(agent, 1200);
	text[0] = '\0';
	while ((target = targets_next(agent->targets, 0, &i))) {
		assert_int_equal(target->bond, BOND);
		if (target->keepalive.peer.family == AF_PACKET)
			snprintf(words, sizeof(words), "mac %02x",
				 target->keepalive.peer.mac[5]);
		else
			address_to_text(&target->keepalive.peer, words);
		used += snprintf(text + used, sizeof(text) - used, "%s%d/%s:%x",
				 used ? " " : "", target->keepalive.interface,
				 words, target->keepalive.sources);
	}
	return text;
}

#define S PEER_BIT(PEER_STATIC)
#define IS(text, agent) assert_string_equal(peers(agent), text)

static const char *with(const char *format, enum peer_source a)
{
	static char text[128];

	snprintf(text, sizeof(text), format, PEER_BIT(a));
	return text;
}

/* On the interface whose network holds it; from the bond if none does. */
static void test_static(void **state)
{
	struct agent *agent = *state;
	char text[128];

	policy.peers = list;
	policy.peer_count = 4;
	list[0] = address("10.10.0.7");
	list[1] = address("10.30.0.7");
	list[2] = address("203.0.113.7");
	list[3] = address("172.16.0.7");	/* not behind the bond */
	snprintf(text, sizeof(text),
		 "11/10.10.0.7:%x 20/10.30.0.7:%x 10/172.16.0.7:%x 10/203.0.113.7:%x",
		 S, S, S, S);
	IS(text, agent);
	policy.peer_count = 0;
	IS("", agent);
}

static void test_gateway(void **state)
{
	struct agent *agent = *state;
	const struct target *target;
	size_t i = 0;

	world.gateway = "192.0.2.1";
	IS(with("10/192.0.2.1:%x", PEER_GATEWAY), agent);
	target = targets_next(agent->targets, BOND, &i);
	assert_int_equal(target->keepalive.interval_msec, 5000);
	assert_int_equal(world.asked_gateways, 1);
	pass(agent, 11000);			/* not again if nothing changed */
	assert_int_equal(world.asked_gateways, 1);
	world.gateway_error = -EINTR;		/* has gaps: again */
	IS(with("10/192.0.2.1:%x", PEER_GATEWAY), agent);
	world.gateway_error = 0;
	pass(agent, 11000);
	assert_int_equal(world.asked_gateways, 3);
	policy.peer_sources &= ~PEER_BIT(PEER_GATEWAY);
	IS("", agent);
	world.gateway = "0.0.0.0";		/* "default dev bond0" */
	policy.peer_sources = PEER_SOURCES_DEFAULT;
	IS("", agent);
}

static void test_servers(void **state)
{
	struct agent *agent = *state;

	world.server = "10.10.0.80";
	IS(with("11/10.10.0.80:%x", PEER_IPVS), agent);
	world.server = "172.16.0.80";		/* behind another interface */
	IS("", agent);
	world.server = "10.10.0.80";
	policy.peer_sources &= ~PEER_BIT(PEER_IPVS);
	IS("", agent);
	world.ipvs_error = -EPERM;
	world.asked_servers = 0;
	pass(agent, 11000);			/* polled: it tells no change */
	pass(agent, 11000);
	assert_int_equal(world.asked_servers, 2);
}

static void test_neighbors(void **state)
{
	struct agent *agent = *state;

	add_neighbor(agent, BOND, "224.0.0.1", 1);	/* groups are listed, too */
	add_neighbor(agent, LAN, "172.16.0.9", 9);
	add_neighbor(agent, VLAN, "10.10.0.9", 9);
	IS(with("11/10.10.0.9:%x", PEER_NEIGHBOR), agent);
	add_neighbor(agent, BRIDGE, "10.30.0.9", 0x60);
	world.foreign = 0x60;			/* behind vm0, not the bond */
	IS(with("11/10.10.0.9:%x", PEER_NEIGHBOR), agent);
	world.foreign = 0;
	assert_non_null(strstr(peers(agent), "20/10.30.0.9"));

	prefixes[0] = (struct prefix) { address("10.10.0.0"), 24 };
	policy.include.list = prefixes;
	policy.include.count = 1;
	IS(with("11/10.10.0.9:%x", PEER_NEIGHBOR), agent);
	policy.exclude = policy.include;	/* wins */
	IS("", agent);
	policy.include.count = 0;
	IS(with("20/10.30.0.9:%x", PEER_NEIGHBOR), agent);
}

/* Two reasons are one peer. */
static void test_merge(void **state)
{
	struct agent *agent = *state;
	char text[64];

	world.gateway = "192.0.2.1";
	add_neighbor(agent, BOND, "192.0.2.1", 1);
	policy.peers = list;
	policy.peer_count = 1;
	list[0] = address("192.0.2.1");
	snprintf(text, sizeof(text), "10/192.0.2.1:%x",
		 PEER_BIT(PEER_STATIC) | PEER_BIT(PEER_GATEWAY) |
		 PEER_BIT(PEER_NEIGHBOR));
	IS(text, agent);
}

static void test_senders(void **state)
{
	struct agent *agent = *state;
	const struct target *target;
	size_t i = 0;

	world.sender = 0xd1;
	IS(with("20/mac d1:%x", PEER_SENDER), agent);
	target = targets_next(agent->targets, BOND, &i);
	assert_int_equal(target->keepalive.method, KEEPALIVE_ANNOUNCE);
	assert_int_equal(world.watched, 1U << BOND | 1U << VLAN | 1U << LEG |
					1U << BRIDGE);
	world.sender = 0x31;			/* learned on the way to the bond */
	IS(with("20/mac 31:%x", PEER_SENDER), agent);
	world.sender = 0xd1;
	world.foreign = 0xd1;			/* a machine of ours */
	IS("", agent);
	world.foreign = 0;
	add_neighbor(agent, BRIDGE, "10.30.0.5", 0xd1);	/* no stranger */
	IS(with("20/10.30.0.5:%x", PEER_NEIGHBOR), agent);
	policy.peer_sources = 0;
	IS("", agent);
	assert_int_equal(world.watched, 0);
}

/* A storm of changes is gathered once a second. */
static void test_storm(void **state)
{
	struct agent *agent = *state;

	pass(agent, 1200);
	world.ends = 0;
	for (int i = 0; i < 1000; i++) {	/* 5 s */
		discover_soon(agent->discover);
		pass(agent, 5);
	}
	assert_in_range(world.ends, 4, 6);
}

static void polls(struct agent *agent, unsigned int times)
{
	while (times--)
		pass(agent, 10001);
}

/* What is polled costs a gathering only if it is not what it was. */
static void test_polls(void **state)
{
	struct agent *agent = *state;

	policy.peer_sources = PEER_BIT(PEER_IPVS) | PEER_BIT(PEER_SENDER);
	polls(agent, 1);
	world.ends = world.asked_servers = 0;
	polls(agent, 6);
	assert_int_equal(world.asked_servers, 6);
	assert_int_equal(world.ends, 0);
	world.server = "10.20.0.9";
	polls(agent, 2);
	assert_int_equal(world.ends, 1);
	world.foreign = 0x77;
	polls(agent, 2);
	assert_int_equal(world.ends, 2);
	world.sender = 0xd1;
	polls(agent, 2);
	assert_int_equal(world.ends, 3);
	world.sender = 0;
	polls(agent, 2);
	assert_int_equal(world.ends, 4);
	world.ipvs_error = world.fdb_error = -EIO;	/* nothing is gone */
	world.server = NULL;
	world.foreign = 0;
	polls(agent, 2);
	assert_int_equal(world.ends, 4);
	world.ipvs_error = world.fdb_error = 0;
	polls(agent, 2);
	assert_int_equal(world.ends, 5);
	world.gateway_error = -EIO;		/* is tried again */
	policy.peer_sources = PEER_SOURCES_DEFAULT;
	discover_gateways_changed(agent->discover);
	polls(agent, 3);
	assert_int_equal(world.ends, 8);
}

/* 100,000 neighbors: bounded, and who is asked first has a place. */
static void test_too_many(void **state)
{
	struct agent *agent = *state;
	struct neighbor_info info = {
		.ifindex = VLAN, .address.family = AF_INET, .has_mac = true,
		.mac = { 2, 0, 0, 0, 0, 9 },
	};
	size_t count = 0, i = 0;

	for (uint32_t n = 1; n <= 100000; n++) {
		info.address.in.s_addr = htonl(0x0a100000 + n);
		assert_int_equal(peers_neighbor_changed(agent->peers, &info), 1);
	}
	world.gateway = "192.0.2.1";
	discover_gateways_changed(agent->discover);
	pass(agent, 1200);
	while (targets_next(agent->targets, BOND, &i))
		count++;
	assert_int_equal(count, TARGETS_MAX);
	i = 0;
	while (targets_next(agent->targets, BOND, &i)->keepalive.interface != BOND)
		;				/* the gateway is among them */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_static),
		TEST(test_gateway),
		TEST(test_servers),
		TEST(test_neighbors),
		TEST(test_merge),
		TEST(test_senders),
		TEST(test_storm),
		TEST(test_polls),
		TEST(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
