// SPDX-License-Identifier: GPL-2.0
/* bus*.c as a client sees it, on a bus of our own. */
#include "test-daemon.h"

#include "log.h"

struct seen {
	unsigned int signals;
	char text[1024];		/* all of them, in words */
};

static int on_reply(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)error;
	*(sd_bus_message **)userdata = sd_bus_message_ref(message);
	return 1;
}

/* Send @message and run daemon and client until the reply is here. */
static sd_bus_message *wait_reply(struct daemon *d, sd_bus_message *message)
{
	sd_bus_message *reply = NULL;

	assert_true(sd_bus_call_async(d->client, NULL, message, on_reply,
				      &reply, TIMEOUT_USEC) >= 0);
	sd_bus_message_unref(message);
	while (!reply)
		step(d);
	return reply;
}

static sd_bus_message *request(struct daemon *d, const char *path,
			       const char *interface, const char *member)
{
	sd_bus_message *message;

	assert_true(sd_bus_message_new_method_call(d->client, &message, BUS_NAME,
						   path, interface, member) >= 0);
	return message;
}

static sd_bus_message *call(struct daemon *d, const char *path,
			    const char *interface, const char *member)
{
	sd_bus_message *reply = wait_reply(d, request(d, path, interface, member));

	if (sd_bus_message_is_method_error(reply, NULL))
		fail_msg("%s: %s", member,
			 sd_bus_message_get_error(reply)->message);
	return reply;
}

static void assert_error(sd_bus_message *reply, const char *name,
			 const char *text)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);

	assert_non_null(error);
	assert_string_equal(error->name, name);
	assert_string_equal(error->message, text);
	sd_bus_message_unref(reply);
}

static char *call_string(struct daemon *d, const char *path,
			 const char *interface, const char *member)
{
	sd_bus_message *reply = call(d, path, interface, member);
	const char *text;
	char *copy;

	assert_true(sd_bus_message_read(reply, "s", &text) >= 0);
	copy = strdup(text);
	sd_bus_message_unref(reply);
	return copy;
}

/* Write a message down: "a(so)" becomes [("bond0" "/org/...")]. */
static void dump(FILE *out, sd_bus_message *message)
{
	static const char open[] = "a(ve", openers[] = "[(<{", closers[] = "])>}";
	const char *contents, *where;
	char type;

	while (sd_bus_message_peek_type(message, &type, &contents) > 0) {
		where = strchr(open, type == 'r' ? '(' : type);
		if (where) {
			putc(openers[where - open], out);
			assert_true(sd_bus_message_enter_container(message, type,
								   contents) >= 0);
			dump(out, message);
			assert_true(sd_bus_message_exit_container(message) >= 0);
			putc(closers[where - open], out);
			continue;
		}
		union {
			const char *s;
			uint8_t y;
			uint16_t q;
			int32_t i;
			uint32_t u;
			uint64_t t;
			int b;
		} value = { 0 };

		assert_true(sd_bus_message_read_basic(message, type, &value) > 0);
		switch (type) {
		case 's': case 'o': fprintf(out, "'%s' ", value.s); break;
		case 'y': fprintf(out, "0x%02x ", value.y); break;
		case 'q': fprintf(out, "%u ", value.q); break;
		case 'i': fprintf(out, "%d ", value.i); break;
		case 'u': fprintf(out, "%u ", value.u); break;
		case 'b': fprintf(out, value.b ? "true " : "false "); break;
		case 't': fprintf(out, "%llu ", (unsigned long long)value.t); break;
		default: fail_msg("type %c", type);
		}
	}
}

/* The body of @message in words; the message is released. */
static char *words(sd_bus_message *message)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	dump(out, message);
	fclose(out);
	sd_bus_message_unref(message);
	return text;
}

static char *get_all(struct daemon *d, const char *path, const char *interface)
{
	sd_bus_message *message = request(d, path, "org.freedesktop.DBus.Properties",
					  "GetAll");

	assert_true(sd_bus_message_append(message, "s", interface) >= 0);
	return words(wait_reply(d, message));
}

static int on_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct seen *seen = userdata;
	size_t used = strlen(seen->text);
	char *text = words(sd_bus_message_ref(message));

	(void)error;
	seen->signals++;
	snprintf(seen->text + used, sizeof(seen->text) - used, "%s %s %s\n",
		 sd_bus_message_get_path(message),
		 sd_bus_message_get_member(message), text);
	free(text);
	return 0;
}

