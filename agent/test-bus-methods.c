// SPDX-License-Identifier: GPL-2.0
/* What bus*.c does when it is asked. */
#include "test-client.h"

#include "flush.h"
#include "log.h"
#include "report.h"

static sd_bus_message *get_bond(struct daemon *d, const char *name)
{
	sd_bus_message *message = request(d, BUS_ROOT, BUS_MANAGER, "GetBond");

	assert_true(sd_bus_message_append(message, "s", name) >= 0);
	return wait_reply(d, message);
}

static sd_bus_message *set_neighbor(struct daemon *d, int on)
{
	sd_bus_message *message = request(d, BUS_BONDS "/bond0", BUS_BOND,
					  "SetNeighborBroadcast");

	assert_true(sd_bus_message_append(message, "b", on) >= 0);
	return wait_reply(d, message);
}

static void test_methods(void **state)
{
	struct daemon *d = *state;
	char *text = words(get_bond(d, "bond0"));

	assert_string_equal(text, "'" BUS_BONDS "/bond0' ");
	free(text);
	assert_error(get_bond(d, "bond9"), BUS_ERROR_NO_SUCH_BOND,
		     "no bond 'bond9'; known: bond0");

	free(words(call(d, BUS_ROOT, BUS_MANAGER, "Reload")));
	assert_true(d->reloaded);
	d->reload_error = "dualhome.conf:3: no key 'Peer'; known: Peers";
	assert_error(wait_reply(d, request(d, BUS_ROOT, BUS_MANAGER, "Reload")),
		     BUS_ERROR_CONFIG, d->reload_error);

	free(words(set_neighbor(d, true)));
	assert_int_equal(d->set_to, 1);
	free(words(set_neighbor(d, false)));
	assert_int_equal(d->set_to, 0);
	d->set_result = -EOPNOTSUPP;
	bonds_find(&d->agent.bonds, 10)->neighbor_remedy = "install it";
	assert_error(set_neighbor(d, true), BUS_ERROR_UNSUPPORTED,
		     "the bonding driver that runs cannot broadcast neighbor discovery on bond0: install it");
	d->set_result = -EACCES;
	assert_error(set_neighbor(d, true), BUS_ERROR_WRONG_MODE,
		     "bond0 is in mode 802.3ad; neighbor broadcast needs mode 802.3ad");
	/* the bond is renamed while it is switched: its object goes */
	d->set_result = -EOPNOTSUPP;
	d->rename_while_set = true;
	assert_error(set_neighbor(d, true), BUS_ERROR_UNSUPPORTED,
		     "the bonding driver that runs cannot broadcast neighbor discovery on bond0: install it");
	d->rename_while_set = false;
	rename_bond(d, "bond0");

	d->set_result = -EIO;
	assert_error(set_neighbor(d, true), SD_BUS_ERROR_IO_ERROR,
		     "cannot set neighbor broadcast on bond0: Input/output error");
}

static sd_bus_message *drain(struct daemon *d, int force)
{
	sd_bus_message *message = request(d, BUS_PORTS "/eth1", BUS_PORT,
					  "Drain");

	assert_true(sd_bus_message_append(message, "b", force) >= 0);
	return wait_reply(d, message);
}

static void test_drain(void **state)
{
	static const struct {
		int result;
		const char *name, *text;
	} errors[] = {
		{ -EBUSY, BUS_ERROR_LAST_PORT, "no other port of its bond would carry the traffic of eth1; --force drains it nevertheless" },
		{ -EALREADY, BUS_ERROR_BUSY, "eth1 is just being drained" },
		{ -ECANCELED, BUS_ERROR_BUSY, "eth1 was wanted back before it was drained" },
		{ -ENODEV, BUS_ERROR_NO_SUCH_PORT, "port 'eth1' has gone" },
		{ -EPERM, SD_BUS_ERROR_ACCESS_DENIED, "cannot switch eth1: Operation not permitted" },
	};
	struct daemon *d = *state;

	free(words(drain(d, false)));
	assert_string_equal(d->drained, "eth1");
	free(words(drain(d, true)));
	assert_string_equal(d->drained, "eth1 by force");
	free(words(call(d, BUS_PORTS "/eth1", BUS_PORT, "Undrain")));
	assert_string_equal(d->drained, "not eth1");
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		d->drained_result = errors[i].result;
		assert_error(drain(d, false), errors[i].name, errors[i].text);
		d->drained_result = 0;
		d->drain_result = errors[i].result;
		assert_error(drain(d, false), errors[i].name, errors[i].text);
		d->drain_result = 0;
	}
}

