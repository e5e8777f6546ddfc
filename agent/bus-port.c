// SPDX-License-Identifier: GPL-2.0

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "drain.h"

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

/* @name is all that may be left of the port. */
static int refuse_drain(sd_bus_error *error, int r, const char *name)
{
	if (r == -EBUSY)
		return sd_bus_error_setf(error, BUS_ERROR_LAST_PORT,
					 "no other port of its bond would carry the traffic of %s; --force drains it nevertheless",
					 name);
	if (r == -EALREADY)
		return sd_bus_error_setf(error, BUS_ERROR_BUSY,
					 "%s is just being drained", name);
	if (r == -ECANCELED)
		return sd_bus_error_setf(error, BUS_ERROR_BUSY,
					 "%s was wanted back before it was drained",
					 name);
	if (r == -ENODEV)
		return sd_bus_error_setf(error, BUS_ERROR_NO_SUCH_PORT,
					 "port '%s' has gone", name);
	return sd_bus_error_set_errnof(error, r, "cannot switch %s: %s", name,
				       strerror(-r));
}

/* The port of the path that @message was sent to; it may have gone since. */
static struct port *find_port(struct bus *bus, sd_bus_message *message,
			      char name[BUS_NAME_TEXT_MAX])
{
	const char *path = sd_bus_message_get_path(message);
	const struct published_port *published;

	bus_path_name(path, name, BUS_NAME_TEXT_MAX);
	published = bus_index_by_path(&bus->port_index, path);
	return published ? bonds_find_port(&bus->agent->bonds,
					   published->object.ifindex) : NULL;
}

static void on_drained(int result, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = userdata;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	char name[BUS_NAME_TEXT_MAX];

	if (result == 0) {
		sd_bus_reply_method_return(message, NULL);
		return;
	}
	bus_path_name(sd_bus_message_get_path(message), name, sizeof(name));
	refuse_drain(&error, result, name);
	sd_bus_reply_method_error(message, &error);
}

static int drain(struct bus *bus, sd_bus_message *message, sd_bus_error *error)
{
	char name[BUS_NAME_TEXT_MAX];
	struct port *port = find_port(bus, message, name);
	int force, r;

	r = sd_bus_message_read(message, "b", &force);
	if (r < 0)
		return r;
	if (!port)
		return refuse_drain(error, -ENODEV, name);
	r = drain_start(bus->agent->drain, port, force, on_drained,
			sd_bus_message_ref(message));
	if (r < 0) {
		sd_bus_message_unref(message);
		return refuse_drain(error, r, name);
	}
	return 1;
}

static int undrain(struct bus *bus, sd_bus_message *message,
		   sd_bus_error *error)
{
	char name[BUS_NAME_TEXT_MAX];
	struct port *port = find_port(bus, message, name);
	int r = port ? drain_undo(bus->agent->drain, port) : -ENODEV;

	if (r < 0)
		return refuse_drain(error, r, name);
	return sd_bus_reply_method_return(message, NULL);
}

static int method_drain(sd_bus_message *message, void *userdata,
			sd_bus_error *error)
{
	const struct published_port *published = userdata;

	return bus_authorize(published->bus, message, drain, error);
}

static int method_undrain(sd_bus_message *message, void *userdata,
			  sd_bus_error *error)
{
	const struct published_port *published = userdata;

	return bus_authorize(published->bus, message, undrain, error);
}

#define OPEN SD_BUS_VTABLE_UNPRIVILEGED
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
	BUS_SHOWN("Drained", "b", NULL, VALUE(drained)),
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
	SD_BUS_METHOD_WITH_ARGS("Drain", SD_BUS_ARGS("b", force),
				SD_BUS_NO_RESULT, method_drain, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Undrain", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
				method_undrain, OPEN),
	SD_BUS_VTABLE_END
};