/* A round trip to the daemon: what it said before has arrived. */
static void settle(struct daemon *d)
{
	sd_bus_message_unref(call(d, BUS_ROOT, "org.freedesktop.DBus.Peer", "Ping"));
}

static void watch(struct daemon *d, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	assert_true(sd_bus_add_match(d->client, NULL,
				     "type='signal',sender='" BUS_NAME "'",
				     on_signal, seen) >= 0);
}

static void forget(struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
}

static int setup(void **state)
{
	static struct daemon d;

	prepare(&d);
	start_dbus(&d);
	assert_int_equal(bus_new(&d.agent.bus, &d.agent), 0);
	connect_client(&d);
	*state = &d;
	return 0;
}

static int teardown(void **state)
{
	cleanup(*state);
	return 0;
}

/* The interface @name in @xml, without white space between the tags. */
static char *extract(const char *xml, const char *name)
{
	char start[64], *out;
	const char *begin, *end;
	size_t used = 0;

	snprintf(start, sizeof(start), "<interface name=\"%s\">", name);
	begin = strstr(xml, start);
	if (!begin)
		fail_msg("no interface %s", name);
	end = strstr(begin, "</interface>");
	assert_non_null(end);
	out = calloc(1, end - begin + 1);
	for (; begin < end; begin++) {
		if (*begin == '\n' || (*begin == ' ' && used &&
				       out[used - 1] == '>'))
			continue;
		out[used++] = *begin;
	}
	return out;
}

static void test_introspection(void **state)
{
	static const struct {
		const char *path, *interface;
	} rows[] = {
		{ BUS_ROOT, BUS_MANAGER },
		{ BUS_BONDS "/bond0", BUS_BOND },
		{ BUS_PORTS "/eth0", BUS_PORT },
	};
	static char file[16384];
	char *xml, *running, *written;
	FILE *in = fopen("org.dualhome1.xml", "r");

	assert_non_null(in);
	file[fread(file, 1, sizeof(file) - 1, in)] = '\0';
	fclose(in);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		xml = call_string(*state, rows[i].path,
				  "org.freedesktop.DBus.Introspectable",
				  "Introspect");
		running = extract(xml, rows[i].interface);
		written = extract(file, rows[i].interface);
		assert_string_equal(running, written);
		free(xml);
		free(running);
		free(written);
	}
}

static void test_properties(void **state)
{
	char *text = get_all(*state, BUS_ROOT, BUS_MANAGER);

	assert_string_equal(text,
		"[{'Version' <'" VERSION "' >}{'Health' <'ok' >}]");
	free(text);

	cut_cable(*state);
	bus_bond_changed(((struct daemon *)*state)->agent.bus,
			 bonds_find(&((struct daemon *)*state)->agent.bonds, 10));
	text = get_all(*state, BUS_BONDS "/bond0", BUS_BOND);
	assert_string_equal(text,
		"[{'Name' <'bond0' >}{'IfIndex' <10 >}{'Mode' <'802.3ad' >}"
		"{'Health' <'degraded' >}"
		"{'Problems' <[('port-down' 'degraded' '" BUS_PORTS "/eth1' "
		"86400000000 'eth1 has no carrier' )]>}"
		"{'NeighborBroadcast' <'on' >}"
		"{'NeighborBroadcastSource' <'dkms' >}"
		"{'PartnerSystem' <'02:00:00:00:aa:bb' >}{'Aggregator' <1 >}"
		"{'UsablePorts' <1 >}"
		"{'Ports' <['" BUS_PORTS "/eth0' '" BUS_PORTS "/eth1' ]>}"
		"{'PeersTotal' <2 >}{'PeersReachable' <1 >}]");
	free(text);

	text = get_all(*state, BUS_PORTS "/eth0", BUS_PORT);
	assert_string_equal(text,
		"[{'Name' <'eth0' >}{'IfIndex' <2 >}"
		"{'Bond' <'" BUS_BONDS "/bond0' >}{'LinkUp' <true >}"
		"{'SpeedMbps' <25000 >}{'Usable' <true >}{'AggregatorId' <1 >}"
		"{'ActorState' <0x3f >}{'PartnerState' <0x3d >}"
		"{'PartnerSystem' <'02:00:00:00:aa:bb' >}{'PartnerKey' <15 >}"
		"{'PartnerPort' <32769 >}{'LinkFailures' <0 >}"
		"{'Switch' <'' >}{'SwitchPort' <'' >}{'Health' <'ok' >}"
		"{'KeepalivesSent' <7 >}{'KeepalivesAnswered' <6 >}"
		"{'RttUSec' <312 >}]");
	free(text);
}

