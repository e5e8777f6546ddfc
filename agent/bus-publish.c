// SPDX-License-Identifier: GPL-2.0
/*
 * Copies of the model that the bus shows. They are kept up to date without a
 * bus as well: who connects later finds them complete.
 */

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "log.h"
#include "report.h"

struct published_bond *bus_find_bond(struct bus *bus, int ifindex)
{
	return bus_index_by_ifindex(&bus->bond_index, ifindex);
}

struct published_port *bus_find_port(struct bus *bus, int ifindex)
{
	return bus_index_by_ifindex(&bus->port_index, ifindex);
}

/* A signal that could not be sent is lost, the daemon goes on. */
static void check_sent(int r, const char *what)
{
	if (r < 0)
		log_debug("cannot send %s: %s", what, strerror(-r));
}

static void object_added(struct bus *bus, const char *path)
{
	if (bus_may_signal(bus))
		check_sent(sd_bus_emit_object_added(bus->bus, path),
			   "InterfacesAdded");
}

/* While the object can still be found: sd-bus looks up what it had. */
static void object_removed(struct bus *bus, const char *path)
{
	if (bus_may_signal(bus))
		check_sent(sd_bus_emit_object_removed(bus->bus, path),
			   "InterfacesRemoved");
}

static void properties_changed(struct bus *bus, const char *path,
			       const char *interface, const char **names)
{
	if (*names && bus_may_signal(bus))
		check_sent(sd_bus_emit_properties_changed_strv(bus->bus, path,
				interface, (char **)names),
			   "PropertiesChanged");
}

static void forget_bond(struct bus *bus, struct published_bond *bond)
{
	TAILQ_REMOVE(&bus->bonds, bond, entry);
	bus_index_remove(&bus->bond_index, &bond->object);
	bond_values_clear(&bond->values);
	free(bond);
}

void bus_bond_added(struct bus *bus, const struct bond *bond)
{
	struct published_bond *published;
	int r;

	if (!bus)
		return;
	if (bus_find_bond(bus, bond->ifindex)) {
		bus_bond_changed(bus, bond);
		return;
	}

	published = calloc(1, sizeof(*published));
	r = published ? 0 : -ENOMEM;
	if (r >= 0)
		r = bus_path(published->object.path, BUS_BONDS, bond->name);
	if (r >= 0)
		r = bond_values_read(&published->values, bus->agent, bond);
	if (r >= 0) {
		published->object.ifindex = bond->ifindex;
		r = bus_index_add(&bus->bond_index, &published->object);
	}
	if (r < 0) {
		log_error("cannot publish %s: %s", bond->name, strerror(-r));
		if (published)
			bond_values_clear(&published->values);
		free(published);
		return;
	}
	published->bus = bus;
	TAILQ_INSERT_TAIL(&bus->bonds, published, entry);
	object_added(bus, published->object.path);
}

void bus_bond_removed(struct bus *bus, const struct bond *bond)
{
	struct published_bond *published;

	if (!bus)
		return;
	published = bus_find_bond(bus, bond->ifindex);
	if (!published)
		return;
	object_removed(bus, published->object.path);
	forget_bond(bus, published);
}

static void forget_port(struct bus *bus, struct published_port *port)
{
	TAILQ_REMOVE(&bus->ports, port, entry);
	bus_index_remove(&bus->port_index, &port->object);
	free(port);
}

void bus_port_added(struct bus *bus, const struct port *port)
{
	struct published_port *published;
	int r;

	if (!bus || bus_find_port(bus, port->ifindex))
		return;

	published = calloc(1, sizeof(*published));
	r = published ? 0 : -ENOMEM;
	if (r >= 0)
		r = bus_path(published->object.path, BUS_PORTS, port->name);
	if (r >= 0)
		r = port_values_read(&published->values, port);
	if (r >= 0) {
		published->object.ifindex = port->ifindex;
		r = bus_index_add(&bus->port_index, &published->object);
	}
	if (r < 0) {
		log_error("cannot publish %s: %s", port->name, strerror(-r));
		free(published);
		return;
	}
	published->bus = bus;
	published->port = port;
	TAILQ_INSERT_TAIL(&bus->ports, published, entry);
	object_added(bus, published->object.path);
}

