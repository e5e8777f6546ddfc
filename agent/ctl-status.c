// SPDX-License-Identifier: GPL-2.0
/* status, list: ask once, print, done. */

#include "ctl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* The daemon's own sentence, as in STATUS=, with the health in color. */
static void print_headline(const struct ctl *ctl, const struct view_bond *bond)
{
	const char *color = ctl->color ? color_of(bond->health) : "";
	size_t name = strlen(bond->name) + 1, health = strlen(bond->health);

	if (strlen(bond->verdict) < name + health)
		printf("%s %s\n", bond->name, bond->health);
	else
		printf("%.*s%s%.*s%s%s\n", (int)name, bond->verdict, color,
		       (int)health, bond->verdict + name,
		       ctl->color ? "\033[0m" : "",
		       bond->verdict + name + health);
}

static void print_facts(const struct view_bond *bond)
{
	printf("  %s, %" PRIu32 " of %" PRIu32 " ports usable", bond->mode,
	       bond->usable_ports, bond->port_count);
	if (*bond->partner_system)
		printf(", partner %s", bond->partner_system);
	printf("\n  neighbor broadcast %s", bond->neighbor);
	if (strcmp(bond->neighbor, "on") == 0)
		printf(" (%s)", bond->neighbor_source);
	if (bond->peers_total)
		printf(", %" PRIu32 " of %" PRIu32 " peers reachable",
		       bond->peers_reachable, bond->peers_total);
	putchar('\n');
}

/* As many as fit into 80 characters; `ports` has all. */
static const struct column port_columns[] = {
	{ "PORT",		"name", COLUMN_TEXT, false },
	{ "LINK",		"link", COLUMN_TEXT, false },
	{ "LACP",		"lacp", COLUMN_TEXT, false },
	{ "PARTNER",		"partner_system", COLUMN_TEXT, false },
	{ "SWITCH PORT",	"switch", COLUMN_TEXT, false },
	{ "SINCE",		"since", COLUMN_TEXT, false },
};

/* "leaf1 Et1": what comes after the first dot of a host name is the same for all. */
static void add_switch(struct table *table, const struct view_port *port)
{
	const char *name = port->switch_name;
	char words[2 * BUS_NAME_TEXT_MAX + 2];
	size_t length = strcspn(name, ".");

	if (strspn(name, "0123456789.") == strlen(name))
		length = strlen(name);
	snprintf(words, sizeof(words), "%.*s%s%s", (int)length, name,
		 *name && *port->switch_port ? " " : "", port->switch_port);
	table_text(table, words);
}

/* When the worst fault of the port began. */
static void add_since(struct table *table, const struct view_bond *bond,
		      const struct view_port *port, uint64_t now)
{
	const struct view_problem *problem = bond->problems;
	char words[WORDS_MAX];

	for (size_t i = 0; i < bond->problem_count; i++, problem++) {
		if (strcmp(problem->object, port->path) != 0)
			continue;
		table_colored(table, format_since(words, problem->since_usec,
						  now),
			      color_of(problem->severity));
		return;
	}
	table_text(table, "");
}

static void add_port(struct table *table, const struct view_bond *bond,
		     const struct view_port *port, uint64_t now)
{
	const char *speed;
	char words[WORDS_MAX];

	table_row(table);
	table_text(table, port->name);
	speed = format_speed(words, port->speed_mbps);
	table_text(table, !port->link_up ? "down" : speed ? speed : "up");
	table_text(table, port->link_up || port->drained ? format_lacp(port) :
							   "");
	table_text(table, port->partner_system);
	add_switch(table, port);
	add_since(table, bond, port, now);
}

static int print_ports(const struct ctl *ctl, const struct view *view,
		       const struct view_bond *bond, uint64_t now)
{
	struct table *table;
	int code;

	table = table_new(ctl, "ports", port_columns, ARRAY_SIZE(port_columns));
	if (!table)
		return ctl_fail(CTL_UNKNOWN, "out of memory");
	for (size_t i = 0; i < view->port_count; i++)
		if (strcmp(view->ports[i].bond, bond->path) == 0)
			add_port(table, bond, &view->ports[i], now);
	code = table_print(table, "  ");
	table_free(table);
	return code;
}

static void print_problems(const struct ctl *ctl, const struct view_bond *bond,
			   uint64_t now)
{
	const struct view_problem *problem = bond->problems;
	char since[WORDS_MAX];

	for (size_t i = 0; i < bond->problem_count; i++, problem++)
		printf("  %s%s%s %s since %s: %s\n",
		       ctl->color ? color_of(problem->severity) : "",
		       problem->severity, ctl->color ? "\033[0m" : "",
		       problem->code,
		       format_since(since, problem->since_usec, now),
		       problem->text);
}