static void test_changes(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct seen seen;

	watch(d, &seen);
	settle(d);

	/* nothing changed: nothing is said, counters are nothing */
	bonds_find_port(&d->agent.bonds, 2)->keepalives.sent++;
	d->paths[0].sent++;
	bus_bond_changed(d->agent.bus, bond);
	bus_manager_changed(d->agent.bus);
	settle(d);
	assert_int_equal(seen.signals, 0);

	cut_cable(d);
	bus_bond_changed(d->agent.bus, bond);
	bus_manager_changed(d->agent.bus);
	settle(d);
	assert_string_equal(seen.text,
		BUS_BONDS "/bond0 PropertiesChanged '" BUS_BOND "' "
		"[{'Health' <'degraded' >}{'UsablePorts' <1 >}"
		"{'Problems' <[('port-down' 'degraded' '" BUS_PORTS "/eth1' "
		"86400000000 'eth1 has no carrier' )]>}][]\n"
		BUS_PORTS "/eth1 PropertiesChanged '" BUS_PORT "' "
		"[{'LinkUp' <false >}{'Usable' <false >}"
		"{'LinkFailures' <1 >}{'Health' <'degraded' >}][]\n"
		BUS_ROOT " PropertiesChanged '" BUS_MANAGER "' "
		"[{'Health' <'degraded' >}][]\n");

	forget(&seen);
	bus_bond_changed(d->agent.bus, bond);
	settle(d);
	assert_int_equal(seen.signals, 0);

	/* the last path of a peer dies */
	d->paths[0].misses = 3;
	bus_bond_changed(d->agent.bus, bond);
	settle(d);
	assert_string_equal(seen.text,
		BUS_BONDS "/bond0 PropertiesChanged '" BUS_BOND "' "
		"[{'PeersReachable' <0 >}][]\n");
}

static void test_objects(void **state)
{
	struct daemon *d = *state;
	struct link_info link = bond_link(11, "bond.1");
	struct seen seen;
	char *text;

	watch(d, &seen);
	settle(d);
	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
	settle(d);
	assert_int_equal(seen.signals, 1);
	assert_non_null(strstr(seen.text, BUS_ROOT " InterfacesAdded '"
			       BUS_BONDS "/bond_2e1' "));
	assert_non_null(strstr(seen.text, "{'" BUS_BOND "' [{'Name' <'bond.1' >}"));

	text = words(call(d, BUS_ROOT, BUS_MANAGER, "ListBonds"));
	assert_string_equal(text, "[('bond0' '" BUS_BONDS "/bond0' )('bond.1' '"
			    BUS_BONDS "/bond_2e1' )]");
	free(text);
	text = words(call(d, BUS_ROOT, "org.freedesktop.DBus.ObjectManager",
			  "GetManagedObjects"));
	assert_non_null(strstr(text, "{'" BUS_BONDS "/bond0' "));
	assert_non_null(strstr(text, "{'" BUS_BONDS "/bond_2e1' "));
	assert_non_null(strstr(text, "{'" BUS_PORTS "/eth0' "));
	assert_non_null(strstr(text, "{'" BUS_PORTS "/eth1' "));
	free(text);

	forget(&seen);
	assert_int_equal(bonds_link_removed(&d->agent.bonds, 11), 1);
	assert_int_equal(bonds_link_removed(&d->agent.bonds, 3), 1);
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	settle(d);
	assert_non_null(strstr(seen.text, BUS_ROOT " InterfacesRemoved '"
			       BUS_BONDS "/bond_2e1' ["));
	assert_non_null(strstr(seen.text, BUS_ROOT " InterfacesRemoved '"
			       BUS_PORTS "/eth1' ["));
	assert_non_null(strstr(seen.text, "[{'UsablePorts' <1 >}{'Ports' <['"
			       BUS_PORTS "/eth0' ]>}][]"));
	assert_error(wait_reply(d, request(d, BUS_BONDS "/bond_2e1", BUS_BOND,
					   "Describe")),
		     "org.freedesktop.DBus.Error.UnknownObject",
		     "Unknown object '" BUS_BONDS "/bond_2e1'.");
}