void bus_port_removed(struct bus *bus, const struct port *port)
{
	struct published_port *published;

	if (!bus)
		return;
	published = bus_find_port(bus, port->ifindex);
	if (!published)
		return;
	object_removed(bus, published->object.path);
	forget_port(bus, published);
}

static void port_changed(struct bus *bus, const struct port *port)
{
	struct published_port *published = bus_find_port(bus, port->ifindex);
	const char *changed[BUS_PROPERTIES_MAX];
	struct port_values values;
	int r;

	if (!published)
		return;
	r = port_values_read(&values, port);
	if (r < 0) {
		log_error("cannot publish %s: %s", port->name, strerror(-r));
		return;
	}
	port_values_diff(&published->values, &values, changed);
	published->values = values;
	properties_changed(bus, published->object.path, BUS_PORT, changed);
}

void bus_bond_changed(struct bus *bus, const struct bond *bond)
{
	const char *changed[BUS_PROPERTIES_MAX];
	struct published_bond *published;
	struct bond_values values;
	const struct port *port;
	int r;

	if (!bus)
		return;
	published = bus_find_bond(bus, bond->ifindex);
	if (!published)
		return;
	r = bond_values_read(&values, bus->agent, bond);
	if (r < 0) {
		log_error("cannot publish %s: %s", bond->name, strerror(-r));
		return;
	}
	bond_values_diff(&published->values, &values, changed);
	bond_values_clear(&published->values);
	published->values = values;
	properties_changed(bus, published->object.path, BUS_BOND, changed);

	TAILQ_FOREACH(port, &bond->ports, entry)
		port_changed(bus, port);
}

void bus_manager_changed(struct bus *bus)
{
	const char *changed[] = { "Health", NULL };
	const char *health;

	if (!bus)
		return;
	health = health_to_string(agent_health(bus->agent));
	if (health == bus->health)
		return;
	bus->health = health;
	properties_changed(bus, BUS_ROOT, BUS_MANAGER, changed);
}

void bus_event(struct bus *bus, const struct bond *bond,
	       const struct problem *problem, bool raised)
{
	const char *code = fault_code_to_string(problem->code);
	const char *severity = health_to_string(HEALTH_OK);
	char path[BUS_PATH_MAX], text[SENTENCE_MAX];
	struct moment now = { .mono_usec = now_usec(CLOCK_MONOTONIC) };
	int r;

	if (!bus || !bus_may_signal(bus))
		return;
	if (raised)
		severity = severity_to_string(problem->severity);
	report_sentence(text, bond, problem, raised, now);
	r = bus_path(path, problem->ifindex == bond->ifindex ?
		     BUS_BONDS : BUS_PORTS, problem->object);
	if (r >= 0)
		r = sd_bus_emit_signal(bus->bus, BUS_ROOT, BUS_MANAGER, "Event",
				       "ssos", severity, code, path, text);
	check_sent(r, "Event");
}

void bus_publish_all(struct bus *bus)
{
	const struct bond *bond;
	const struct port *port;

	TAILQ_FOREACH(bond, &bus->agent->bonds.list, entry) {
		bus_bond_added(bus, bond);
		TAILQ_FOREACH(port, &bond->ports, entry)
			bus_port_added(bus, port);
	}
	bus_manager_changed(bus);
}

void bus_forget_all(struct bus *bus)
{
	while (!TAILQ_EMPTY(&bus->bonds))
		forget_bond(bus, TAILQ_FIRST(&bus->bonds));
	while (!TAILQ_EMPTY(&bus->ports))
		forget_port(bus, TAILQ_FIRST(&bus->ports));
}