/* The times since the last answer run: cut them off. */
static void test_peers(void **state)
{
	char *text = words(call(*state, BUS_BONDS "/bond0", BUS_BOND,
				"ListPeers"));
	unsigned long long since[2];
	int end = 0;

	assert_int_equal(sscanf(text,
		"[('192.0.2.1' 'bond0' '192.0.2.10' '02:00:00:00:00:01' "
		"[('" BUS_PORTS "/eth0' 7 6 312 %llu )"
		"('" BUS_PORTS "/eth1' 7 6 312 %llu )])"
		"('2001:db8::1' 'bond0' '' '' "
		"[('" BUS_PORTS "/eth0' 4 0 0 18446744073709551615 )])]%n",
		&since[0], &since[1], &end), 2);
	assert_int_equal(end, strlen(text));
	assert_true(since[0] > 0 && since[0] < BUS_NEVER);
	free(text);
}

static void test_peer_details(void **state)
{
	struct daemon *d = *state;
	char *text;

	d->paths[0] = d->paths[2];		/* its time since would run */
	d->paths[0].sources = PEER_BIT(PEER_GATEWAY) | PEER_BIT(PEER_NEIGHBOR);
	d->paths[0].answered = 2;
	d->paths[0].rtt_usec = 300;
	d->paths[0].rtt_min_usec = 100;
	d->paths[0].rtt_sum_usec = 400;
	d->paths[0].rtt_max_usec = 300;
	d->paths[0].answered_usec = UINT64_MAX;	/* not yet: 0 ago */
	d->paths[1] = (struct keepalive_path) {
		.bond = 10, .interface = 10, .port = 2, .sent = 3,
		.method = KEEPALIVE_ANNOUNCE, .sources = PEER_BIT(PEER_SENDER),
		.peer = { .family = AF_PACKET, .mac = { 2, 0, 0, 0, 0, 9 } },
	};
	d->path_count = 2;
	text = words(call(d, BUS_BONDS "/bond0", BUS_BOND, "ListPeerDetails"));
	assert_string_equal(text,
		"[('2001:db8::1' 'bond0' '' '' 'echo' ['gateway' 'neighbor' ]"
		"[('" BUS_PORTS "/eth0' 4 2 100 200 300 300 0 )])"
		"('02:00:00:00:00:09' 'bond0' '192.0.2.10' '02:00:00:00:00:09' 'announce' ['sender' ]"
		"[('" BUS_PORTS "/eth0' 3 0 0 0 0 0 18446744073709551615 )])]");
	free(text);
}

/* The time since an LACPDU is another each time. */
static void drop_age(char *text)
{
	char *age = strstr(text, "\"age_usec\":"), *end;

	assert_non_null(age);
	age += strlen("\"age_usec\":");
	end = age + strspn(age, "0123456789");
	assert_true(end > age);
	memmove(age, end, strlen(end) + 1);
}

static void test_describe(void **state)
{
	struct daemon *d = *state;
	char *text;

	cut_cable(d);
	d->path_count = 0;
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	bus_manager_changed(d->agent.bus);
	for (uint64_t usec = 5; usec <= 9; usec += 2)
		lateness_add(&d->lateness, usec);
	text = call_string(d, BUS_ROOT, BUS_MANAGER, "Describe");
	drop_age(text);
	assert_string_equal(text,
		"{\"version\":\"" VERSION "\",\"health\":\"degraded\","
		"\"schedule\":{\"planned\":3,\"lateness_p50_usec\":7,"
		"\"lateness_p99_usec\":9,\"lateness_max_usec\":9},"
		"\"bonds\":[{"
		"\"name\":\"bond0\",\"ifindex\":10,\"mode\":\"802.3ad\","
		"\"health\":\"degraded\",\"verdict\":\"bond0 degraded: "
		"eth1 has no carrier since 00:00:00\","
		"\"neighbor_broadcast\":\"on\","
		"\"neighbor_broadcast_source\":\"dkms\","
		"\"partner_system\":\"02:00:00:00:aa:bb\",\"aggregator\":1,"
		"\"usable_ports\":1,\"peers_total\":0,\"peers_reachable\":0,"
		"\"problems\":[{\"code\":\"port-down\",\"severity\":\"degraded\","
		"\"object\":\"eth1\",\"since_usec\":86400000000,"
		"\"text\":\"eth1 has no carrier\"}],\"ports\":["
		"{\"name\":\"eth0\",\"ifindex\":2,\"link_up\":true,"
		"\"speed_mbps\":25000,\"usable\":true,\"drained\":false,\"aggregator_id\":1,"
		"\"actor_state\":63,\"partner_state\":61,"
		"\"partner_system\":\"02:00:00:00:aa:bb\",\"partner_key\":15,"
		"\"partner_port\":32769,\"link_failures\":0,\"switch\":\"\","
		"\"switch_port\":\"\",\"switch_chassis\":\"\","
		"\"lacpdu\":{\"age_usec\":,\"actor\":{\"system_priority\":0,"
		"\"system\":\"02:00:00:00:aa:bb\",\"key\":15,"
		"\"port_priority\":0,\"port\":32769,\"state\":0},"
		"\"partner\":{\"system_priority\":0,"
		"\"system\":\"00:00:00:00:00:00\",\"key\":0,"
		"\"port_priority\":0,\"port\":0,\"state\":0}},"
		"\"health\":\"ok\",\"keepalives_sent\":7,"
		"\"keepalives_answered\":6,\"rtt_usec\":312},"
		"{\"name\":\"eth1\",\"ifindex\":3,\"link_up\":false,"
		"\"speed_mbps\":25000,\"usable\":false,\"drained\":false,\"aggregator_id\":1,"
		"\"actor_state\":63,\"partner_state\":61,"
		"\"partner_system\":\"\",\"partner_key\":0,"
		"\"partner_port\":0,\"link_failures\":1,\"switch\":\"\","
		"\"switch_port\":\"\",\"switch_chassis\":\"\","
		"\"lacpdu\":null,\"health\":\"degraded\","
		"\"keepalives_sent\":0,\"keepalives_answered\":0,"
		"\"rtt_usec\":0}],\"peers\":[]}]}");
	free(text);
}