/* A rename is another object: nothing stays under the old name. */
static void test_rename(void **state)
{
	struct daemon *d = *state;
	struct link_info link = bond_link(10, "up\x1b\xff");
	char *text;

	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
	text = words(call(d, BUS_ROOT, BUS_MANAGER, "ListBonds"));
	assert_string_equal(text, "[('up\\x1b\\xff' '" BUS_BONDS
			    "/up_1b_ff' )]");
	free(text);
	text = get_all(d, BUS_PORTS "/eth1", BUS_PORT);
	assert_non_null(strstr(text, "{'Bond' <'" BUS_BONDS "/up_1b_ff' >}"));
	free(text);
}

static void test_event(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct problem problem = port_down();
	struct seen seen;

	watch(d, &seen);
	settle(d);
	bus_event(d->agent.bus, bond, &problem, true);
	bus_event(d->agent.bus, bond, &problem, false);
	settle(d);
	assert_string_equal(seen.text,
		BUS_ROOT " Event 'degraded' 'port-down' '" BUS_PORTS "/eth1' "
		"'eth1 has no carrier' \n"
		BUS_ROOT " Event 'ok' 'port-down' '" BUS_PORTS "/eth1' "
		"'eth1: port-down is over' \n");
}

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
	d->set_result = -EIO;
	assert_error(set_neighbor(d, true), SD_BUS_ERROR_IO_ERROR,
		     "cannot set neighbor broadcast on bond0: Input/output error");
}

/* The test goes on as somebody else in a child; 0 if refused as it should. */
static int ask_as_nobody(const char *path, const char *interface,
			 const char *member, const char *types, ...)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	char expected[64];
	sd_bus *bus = NULL;
	int r;

	if (setresgid(65534, 65534, 65534) < 0 ||
	    setresuid(65534, 65534, 65534) < 0 || sd_bus_open_system(&bus) < 0)
		return 2;
	r = sd_bus_call_method(bus, BUS_NAME, path, interface, member, &error,
			       NULL, types, true);
	if (r >= 0)
		return 1;
	snprintf(expected, sizeof(expected), "%s is for root only", member);
	if (strcmp(error.name, SD_BUS_ERROR_ACCESS_DENIED) != 0 ||
	    strcmp(error.message, expected) != 0)
		return 3;
	/* but everybody may read */
	r = sd_bus_call_method(bus, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Describe",
			       NULL, NULL, NULL);
	return r < 0 ? 4 : 0;
}

