// SPDX-License-Identifier: GPL-2.0
/* What bus*.c shows, and how it stays on a bus that comes and goes. */
#include "test-client.h"

#include "log.h"

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
		"{'Health' <'degraded' >}{'Verdict' <'bond0 degraded: "
		"eth1 has no carrier since 00:00:00' >}"
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
		"{'SpeedMbps' <25000 >}{'Usable' <true >}{'Drained' <false >}{'AggregatorId' <1 >}"
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
		"[{'Health' <'degraded' >}{'Verdict' <'bond0 degraded: "
		"eth1 has no carrier since 00:00:00' >}{'UsablePorts' <1 >}"
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
	assert_non_null(strstr(seen.text, "[{'Verdict' <'bond0 ok, 1 of 1 ports usable' >}"
			       "{'UsablePorts' <1 >}{'Ports' <['"
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
	assert_true(sd_event_now(d->agent.event, CLOCK_MONOTONIC,
				 &problem.since.mono_usec) >= 0);
	problem.since.mono_usec -= 3 * USEC_PER_SEC;
	bus_event(d->agent.bus, bond, &problem, true);
	bus_event(d->agent.bus, bond, &problem, false);
	settle(d);
	assert_string_equal(seen.text,
		BUS_ROOT " Event 'degraded' 'port-down' '" BUS_PORTS "/eth1' "
		"'eth1 has no carrier' \n"
		BUS_ROOT " Event 'ok' 'port-down' '" BUS_PORTS "/eth1' "
		"'port-down of eth1 is over after 3 s' \n");
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

/* The name is there before the event loop runs: READY=1 tells the truth. */
static void test_ready(void **state)
{
	struct daemon *d = *state;
	sd_bus_message *reply;
	int has = 0;

	assert_true(sd_bus_call_method(d->client, "org.freedesktop.DBus",
				       "/org/freedesktop/DBus",
				       "org.freedesktop.DBus", "NameHasOwner",
				       NULL, &reply, "s", BUS_NAME) >= 0);
	assert_true(sd_bus_message_read(reply, "b", &has) >= 0);
	assert_true(has);
	sd_bus_message_unref(reply);
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

/* The bus reads our policy only after we came: installed while it ran. */
static void test_name_refused(void **state)
{
	struct daemon *d = *state;

	d->refuse_name = true;
	write_config(d);
	start_dbus(d);
	d->agent.bus = bus_free(d->agent.bus);
	assert_int_equal(bus_new(&d->agent.bus, &d->agent), 0);
	connect_client(d);
	d->refuse_name = false;
	write_config(d);
	assert_int_equal(kill(d->dbus, SIGHUP), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ready),
		TEST(test_introspection),
		TEST(test_properties),
		TEST(test_changes),
		TEST(test_objects),
		TEST(test_rename),
		TEST(test_event),
		TEST(test_name_taken),
		cmocka_unit_test_setup_teardown(test_reconnect,
						setup_without_bus, teardown),
		cmocka_unit_test_setup_teardown(test_name_refused,
						setup_without_bus, teardown),
		cmocka_unit_test_setup_teardown(test_no_bus, setup_without_bus,
						teardown),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
