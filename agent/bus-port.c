// SPDX-License-Identifier: GPL-2.0

#include "bus-private.h"

#include <errno.h>
#include <string.h>

/* Counters move with every keepalive: read where they are counted. */
static int get_counter(sd_bus *connection, const char *path,
		       const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata,
		       sd_bus_error *error)
{
	const struct published_port *published = userdata;
	const struct port_counters *counters = &published->port->keepalives;
	uint64_t value;

	(void)connection, (void)path, (void)interface, (void)error;
	if (strcmp(property, "KeepalivesSent") == 0)
		value = counters->sent;
	else if (strcmp(property, "KeepalivesAnswered") == 0)
		value = counters->answered;
	else
		value = counters->rtt_usec;
	return sd_bus_message_append(reply, "t", value);
}

static int get_bond(sd_bus *connection, const char *path, const char *interface,
		    const char *property, sd_bus_message *reply, void *userdata,
		    sd_bus_error *error)
{
	const struct published_port *published = userdata;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)error;
	return sd_bus_message_append(reply, "o", published->values.bond);
}

int bus_port_find(sd_bus *connection, const char *path, const char *interface,
		  void *userdata, void **found, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)connection, (void)interface, (void)error;
	*found = bus_index_by_path(&bus->port_index, path);
	return *found ? 1 : 0;
}

int bus_port_enumerate(sd_bus *connection, const char *prefix, void *userdata,
		       char ***nodes, sd_bus_error *error)
{
	const struct published_port *port;
	struct bus *bus = userdata;
	size_t count = 0;
	char **list;

	(void)connection, (void)prefix, (void)error;
	TAILQ_FOREACH(port, &bus->ports, entry)
		count++;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	count = 0;
	TAILQ_FOREACH(port, &bus->ports, entry) {
		list[count] = strdup(port->object.path);
		if (!list[count++])
			break;
	}
	*nodes = list;
	return 0;
}

#define VALUE(member) offsetof(struct published_port, values.member)

const sd_bus_vtable bus_port_vtable[] = {
	SD_BUS_VTABLE_START(0),
	BUS_CONST("Name", "s", bus_get_text, VALUE(name)),
	BUS_CONST("IfIndex", "i", NULL, VALUE(ifindex)),
	/* who moves to another bond, or whose bond is renamed, is added anew */
	BUS_CONST("Bond", "o", get_bond, 0),
	BUS_SHOWN("LinkUp", "b", NULL, VALUE(link_up)),
	BUS_SHOWN("SpeedMbps", "u", NULL, VALUE(speed_mbps)),
	BUS_SHOWN("Usable", "b", NULL, VALUE(usable)),
	BUS_SHOWN("AggregatorId", "q", NULL, VALUE(aggregator)),
	BUS_SHOWN("ActorState", "y", NULL, VALUE(actor_state)),
	BUS_SHOWN("PartnerState", "y", NULL, VALUE(partner_state)),
	BUS_SHOWN("PartnerSystem", "s", bus_get_text, VALUE(partner_system)),
	BUS_SHOWN("PartnerKey", "q", NULL, VALUE(partner_key)),
	BUS_SHOWN("PartnerPort", "q", NULL, VALUE(partner_port)),
	BUS_SHOWN("LinkFailures", "u", NULL, VALUE(link_failures)),
	BUS_SHOWN("Switch", "s", bus_get_text, VALUE(switch_name)),
	BUS_SHOWN("SwitchPort", "s", bus_get_text, VALUE(switch_port)),
	BUS_SHOWN("Health", "s", NULL, VALUE(health)),
	SD_BUS_PROPERTY("KeepalivesSent", "t", get_counter, 0, 0),
	SD_BUS_PROPERTY("KeepalivesAnswered", "t", get_counter, 0, 0),
	SD_BUS_PROPERTY("RttUSec", "t", get_counter, 0, 0),
	SD_BUS_VTABLE_END
};
