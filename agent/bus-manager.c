// SPDX-License-Identifier: GPL-2.0

#include "bus-private.h"

#include <errno.h>
#include <string.h>

int bus_get_text(sd_bus *connection, const char *path, const char *interface,
		 const char *property, sd_bus_message *reply, void *userdata,
		 sd_bus_error *error)
{
	(void)connection, (void)path, (void)interface, (void)property;
	(void)error;
	return sd_bus_message_append(reply, "s", (const char *)userdata);
}

static int get_version(sd_bus *connection, const char *path,
		       const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata,
		       sd_bus_error *error)
{
	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata, (void)error;
	return sd_bus_message_append(reply, "s", VERSION);
}

static int method_list_bonds(sd_bus_message *message, void *userdata,
			     sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const struct published_bond *bond;
	struct bus *bus = userdata;
	int r;

	(void)error;
	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(so)");
	TAILQ_FOREACH(bond, &bus->bonds, entry)
		if (r >= 0)
			r = sd_bus_message_append(reply, "(so)",
						  bond->values.name,
						  bond->object.path);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* "bond0, bond1" or "none" */
static char *known_bonds(const struct bus *bus)
{
	const struct published_bond *bond;
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	if (TAILQ_EMPTY(&bus->bonds))
		fputs("none", out);
	TAILQ_FOREACH(bond, &bus->bonds, entry)
		fprintf(out, "%s%s", bond == TAILQ_FIRST(&bus->bonds) ? "" : ", ",
			bond->values.name);
	fclose(out);
	return text;
}

static int method_get_bond(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	_cleanup_(freep) char *known = NULL;
	const struct published_bond *bond;
	struct bus *bus = userdata;
	const char *name;
	int r;

	r = sd_bus_message_read(message, "s", &name);
	if (r < 0)
		return r;
	TAILQ_FOREACH(bond, &bus->bonds, entry)
		if (strcmp(bond->values.name, name) == 0)
			return sd_bus_reply_method_return(message, "o",
							  bond->object.path);
	known = known_bonds(bus);
	return sd_bus_error_setf(error, BUS_ERROR_NO_SUCH_BOND,
				 "no bond '%s'; known: %s", name,
				 known ? known : "?");
}

static int method_describe(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	_cleanup_(freep) char *text = NULL;
	int r;

	(void)error;
	r = bus_describe_manager(userdata, &text);
	return r < 0 ? r : sd_bus_reply_method_return(message, "s", text);
}

static int reload(struct bus *bus, sd_bus_message *message,
		  sd_bus_error *error)
{
	char text[CONFIG_ERROR_MAX] = "";
	int r;

	r = agent_reload(bus->agent, text, sizeof(text));
	if (r < 0)
		return sd_bus_error_set(error, BUS_ERROR_CONFIG,
					*text ? text : strerror(-r));
	return sd_bus_reply_method_return(message, NULL);
}

static int method_reload(sd_bus_message *message, void *userdata,
			 sd_bus_error *error)
{
	return bus_authorize(userdata, message, reload, error);
}

#define OPEN SD_BUS_VTABLE_UNPRIVILEGED

const sd_bus_vtable bus_manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	BUS_CONST("Version", "s", get_version, 0),
	BUS_SHOWN("Health", "s", NULL, offsetof(struct bus, health)),
	SD_BUS_METHOD_WITH_ARGS("ListBonds", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("a(so)", bonds),
				method_list_bonds, OPEN),
	SD_BUS_METHOD_WITH_ARGS("GetBond", SD_BUS_ARGS("s", name),
				SD_BUS_RESULT("o", bond),
				method_get_bond, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Describe", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("s", json),
				method_describe, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
				method_reload, OPEN),
	SD_BUS_SIGNAL_WITH_ARGS("Event",
				SD_BUS_ARGS("s", severity, "s", code,
					    "o", object, "s", text), 0),
	SD_BUS_VTABLE_END
};
