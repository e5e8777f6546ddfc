// SPDX-License-Identifier: GPL-2.0
/*
 * GetManagedObjects is a{oa{sa{sv}}}: each object with its interfaces, each
 * with its properties. What is not in the tables below is skipped, so that a
 * newer daemon may show more.
 */

#include "ctl.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct property {
	const char *name;
	const char *type;		/* NULL: read_problems() */
	size_t offset;
};

static const struct property bond_properties[] = {
	{ "Name", "s", offsetof(struct view_bond, name) },
	{ "Mode", "s", offsetof(struct view_bond, mode) },
	{ "Health", "s", offsetof(struct view_bond, health) },
	{ "Verdict", "s", offsetof(struct view_bond, verdict) },
	{ "NeighborBroadcast", "s", offsetof(struct view_bond, neighbor) },
	{ "NeighborBroadcastSource", "s",
	  offsetof(struct view_bond, neighbor_source) },
	{ "PartnerSystem", "s", offsetof(struct view_bond, partner_system) },
	{ "UsablePorts", "u", offsetof(struct view_bond, usable_ports) },
	{ "PeersTotal", "u", offsetof(struct view_bond, peers_total) },
	{ "PeersReachable", "u", offsetof(struct view_bond, peers_reachable) },
	{ "Problems", NULL, 0 },
	{ NULL, NULL, 0 }
};

static const struct property port_properties[] = {
	{ "Name", "s", offsetof(struct view_port, name) },
	{ "Bond", "o", offsetof(struct view_port, bond) },
	{ "LinkUp", "b", offsetof(struct view_port, link_up) },
	{ "SpeedMbps", "u", offsetof(struct view_port, speed_mbps) },
	{ "Usable", "b", offsetof(struct view_port, usable) },
	{ "Drained", "b", offsetof(struct view_port, drained) },
	{ "AggregatorId", "q", offsetof(struct view_port, aggregator) },
	{ "ActorState", "y", offsetof(struct view_port, actor_state) },
	{ "PartnerState", "y", offsetof(struct view_port, partner_state) },
	{ "PartnerSystem", "s", offsetof(struct view_port, partner_system) },
	{ "PartnerKey", "q", offsetof(struct view_port, partner_key) },
	{ "PartnerPort", "q", offsetof(struct view_port, partner_port) },
	{ "Switch", "s", offsetof(struct view_port, switch_name) },
	{ "SwitchPort", "s", offsetof(struct view_port, switch_port) },
	{ "Health", "s", offsetof(struct view_port, health) },
	{ "KeepalivesSent", "t", offsetof(struct view_port, sent) },
	{ "KeepalivesAnswered", "t", offsetof(struct view_port, answered) },
	{ "RttUSec", "t", offsetof(struct view_port, rtt_usec) },
	{ NULL, NULL, 0 }
};

/* Room for one more in a list of @count: the new, zeroed entry. */
static void *grow(void **list, size_t *count, size_t size)
{
	char *new = realloc(*list, (*count + 1) * size);

	if (!new)
		return NULL;
	*list = new;
	new += (*count)++ * size;
	memset(new, 0, size);
	return new;
}

static int read_problems(sd_bus_message *reply, struct view_bond *bond)
{
	struct view_problem *problem, next;
	int r;

	r = sd_bus_message_enter_container(reply, 'v', "a(ssots)");
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(ssots)");
	while (r >= 0 &&
	       (r = sd_bus_message_read(reply, "(ssots)", &next.code,
					&next.severity, &next.object,
					&next.since_usec, &next.text)) > 0) {
		problem = grow((void **)&bond->problems, &bond->problem_count,
			       sizeof(*problem));
		if (!problem)
			return -ENOMEM;
		*problem = next;
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(reply);
	return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int read_property(sd_bus_message *reply, const char *name,
			 const struct property *properties, void *object)
{
	for (; properties->name; properties++) {
		if (strcmp(properties->name, name) != 0)
			continue;
		if (!properties->type)
			return read_problems(reply, object);
		return sd_bus_message_read(reply, "v", properties->type,
					   (char *)object + properties->offset);
	}
	return sd_bus_message_skip(reply, "v");
}

static int read_properties(sd_bus_message *reply,
			   const struct property *properties, void *object)
{
	const char *name;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "{sv}");
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(reply, 'e', "sv")) > 0) {
		r = sd_bus_message_read(reply, "s", &name);
		if (r >= 0)
			r = read_property(reply, name, properties, object);
		if (r >= 0)
			r = sd_bus_message_exit_container(reply);
	}
	return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int read_interface(struct view *view, const char *path,
			  const char *interface)
{
	struct view_bond *bond;
	struct view_port *port;

	if (strcmp(interface, BUS_BOND) == 0) {
		bond = grow((void **)&view->bonds, &view->bond_count,
			    sizeof(*bond));
		if (!bond)
			return -ENOMEM;
		*bond = (struct view_bond){
			.path = path, .name = "", .mode = "", .health = "",
			.verdict = "", .neighbor = "", .neighbor_source = "",
			.partner_system = "",
		};
		return read_properties(view->reply, bond_properties, bond);
	}
	if (strcmp(interface, BUS_PORT) == 0) {
		port = grow((void **)&view->ports, &view->port_count,
			    sizeof(*port));
		if (!port)
			return -ENOMEM;
		*port = (struct view_port){
			.path = path, .name = "", .bond = "", .health = "",
			.partner_system = "", .switch_name = "",
			.switch_port = "",
		};
		return read_properties(view->reply, port_properties, port);
	}
	return sd_bus_message_skip(view->reply, "a{sv}");
}

