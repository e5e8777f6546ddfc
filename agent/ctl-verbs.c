// SPDX-License-Identifier: GPL-2.0
/* ports, describe, and what changes something. */

#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "lacp.h"
#include "util.h"

static const struct column columns[] = {
	{ "PORT",		"name", COLUMN_TEXT, false },
	{ "BOND",		"bond", COLUMN_TEXT, false },
	{ "LINK",		"link_up", COLUMN_BOOL, false },
	{ "SPEED",		"speed_mbps", COLUMN_NUMBER, true },
	{ "AGG",		"aggregator_id", COLUMN_NUMBER, true },
	{ "LACP",		"lacp", COLUMN_TEXT, false },
	{ "ACTOR",		"actor_state", COLUMN_TEXT, false },
	{ "PARTNER",		"partner_state", COLUMN_TEXT, false },
	{ "PARTNER-SYSTEM",	"partner_system", COLUMN_TEXT, false },
	{ "SWITCH",		"switch", COLUMN_TEXT, false },
	{ "SWITCH-PORT",	"switch_port", COLUMN_TEXT, false },
	{ "HEALTH",		"health", COLUMN_TEXT, false },
};

/* The first thing that keeps a port from carrying traffic. */
const char *format_lacp(const struct view_port *port)
{
	const uint8_t actor = port->actor_state, partner = port->partner_state;

	static const struct {
		uint8_t bit;
		const char *here, *there;
	} bits[] = {
		{ LACP_SYNCHRONIZATION, "not in sync", "partner not in sync" },
		{ LACP_COLLECTING, "not collecting", "partner not collecting" },
		{ LACP_DISTRIBUTING, "not distributing",
		  "partner not distributing" },
	};

	if (port->drained)
		return "drained";
	if (!actor)
		return "";
	if (actor & LACP_DEFAULTED)
		return "no partner";
	if (actor & LACP_EXPIRED)
		return "partner silent";
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (!(partner & bits[i].bit))
			return bits[i].there;
		if (!(actor & bits[i].bit))
			return bits[i].here;
	}
	return "ok";
}

static void add_port(struct table *table, const struct view_port *port)
{
	char words[WORDS_MAX], name[BUS_NAME_TEXT_MAX];

	table_row(table);
	table_text(table, port->name);
	table_text(table, bus_path_name(port->bond, name, sizeof(name)));
	table_bool(table, port->link_up, "up", "down");
	table_value(table, port->speed_mbps,
		    format_speed(words, port->speed_mbps));
	table_number(table, port->aggregator);
	table_text(table, format_lacp(port));
	snprintf(words, sizeof(words), "0x%02x", port->actor_state);
	table_text(table, words);
	snprintf(words, sizeof(words), "0x%02x", port->partner_state);
	table_text(table, words);
	table_text(table, port->partner_system);
	table_text(table, port->switch_name);
	table_text(table, port->switch_port);
	table_health(table, port->health);
}

int ctl_ports(struct ctl *ctl, int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	struct table *table;
	struct view view;
	int code;

	code = view_read(&view, ctl, name);
	if (code)
		return code;
	table = table_new(ctl, "ports", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; table && i < view.port_count; i++)
		if (!name || strcmp(view.ports[i].bond, view.bonds[0].path) == 0)
			add_port(table, &view.ports[i]);
	code = table ? table_print(table, "") :
		       ctl_fail(CTL_UNKNOWN, "out of memory");
	table_free(table);
	view_clear(&view);
	return code;
}

/* The daemon's own JSON; pretty unless something else is asked for. */
int ctl_describe(struct ctl *ctl, int argc, char **argv)
{
	struct view view;
	int code;

	if (!ctl->json)
		ctl->json = JSON_PRETTY;
	if (argc < 2)
		return ctl_print_description(ctl, BUS_ROOT, BUS_MANAGER);
	code = view_read(&view, ctl, argv[1]);
	if (code)
		return code;
	code = ctl_print_description(ctl, view.bonds[0].path, BUS_BOND);
	view_clear(&view);
	return code;
}

/* A person may be asked for a password: polkit and its agent take their time. */
static int change(struct ctl *ctl, const char *path, const char *interface,
		  const char *member, const char *types, int value)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_message_new_method_call(ctl->bus, &message, BUS_NAME, path,
					   interface, member);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0)
		r = sd_bus_message_set_allow_interactive_authorization(message,
								       true);
	if (r >= 0 && types)
		r = sd_bus_message_append(message, types, value);
	if (r >= 0)
		r = sd_bus_call(ctl->bus, message, 300 * USEC_PER_SEC, &error,
				NULL);
	return r < 0 ? ctl_call_failed(ctl, &error, r) : 0;
}

int ctl_reload(struct ctl *ctl, int argc, char **argv)
{
	(void)argc, (void)argv;
	return change(ctl, BUS_ROOT, BUS_MANAGER, "Reload", NULL, 0);
}

/* Path of the port @name in @view, or NULL and one line. */
static const char *find_port(const struct view *view, const char *name)
{
	_cleanup_(freep) char *known = NULL;
	size_t size;
	FILE *out;

	for (size_t i = 0; i < view->port_count; i++)
		if (strcmp(view->ports[i].name, name) == 0)
			return view->ports[i].path;
	out = open_memstream(&known, &size);
	for (size_t i = 0; out && i < view->port_count; i++)
		fprintf(out, "%s%s", i ? ", " : "", view->ports[i].name);
	if (out)
		fclose(out);
	ctl_fail(CTL_USAGE, "no port '%s'; known: %s", name,
		 known && *known ? known : "none");
	return NULL;
}

static int change_port(struct ctl *ctl, int argc, char **argv,
		       const char *member, const char *types)
{
	const char *path;
	struct view view;
	int code;

	if (argc != 2)
		return ctl_fail(CTL_USAGE, "%s takes PORT", argv[0]);
	code = view_read(&view, ctl, NULL);
	if (code)
		return code;
	path = find_port(&view, argv[1]);
	code = path ? change(ctl, path, BUS_PORT, member, types, ctl->force) :
		      CTL_USAGE;
	view_clear(&view);
	return code;
}

int ctl_drain(struct ctl *ctl, int argc, char **argv)
{
	return change_port(ctl, argc, argv, "Drain", "b");
}

int ctl_undrain(struct ctl *ctl, int argc, char **argv)
{
	return change_port(ctl, argc, argv, "Undrain", NULL);
}

int ctl_set_neighbor_broadcast(struct ctl *ctl, int argc, char **argv)
{
	struct view view;
	bool on;
	int code;

	if (argc != 3)
		return ctl_fail(CTL_USAGE, "%s takes BOND and on or off",
				argv[0]);
	on = strcmp(argv[2], "on") == 0;
	if (!on && strcmp(argv[2], "off") != 0)
		return ctl_fail(CTL_USAGE, "no '%s'; known: on, off", argv[2]);
	code = view_read(&view, ctl, argv[1]);
	if (code)
		return code;
	code = change(ctl, view.bonds[0].path, BUS_BOND, "SetNeighborBroadcast",
		      "b", on);
	view_clear(&view);
	return code;
}
