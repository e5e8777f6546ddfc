// SPDX-License-Identifier: GPL-2.0
/* Every property that promises PropertiesChanged is seen to change. */
#include "test-client.h"

#include "bus-private.h"
#include "log.h"

/* What makes a property change, in the model of test-daemon.h. */
#define CHANGE(property, ...)						\
	static void change_##property(struct daemon *d, struct bond *bond, \
				      struct port *port)		\
	{								\
		(void)d, (void)bond, (void)port;			\
		__VA_ARGS__;						\
	}

CHANGE(health, d->health = HEALTH_CRITICAL)
CHANGE(mode, bond->attrs.mode = BOND_MODE_ACTIVE_BACKUP)
CHANGE(problems, bond->problems.list[0] = port_down();
	bond->problems.count = 1)
CHANGE(problem_text, bond->problems.list[0] = port_down();
	bond->problems.count = 1;
	strcpy(bond->problems.list[0].text, "eth1 is tired"))
CHANGE(neighbor, bond->attrs.broadcast_neighbor = false)
CHANGE(source, bond->neighbor_source = NEIGHBOR_SOURCE_MAINLINE)
CHANGE(partner, bond->attrs.partner_mac[5]++)
CHANGE(aggregator, bond->attrs.aggregator++)
CHANGE(peer_added, add_path(d, 3, "192.0.2.2"))
CHANGE(peer_lost, d->paths[0].misses = 3; d->paths[1].misses = 3)
CHANGE(port_removed, bonds_link_removed(&d->agent.bonds, 2))
CHANGE(link, port->carrier = false)
CHANGE(drained, port->drained = true)
CHANGE(speed, port->speed_mbps = 100)
CHANGE(port_aggregator, port->attrs.aggregator++)
CHANGE(actor_state, port->attrs.actor_state = 0x45)
CHANGE(partner_state, port->attrs.partner_state = 0x02)
CHANGE(partner_system, port->lacpdu.actor.system[0] = 0x06)
CHANGE(partner_key, port->lacpdu.actor.key++)
CHANGE(partner_port, port->lacpdu.actor.port++)
CHANGE(lldp, free(port->lldp); port->lldp = calloc(1, sizeof(*port->lldp));
	strcpy(port->lldp->system_name, "leaf\n1");
	port->lldp->port = (struct lldp_id) { 5, 7, "Ten0/17" })
CHANGE(failures, port->attrs.link_failures++)

static const struct row {
	const char *interface, *property, *value;
	void (*change)(struct daemon *d, struct bond *bond, struct port *port);
} rows[] = {
	{ BUS_MANAGER, "Health", "'critical' ", change_health },
	{ BUS_BOND, "Mode", "'active-backup' ", change_mode },
	{ BUS_BOND, "Health", "'degraded' ", change_problems },
	{ BUS_BOND, "Verdict", "'bond0 degraded: eth1 has no carrier since "
	  "00:00:00' ", change_problems },
	{ BUS_BOND, "Problems", "[('port-down' ", change_problems },
	{ BUS_BOND, "Problems", "[('port-down' 'degraded' '" BUS_PORTS "/eth1' "
	  "86400000000 'eth1 is tired' )]", change_problem_text },
	{ BUS_BOND, "NeighborBroadcast", "'off' ", change_neighbor },
	{ BUS_BOND, "NeighborBroadcastSource", "'mainline' ", change_source },
	{ BUS_BOND, "PartnerSystem", "'02:00:00:00:aa:bc' ", change_partner },
	{ BUS_BOND, "Aggregator", "2 ", change_aggregator },
	{ BUS_BOND, "UsablePorts", "1 ", change_link },
	{ BUS_BOND, "Ports", "['" BUS_PORTS "/eth1' ]", change_port_removed },
	{ BUS_BOND, "PeersTotal", "3 ", change_peer_added },
	{ BUS_BOND, "PeersReachable", "0 ", change_peer_lost },
	{ BUS_PORT, "LinkUp", "false ", change_link },
	{ BUS_PORT, "SpeedMbps", "100 ", change_speed },
	{ BUS_PORT, "Usable", "false ", change_link },
	{ BUS_PORT, "Drained", "true ", change_drained },
	{ BUS_PORT, "AggregatorId", "2 ", change_port_aggregator },
	{ BUS_PORT, "ActorState", "0x45 ", change_actor_state },
	{ BUS_PORT, "PartnerState", "0x02 ", change_partner_state },
	{ BUS_PORT, "PartnerSystem", "'06:00:00:00:aa:bb' ",
	  change_partner_system },
	{ BUS_PORT, "PartnerKey", "16 ", change_partner_key },
	{ BUS_PORT, "PartnerPort", "32770 ", change_partner_port },
	{ BUS_PORT, "LinkFailures", "1 ", change_failures },
	{ BUS_PORT, "Switch", "'leaf\\x0a1' ", change_lldp },
	{ BUS_PORT, "SwitchPort", "'Ten0/17' ", change_lldp },
	{ BUS_PORT, "Health", "'degraded' ", change_problems },
};

