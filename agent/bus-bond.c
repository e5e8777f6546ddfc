// SPDX-License-Identifier: GPL-2.0

#include "bus-private.h"

#include <errno.h>
#include <string.h>

static int get_problems(sd_bus *connection, const char *path,
			const char *interface, const char *property,
			sd_bus_message *reply, void *userdata,
			sd_bus_error *error)
{
	const struct bond_values *values = userdata;
	const struct published_problem *problem;
	int r;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)error;
	r = sd_bus_message_open_container(reply, 'a', "(ssots)");
	for (size_t i = 0; r >= 0 && i < values->problem_count; i++) {
		problem = &values->problems[i];
		r = sd_bus_message_append(reply, "(ssots)", problem->code,
					  problem->severity, problem->object,
					  problem->since_usec, problem->text);
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_ports(sd_bus *connection, const char *path,
		     const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct bond_values *values = userdata;
	int r;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)error;
	r = sd_bus_message_open_container(reply, 'a', "o");
	for (size_t i = 0; r >= 0 && i < values->port_count; i++)
		r = sd_bus_message_append(reply, "o", values->ports[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_describe(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	_cleanup_(freep) char *text = NULL;
	int r;

	(void)error;
	r = bus_describe_bond(userdata, &text);
	return r < 0 ? r : sd_bus_reply_method_return(message, "s", text);
}

/* @bond is what is left of it: it may have gone in the meantime. */
static int refuse_neighbor(sd_bus_error *error, int r, const char *name,
			   const struct bond *bond)
{
	const char *remedy = bond ? bond->neighbor_remedy : NULL;

	if (r == -EOPNOTSUPP)
		return sd_bus_error_setf(error, BUS_ERROR_UNSUPPORTED,
					 "the bonding driver that runs cannot broadcast neighbor discovery on %s%s%s",
					 name, remedy ? ": " : "",
					 remedy ? remedy : "");
	if (r == -EACCES && bond)
		return sd_bus_error_setf(error, BUS_ERROR_WRONG_MODE,
					 "%s is in mode %s; neighbor broadcast needs mode 802.3ad",
					 name,
					 bond_mode_to_string(bond->attrs.mode));
	return sd_bus_error_set_errnof(error, r,
				       "cannot set neighbor broadcast on %s: %s",
				       name, strerror(-r));
}

/*
 * The bond may have gone or got a new name since the call. Switching reads the
 * link back, and with it comes what else has changed.
 */
static int set_neighbor_broadcast(struct bus *bus, sd_bus_message *message,
				  sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(message);
	const struct published_bond *published;
	struct bonds *bonds = &bus->agent->bonds;
	char name[BUS_NAME_TEXT_MAX];
	struct bond *bond = NULL;
	int on, ifindex, r;

	r = sd_bus_message_read(message, "b", &on);
	if (r < 0)
		return r;
	bus_path_name(path, name, sizeof(name));
	published = bus_index_by_path(&bus->bond_index, path);
	if (published)
		bond = bonds_find(bonds, published->object.ifindex);
	if (!bond)
		return sd_bus_error_setf(error, BUS_ERROR_NO_SUCH_BOND,
					 "bond '%s' has gone", name);
	ifindex = bond->ifindex;
	r = agent_set_neighbor_broadcast(bus->agent, bond, on);
	if (r < 0)
		return refuse_neighbor(error, r, name,
				       bonds_find(bonds, ifindex));
	return sd_bus_reply_method_return(message, NULL);
}

static int method_set_neighbor_broadcast(sd_bus_message *message,
					 void *userdata, sd_bus_error *error)
{
	const struct published_bond *published = userdata;

	return bus_authorize(published->bus, message, set_neighbor_broadcast,
			     error);
}

int bus_bond_find(sd_bus *connection, const char *path, const char *interface,
		  void *userdata, void **found, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)connection, (void)interface, (void)error;
	*found = bus_index_by_path(&bus->bond_index, path);
	return *found ? 1 : 0;
}

int bus_bond_enumerate(sd_bus *connection, const char *prefix, void *userdata,
		       char ***nodes, sd_bus_error *error)
{
	const struct published_bond *bond;
	struct bus *bus = userdata;
	size_t count = 0;
	char **list;

	(void)connection, (void)prefix, (void)error;
	TAILQ_FOREACH(bond, &bus->bonds, entry)
		count++;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	count = 0;
	TAILQ_FOREACH(bond, &bus->bonds, entry) {
		list[count] = strdup(bond->object.path);
		if (!list[count++])
			break;
	}
	*nodes = list;
	return 0;
}

#define OPEN SD_BUS_VTABLE_UNPRIVILEGED
#define VALUE(member) offsetof(struct published_bond, values.member)
#define ALL_VALUES offsetof(struct published_bond, values)

const sd_bus_vtable bus_bond_vtable[] = {
	SD_BUS_VTABLE_START(0),
	BUS_CONST("Name", "s", bus_get_text, VALUE(name)),
	BUS_CONST("IfIndex", "i", NULL, VALUE(ifindex)),
	BUS_SHOWN("Mode", "s", NULL, VALUE(mode)),
	BUS_SHOWN("Health", "s", NULL, VALUE(health)),
	BUS_SHOWN("Verdict", "s", bus_get_text, VALUE(verdict)),
	BUS_SHOWN("Problems", "a(ssots)", get_problems, ALL_VALUES),
	BUS_SHOWN("NeighborBroadcast", "s", NULL, VALUE(neighbor)),
	BUS_SHOWN("NeighborBroadcastSource", "s", NULL, VALUE(neighbor_source)),
	BUS_SHOWN("PartnerSystem", "s", bus_get_text, VALUE(partner_system)),
	BUS_SHOWN("Aggregator", "q", NULL, VALUE(aggregator)),
	BUS_SHOWN("UsablePorts", "u", NULL, VALUE(usable_ports)),
	BUS_SHOWN("Ports", "ao", get_ports, ALL_VALUES),
	BUS_SHOWN("PeersTotal", "u", NULL, VALUE(peers_total)),
	BUS_SHOWN("PeersReachable", "u", NULL, VALUE(peers_reachable)),
	SD_BUS_METHOD_WITH_ARGS("Describe", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("s", json),
				method_describe, OPEN),
	SD_BUS_METHOD_WITH_ARGS("ListPeers", SD_BUS_NO_ARGS,
				SD_BUS_RESULT(BUS_PEERS, peers),
				bus_method_list_peers, OPEN),
	SD_BUS_METHOD_WITH_ARGS("ListPeerDetails", SD_BUS_NO_ARGS,
				SD_BUS_RESULT(BUS_PEER_DETAILS, peers),
				bus_method_list_peer_details, OPEN),
	SD_BUS_METHOD_WITH_ARGS("SetNeighborBroadcast", SD_BUS_ARGS("b", on),
				SD_BUS_NO_RESULT,
				method_set_neighbor_broadcast, OPEN),
	SD_BUS_VTABLE_END
};