static int read_object(struct view *view)
{
	const char *path, *interface;
	int r;

	r = sd_bus_message_read(view->reply, "o", &path);
	if (r >= 0)
		r = sd_bus_message_enter_container(view->reply, 'a', "{sa{sv}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(view->reply, 'e',
							    "sa{sv}")) > 0) {
		r = sd_bus_message_read(view->reply, "s", &interface);
		if (r >= 0)
			r = read_interface(view, path, interface);
		if (r >= 0)
			r = sd_bus_message_exit_container(view->reply);
	}
	return r < 0 ? r : sd_bus_message_exit_container(view->reply);
}

static int read_objects(struct view *view)
{
	int r;

	r = sd_bus_message_enter_container(view->reply, 'a', "{oa{sa{sv}}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(view->reply, 'e',
						"oa{sa{sv}}")) > 0) {
		r = read_object(view);
		if (r >= 0)
			r = sd_bus_message_exit_container(view->reply);
	}
	return r;
}

static int compare_bonds(const void *a, const void *b)
{
	return strverscmp(((const struct view_bond *)a)->name,
			  ((const struct view_bond *)b)->name);
}

static int compare_ports(const void *a, const void *b)
{
	return strverscmp(((const struct view_port *)a)->name,
			  ((const struct view_port *)b)->name);
}

static void arrange(struct view *view)
{
	struct view_bond *bonds = view->bonds;
	struct view_port *ports = view->ports;

	if (bonds)
		qsort(bonds, view->bond_count, sizeof(*bonds), compare_bonds);
	if (ports)
		qsort(ports, view->port_count, sizeof(*ports), compare_ports);
	for (size_t i = 0; bonds && ports && i < view->bond_count; i++)
		for (size_t j = 0; j < view->port_count; j++)
			if (strcmp(ports[j].bond, bonds[i].path) == 0)
				bonds[i].port_count++;
}

bool view_has(const struct view *view, const char *name)
{
	for (size_t i = 0; i < view->bond_count; i++)
		if (strcmp(view->bonds[i].name, name) == 0)
			return true;
	return false;
}

/* Keep that bond only; its ports find it by its path. */
int view_narrow(struct view *view, const char *name)
{
	_cleanup_(freep) char *known = NULL;
	struct view_bond *bonds = view->bonds, one;
	size_t size;
	FILE *out;

	for (size_t i = 0; bonds && i < view->bond_count; i++) {
		if (strcmp(bonds[i].name, name) != 0)
			continue;
		one = bonds[i];
		bonds[i] = bonds[0];
		bonds[0] = one;
		while (view->bond_count > 1)
			free(bonds[--view->bond_count].problems);
		return 0;
	}

	out = open_memstream(&known, &size);
	if (!out)
		return ctl_fail(CTL_USAGE, "no bond '%s'", name);
	for (size_t i = 0; bonds && i < view->bond_count; i++)
		fprintf(out, "%s%s", i ? ", " : "", bonds[i].name);
	fclose(out);
	return ctl_fail(CTL_USAGE, "no bond '%s'; known: %s", name,
			view->bond_count ? known : "none");
}

int view_read(struct view *view, struct ctl *ctl, const char *bond)
{
	int code, r;

	*view = (struct view){ 0 };
	code = ctl_call(ctl, BUS_ROOT, "org.freedesktop.DBus.ObjectManager",
			"GetManagedObjects", &view->reply);
	if (code)
		return code;
	r = read_objects(view);
	if (r < 0)
		code = ctl_fail(CTL_UNKNOWN, "cannot read the answer of dualhomed: %s",
				strerror(-r));
	arrange(view);
	if (!code && bond)
		code = view_narrow(view, bond);
	if (code)
		view_clear(view);
	return code;
}

void view_clear(struct view *view)
{
	for (size_t i = 0; view->bonds && i < view->bond_count; i++)
		free(view->bonds[i].problems);
	free(view->bonds);
	free(view->ports);
	sd_bus_message_unref(view->reply);
	memset(view, 0, sizeof(*view));
}

enum health view_health(const struct view *view)
{
	enum health worst = HEALTH_UNKNOWN, health;

	for (size_t i = 0; i < view->bond_count; i++) {
		health = health_from_string(view->bonds[i].health);
		if ((int)health > (int)worst)
			worst = health;
	}
	return worst;
}