static void publish(struct daemon *d)
{
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	bus_manager_changed(d->agent.bus);
	settle(d);
}

/* Said with its new value, and read back with the same one. */
static void assert_changes(struct daemon *d, const struct row *row)
{
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	const char *port = row->change == change_problems ? "/eth1" : "/eth0";
	char said[256], path[BUS_PATH_MAX] = BUS_ROOT, *line, *text;
	struct seen seen;

	if (strcmp(row->interface, BUS_BOND) == 0)
		strcpy(path, BUS_BONDS "/bond0");
	else if (strcmp(row->interface, BUS_PORT) == 0)
		snprintf(path, sizeof(path), BUS_PORTS "%s", port);

	publish(d);
	watch(d, &seen);
	settle(d);
	row->change(d, bond, bonds_find_port(&d->agent.bonds, 2));
	publish(d);
	snprintf(said, sizeof(said), "%s PropertiesChanged '%s' ", path,
		 row->interface);
	line = strstr(seen.text, said);
	if (!line)
		fail_msg("no '%s' for %s in %s", said, row->property, seen.text);
	*strchrnul(line, '\n') = '\0';
	snprintf(said, sizeof(said), "{'%s' <%s", row->property, row->value);
	if (!strstr(line, said))
		fail_msg("no %s in %s", said, line);
	text = get_all(d, path, row->interface);
	if (!strstr(text, said))
		fail_msg("no %s in %s", said, text);
	free(text);
}

/* Each row starts from a fresh model and bus. */
static void test_each(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(setup(state), 0);
		assert_changes(*state, &rows[i]);
		teardown(state);
	}
}

static bool has_row(const char *interface, const char *property, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].interface, interface) == 0 &&
		    strlen(rows[i].property) == length &&
		    memcmp(rows[i].property, property, length) == 0)
			return true;
	return false;
}

/* sd-bus annotates what is const or not announced; the rest promises. */
static unsigned int assert_covered(const char *interface, const char *xml)
{
	static const char tag[] = "<property name=\"";
	const char *end = strstr(xml, "</interface>"), *name, *next;
	unsigned int count = 0;

	while ((xml = strstr(xml, tag)) && xml < end) {
		name = xml + strlen(tag);
		xml = name + strcspn(name, "\"");
		next = strstr(xml, "</property>");
		if (strcspn(xml, ">") + xml + 2 < next &&
		    memmem(xml, next - xml, "EmitsChangedSignal", 18))
			continue;
		count++;
		if (!has_row(interface, name, xml - name))
			fail_msg("no row for %s.%.*s", interface,
				 (int)(xml - name), name);
	}
	return count;
}

static void test_all(void **state)
{
	static const struct {
		const char *path, *interface;
	} objects[] = {
		{ BUS_ROOT, BUS_MANAGER },
		{ BUS_BONDS "/bond0", BUS_BOND },
		{ BUS_PORTS "/eth0", BUS_PORT },
	};
	char *xml, start[64], *begin;
	unsigned int count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		xml = call_string(*state, objects[i].path,
				  "org.freedesktop.DBus.Introspectable",
				  "Introspect");
		snprintf(start, sizeof(start), "<interface name=\"%s\">",
			 objects[i].interface);
		begin = strstr(xml, start);
		assert_non_null(begin);
		count += assert_covered(objects[i].interface, begin);
		free(xml);
	}
	assert_in_range(count, 20, 100);
}

/* A bus that takes nothing costs no more memory than WAITING_MAX messages. */
static void test_stuck_bus(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	uint64_t waiting, most = 0;
	char *text;

	/* what the kernel buffers comes first: messages as long as they get */
	memset(bond->problems.list[0].text, 'x',
	       sizeof(bond->problems.list[0].text) - 1);
	bond->problems.count = 1;
	assert_int_equal(kill(d->dbus, SIGSTOP), 0);
	for (unsigned int i = 0; i < 60000 && !d->agent.bus->complained; i++) {
		bond->problems.list[0].since.real_usec = i;
		bus_bond_changed(d->agent.bus, bond);
		if (sd_bus_get_n_queued_write(d->agent.bus->bus, &waiting) >= 0 &&
		    waiting > most)
			most = waiting;
	}
	assert_int_equal(most, 4096);
	assert_true(d->agent.bus->complained);
	bus_bond_changed(d->agent.bus, bond);

	bond->problems.list[0] = port_down();
	bus_bond_changed(d->agent.bus, bond);
	assert_int_equal(kill(d->dbus, SIGCONT), 0);
	wait_for_owner(d);
	while (d->agent.bus->complained)
		step(d);
	text = get_all(d, BUS_BONDS "/bond0", BUS_BOND);
	assert_non_null(strstr(text, "eth1 has no carrier"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		TEST(test_all),
		TEST(test_stuck_bus),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