static void assert_refused(struct daemon *d, const char *path,
			   const char *interface, const char *member,
			   const char *types)
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0)
		_exit(ask_as_nobody(path, interface, member, types));
	while (waitpid(child, &status, WNOHANG) == 0)
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_access(void **state)
{
	struct daemon *d = *state;

	if (geteuid() != 0)
		skip();
	assert_refused(d, BUS_ROOT, BUS_MANAGER, "Reload", NULL);
	assert_false(d->reloaded);
	assert_refused(d, BUS_BONDS "/bond0", BUS_BOND, "SetNeighborBroadcast",
		       "b");
	assert_int_equal(d->set_to, -1);
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

static void test_describe(void **state)
{
	struct daemon *d = *state;
	char *text;

	cut_cable(d);
	d->path_count = 0;
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	bus_manager_changed(d->agent.bus);
	text = call_string(d, BUS_ROOT, BUS_MANAGER, "Describe");
	assert_string_equal(text,
		"{\"version\":\"" VERSION "\",\"health\":\"degraded\",\"bonds\":[{"
		"\"name\":\"bond0\",\"ifindex\":10,\"mode\":\"802.3ad\","
		"\"health\":\"degraded\",\"neighbor_broadcast\":\"on\","
		"\"neighbor_broadcast_source\":\"dkms\","
		"\"partner_system\":\"02:00:00:00:aa:bb\",\"aggregator\":1,"
		"\"usable_ports\":1,\"peers_total\":0,\"peers_reachable\":0,"
		"\"problems\":[{\"code\":\"port-down\",\"severity\":\"degraded\","
		"\"object\":\"eth1\",\"since_usec\":86400000000,"
		"\"text\":\"eth1 has no carrier\"}],\"ports\":["
		"{\"name\":\"eth0\",\"ifindex\":2,\"link_up\":true,"
		"\"speed_mbps\":25000,\"usable\":true,\"aggregator_id\":1,"
		"\"actor_state\":63,\"partner_state\":61,"
		"\"partner_system\":\"02:00:00:00:aa:bb\",\"partner_key\":15,"
		"\"partner_port\":32769,\"link_failures\":0,\"switch\":\"\","
		"\"switch_port\":\"\",\"health\":\"ok\",\"keepalives_sent\":7,"
		"\"keepalives_answered\":6,\"rtt_usec\":312},"
		"{\"name\":\"eth1\",\"ifindex\":3,\"link_up\":false,"
		"\"speed_mbps\":25000,\"usable\":false,\"aggregator_id\":1,"
		"\"actor_state\":63,\"partner_state\":61,"
		"\"partner_system\":\"\",\"partner_key\":0,"
		"\"partner_port\":0,\"link_failures\":1,\"switch\":\"\","
		"\"switch_port\":\"\",\"health\":\"degraded\","
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

static int on_owner(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *name, *before, *after;

	(void)error;
	assert_true(sd_bus_message_read(message, "sss", &name, &before,
					&after) >= 0);
	*(bool *)userdata = *after;
	return 0;
}

/* Wait until the name is owned on the bus that the client is on. */
static void wait_for_owner(struct daemon *d)
{
	sd_bus_message *message;
	sd_bus_slot *slot;
	bool owned = false;
	int has = 0;

	assert_true(sd_bus_match_signal(d->client, &slot, "org.freedesktop.DBus",
					NULL, NULL, "NameOwnerChanged",
					on_owner, &owned) >= 0);
	assert_true(sd_bus_message_new_method_call(d->client, &message,
			"org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus", "NameHasOwner") >= 0);
	assert_true(sd_bus_message_append(message, "s", BUS_NAME) >= 0);
	message = wait_reply(d, message);
	assert_true(sd_bus_message_read(message, "b", &has) >= 0);
	sd_bus_message_unref(message);
	while (!has && !owned)
		step(d);
	sd_bus_slot_unref(slot);
}

/* No bus, then one, then none, then one again: the daemon stays. */
static void test_reconnect(void **state)
{
	struct daemon *d = *state;
	char *text;

	for (int i = 0; i < 2; i++) {
		if (i == 1) {
			d->client = sd_bus_close_unref(d->client);
			stop_dbus(d);
			step(d);
			cut_cable(d);
			bus_bond_changed(d->agent.bus,
					 bonds_find(&d->agent.bonds, 10));
		}
		start_dbus(d);
		connect_client(d);
		wait_for_owner(d);
		text = get_all(d, BUS_BONDS "/bond0", BUS_BOND);
		assert_non_null(strstr(text, i == 0 ? "{'Health' <'ok' >}" :
						      "{'Health' <'degraded' >}"));
		free(text);
	}
}

static int setup_without_bus(void **state)
{
	static struct daemon d;

	prepare(&d);
	assert_int_equal(bus_new(&d.agent.bus, &d.agent), 0);
	bus_bond_changed(d.agent.bus, bonds_find(&d.agent.bonds, 10));
	*state = &d;
	return 0;
}

/* Whoever owns the name first keeps it; we get it when he goes. */
static void test_name_taken(void **state)
{
	struct daemon *d = *state;
	int r;

	d->agent.bus = bus_free(d->agent.bus);
	r = sd_bus_request_name(d->client, BUS_NAME, 0);
	assert_true(r >= 0);
	assert_int_equal(bus_new(&d->agent.bus, &d->agent), 0);
	d->client = sd_bus_close_unref(d->client);
	connect_client(d);
	wait_for_owner(d);
	settle(d);
}

/* --no-bus: every entry point takes NULL. */
static void test_no_bus(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct problem problem = port_down();

	bus_bond_added(NULL, bond);
	bus_bond_changed(NULL, bond);
	bus_bond_removed(NULL, bond);
	bus_port_added(NULL, TAILQ_FIRST(&bond->ports));
	bus_port_removed(NULL, TAILQ_FIRST(&bond->ports));
	bus_manager_changed(NULL);
	bus_event(NULL, bond, &problem, true);
	assert_null(bus_free(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_introspection),
		TEST(test_properties),
		TEST(test_changes),
		TEST(test_objects),
		TEST(test_rename),
		TEST(test_event),
		TEST(test_methods),
		TEST(test_access),
		TEST(test_peers),
		TEST(test_describe),
		TEST(test_log_control),
		TEST(test_name_taken),
		cmocka_unit_test_setup_teardown(test_reconnect,
						setup_without_bus, teardown),
		cmocka_unit_test_setup_teardown(test_no_bus, setup_without_bus,
						teardown),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
