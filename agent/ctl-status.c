// SPDX-License-Identifier: GPL-2.0
/* status, list: ask once, print, done. */

#include "ctl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static void print_headline(const struct ctl *ctl, const struct view_bond *bond,
			   uint64_t now)
{
	const char *color = ctl->color ? color_of(bond->health) : "";
	char since[WORDS_MAX], more[WORDS_MAX] = "";

	printf("%s %s%s%s", bond->name, color, bond->health,
	       ctl->color ? "\033[0m" : "");
	if (bond->problem_count == 0) {
		printf(", %" PRIu32 " of %" PRIu32 " ports usable\n",
		       bond->usable_ports, bond->port_count);
		return;
	}
	if (bond->problem_count > 1)
		snprintf(more, sizeof(more), " (+%zu more)",
			 bond->problem_count - 1);
	printf(": %s since %s%s\n", bond->problems[0].text,
	       format_since(since, bond->problems[0].since_usec, now), more);
}

static void print_facts(const struct view_bond *bond)
{
	printf("  mode %s, %" PRIu32 " of %" PRIu32 " ports usable, neighbor broadcast %s",
	       bond->mode, bond->usable_ports, bond->port_count, bond->neighbor);
	if (strcmp(bond->neighbor, "on") == 0)
		printf(" (%s)", bond->neighbor_source);
	if (*bond->partner_system)
		printf(", partner %s", bond->partner_system);
	if (bond->peers_total)
		printf(", %" PRIu32 " of %" PRIu32 " peers reachable",
		       bond->peers_reachable, bond->peers_total);
	putchar('\n');
}

static const struct column port_columns[] = {
	{ "PORT",		"name", COLUMN_TEXT, false },
	{ "LINK",		"link_up", COLUMN_BOOL, false },
	{ "SPEED",		"speed_mbps", COLUMN_NUMBER, true },
	{ "USABLE",		"usable", COLUMN_BOOL, false },
	{ "AGG",		"aggregator_id", COLUMN_NUMBER, true },
	{ "ACTOR",		"actor_state", COLUMN_TEXT, false },
	{ "PARTNER-SYSTEM",	"partner_system", COLUMN_TEXT, false },
	{ "PROBES",		"keepalives", COLUMN_TEXT, true },
	{ "RTT",		"rtt_usec", COLUMN_NUMBER, true },
	{ "HEALTH",		"health", COLUMN_TEXT, false },
};

static void add_port(struct table *table, const struct view_port *port)
{
	char words[WORDS_MAX];

	table_row(table);
	table_text(table, port->name);
	table_bool(table, port->link_up, "up", "down");
	table_value(table, port->speed_mbps,
		    format_speed(words, port->speed_mbps));
	table_bool(table, port->usable, "yes", "no");
	table_number(table, port->aggregator);
	snprintf(words, sizeof(words), "0x%02x", port->actor_state);
	table_text(table, words);
	table_text(table, port->partner_system);
	*words = '\0';
	if (port->sent > 0)
		snprintf(words, sizeof(words), "%" PRIu64 "/%" PRIu64,
			 port->answered, port->sent);
	table_text(table, words);
	table_value(table, port->rtt_usec, format_rtt(words, port->rtt_usec));
	table_health(table, port->health);
}

static int print_ports(const struct ctl *ctl, const struct view *view,
		       const struct view_bond *bond)
{
	struct table *table;
	int code;

	table = table_new(ctl, "ports", port_columns, ARRAY_SIZE(port_columns));
	if (!table)
		return ctl_fail(CTL_UNKNOWN, "out of memory");
	for (size_t i = 0; i < view->port_count; i++)
		if (strcmp(view->ports[i].bond, bond->path) == 0)
			add_port(table, &view->ports[i]);
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

static int print_status(const struct ctl *ctl, const struct view *view)
{
	uint64_t now = now_usec(CLOCK_REALTIME);
	const struct view_bond *bond = view->bonds;
	int code = 0;

	if (view->bond_count == 0)
		puts("no bonds here; dualhomed waits for one to appear");
	for (size_t i = 0; !code && i < view->bond_count; i++, bond++) {
		if (i > 0)
			putchar('\n');
		print_headline(ctl, bond, now);
		print_facts(bond);
		if (bond->port_count)
			code = print_ports(ctl, view, bond);
		print_problems(ctl, bond, now);
	}
	return code;
}

int ctl_print_description(struct ctl *ctl, const char *path,
			  const char *interface)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const char *text;
	int code;

	code = ctl_call(ctl, path, interface, "Describe", &reply);
	if (code)
		return code;
	if (sd_bus_message_read(reply, "s", &text) < 0)
		return ctl_fail(CTL_UNKNOWN, "cannot read the answer of dualhomed");
	json_format(stdout, text, ctl->json);
	return 0;
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
		code = print_status(ctl, &view);
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