static int print_bond(const struct ctl *ctl, const struct view *view,
		      const struct view_bond *bond)
{
	uint64_t now = now_usec(CLOCK_REALTIME);
	int code = 0;

	print_headline(ctl, bond);
	print_facts(bond);
	if (bond->port_count)
		code = print_ports(ctl, view, bond, now);
	print_problems(ctl, bond, now);
	return code;
}

static int rank(const struct view_bond *bond)
{
	int health = health_from_string(bond->health);

	return health < 0 ? HEALTH_UNKNOWN : health;
}

/* The worst first, as in STATUS=: what is read at night is the first line. */
int ctl_print_status(const struct ctl *ctl, const struct view *view)
{
	unsigned int printed = 0;
	int code = 0;

	if (view->bond_count == 0)
		puts("no bonds here; dualhomed waits for one to appear");
	for (int health = _HEALTH_MAX - 1; health >= 0; health--)
		for (size_t i = 0; !code && i < view->bond_count; i++) {
			if (rank(&view->bonds[i]) != health)
				continue;
			if (printed++)
				putchar('\n');
			code = print_bond(ctl, view, &view->bonds[i]);
		}
	return code;
}

int ctl_get_description(struct ctl *ctl, const char *path,
			const char *interface, char **text)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const char *answer;
	int code;

	code = ctl_call(ctl, path, interface, "Describe", &reply);
	if (code)
		return code;
	if (sd_bus_message_read(reply, "s", &answer) < 0)
		return ctl_fail(CTL_UNKNOWN, "cannot read the answer of dualhomed");
	*text = strdup(answer);
	return *text ? 0 : ctl_fail(CTL_UNKNOWN, "out of memory");
}

int ctl_print_description(struct ctl *ctl, const char *path,
			  const char *interface)
{
	_cleanup_(freep) char *text = NULL;
	int code;

	code = ctl_get_description(ctl, path, interface, &text);
	if (!code)
		json_format(stdout, text, ctl->json);
	return code;
}

int ctl_status(struct ctl *ctl, int argc, char **argv)
{
	static const int codes[] = {
		[HEALTH_UNKNOWN]	= CTL_UNKNOWN,
		[HEALTH_OK]		= CTL_OK,
		[HEALTH_DEGRADED]	= CTL_DEGRADED,
		[HEALTH_CRITICAL]	= CTL_CRITICAL,
	};
	const char *name = argc > 1 ? argv[1] : NULL;
	struct view view;
	int code;

	code = view_read(&view, ctl, name);
	if (code)
		return code;
	if (!ctl->json)
		code = ctl_print_status(ctl, &view);
	else if (name)
		code = ctl_print_description(ctl, view.bonds[0].path, BUS_BOND);
	else
		code = ctl_print_description(ctl, BUS_ROOT, BUS_MANAGER);
	if (!code)
		code = codes[view_health(&view)];
	view_clear(&view);
	return code;
}

static const struct column bond_columns[] = {
	{ "BOND",		"name", COLUMN_TEXT, false },
	{ "HEALTH",		"health", COLUMN_TEXT, false },
	{ "MODE",		"mode", COLUMN_TEXT, false },
	{ "PORTS",		"ports", COLUMN_NUMBER, true },
	{ "USABLE",		"usable_ports", COLUMN_NUMBER, true },
	{ "NEIGHBOR",		"neighbor_broadcast", COLUMN_TEXT, false },
	{ "SOURCE",		"neighbor_broadcast_source", COLUMN_TEXT, false },
	{ "PARTNER-SYSTEM",	"partner_system", COLUMN_TEXT, false },
	{ "PEERS",		"peers_total", COLUMN_NUMBER, true },
	{ "REACHABLE",		"peers_reachable", COLUMN_NUMBER, true },
};

int ctl_list(struct ctl *ctl, int argc, char **argv)
{
	const struct view_bond *bond;
	struct table *table;
	struct view view;
	int code;

	(void)argc, (void)argv;
	code = view_read(&view, ctl, NULL);
	if (code)
		return code;
	table = table_new(ctl, "bonds", bond_columns, ARRAY_SIZE(bond_columns));
	for (size_t i = 0; table && i < view.bond_count; i++) {
		bond = &view.bonds[i];
		table_row(table);
		table_text(table, bond->name);
		table_health(table, bond->health);
		table_text(table, bond->mode);
		table_number(table, bond->port_count);
		table_number(table, bond->usable_ports);
		table_text(table, bond->neighbor);
		table_text(table, bond->neighbor_source);
		table_text(table, bond->partner_system);
		table_number(table, bond->peers_total);
		table_number(table, bond->peers_reachable);
	}
	code = table ? table_print(table, "") :
		       ctl_fail(CTL_UNKNOWN, "out of memory");
	table_free(table);
	view_clear(&view);
	return code;
}