static sd_bus_message *set_log(struct daemon *d, const char *property,
			       const char *value)
{
	sd_bus_message *message = request(d, "/org/freedesktop/LogControl1",
					  "org.freedesktop.DBus.Properties",
					  "Set");

	assert_true(sd_bus_message_append(message, "ssv",
					  "org.freedesktop.LogControl1",
					  property, "s", value) >= 0);
	return wait_reply(d, message);
}

static void test_log_control(void **state)
{
	struct daemon *d = *state;
	char *text;

	free(words(set_log(d, "LogLevel", "notice")));
	assert_int_equal(setlogmask(LOG_UPTO(LOG_DEBUG)), LOG_UPTO(LOG_NOTICE));
	assert_error(set_log(d, "LogLevel", "loud"),
		     "org.freedesktop.DBus.Error.InvalidArgs",
		     "no log level 'loud'; known: emerg alert crit err warning notice info debug");
	text = get_all(d, "/org/freedesktop/LogControl1",
		       "org.freedesktop.LogControl1");
	assert_non_null(strstr(text, "{'LogLevel' <'debug' >}"));
	assert_non_null(strstr(text, "{'SyslogIdentifier' <'dualhomed' >}"));
	free(text);
	setlogmask(LOG_UPTO(LOG_EMERG));
}

static int on_flood_reply(sd_bus_message *message, void *userdata,
			  sd_bus_error *error)
{
	(void)message, (void)error;
	++*(unsigned int *)userdata;
	return 1;
}

/* Who does not wait for answers does not keep the daemon from diagnosing. */
static void test_flood(void **state)
{
	const unsigned int calls = 200;
	struct daemon *d = *state;
	struct config config = { 0 };
	sd_bus_message *message;
	unsigned int replies = 0;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);

	d->agent.config = &config;
	assert_int_equal(report_new(&d->agent.report, d->agent.event), 0);
	assert_true(flush_new(&d->agent) >= 0);
	for (unsigned int i = 0; i < calls; i++) {
		message = request(d, BUS_ROOT, BUS_MANAGER, "ListBonds");
		assert_true(sd_bus_call_async(d->client, NULL, message,
					      on_flood_reply, &replies,
					      TIMEOUT_USEC) >= 0);
		sd_bus_message_unref(message);
	}
	/* the bus answers in order: it has delivered all of them by then */
	assert_true(sd_bus_call_method(d->client, "org.freedesktop.DBus",
				       "/org/freedesktop/DBus",
				       "org.freedesktop.DBus", "GetId", NULL,
				       NULL, NULL) >= 0);
	agent_mark_dirty(&d->agent, bond);
	while (bond->dirty)
		step(d);
	assert_in_range(replies, 0, calls / 2);
	while (replies < calls)
		step(d);
	sd_event_source_disable_unref(d->agent.flush);
	sd_event_source_disable_unref(d->agent.health_timer);
	report_free(d->agent.report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_methods),
		TEST(test_drain),
		TEST(test_flood),
		TEST(test_peers),
		TEST(test_peer_details),
		TEST(test_describe),
		TEST(test_log_control),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
