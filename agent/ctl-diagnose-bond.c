// SPDX-License-Identifier: GPL-2.0
/* Bonds and ports: what the kernel has, and beside it what the daemon heard. */

#include "ctl-diagnose.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "util.h"

/* Below /sys/class/net/BOND/bonding; some are for root or in mode 4 only. */
static const char *const options[] = {
	"mode", "lacp_rate", "lacp_active", "miimon", "updelay", "downdelay",
	"arp_interval", "xmit_hash_policy", "min_links", "ad_select",
	"ad_aggregator", "ad_num_ports", "ad_actor_key", "ad_partner_key",
	"ad_partner_mac", "ad_actor_system", "ad_actor_sys_prio",
	"num_grat_arp", "peer_notif_delay", "all_slaves_active",
	"broadcast_neighbor",
};

static void add_name(struct table *table, const char *name)
{
	char clean[BUS_NAME_TEXT_MAX];

	table_text(table, text_clean(clean, sizeof(clean), name));
}

/* A number of sysfs; "-" where there is none, as the speed of a port without carrier. */
static void add_count(struct table *table, const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	table_value(table, value, *text && !*end && *text != '-' ? text : NULL);
}

static const struct column option_columns[] = {
	{ "BOND",	"bond", COLUMN_TEXT, false },
	{ "OPTION",	"option", COLUMN_TEXT, false },
	{ "VALUE",	"value", COLUMN_TEXT, false },
};

void diagnose_options(struct diagnosis *d)
{
	struct table *table = table_new(d->ctl, "options", option_columns,
					ARRAY_SIZE(option_columns));
	char line[256];

	section_open(d, "options", "Options of the bonds");
	for (size_t i = 0; table && i < d->host.bond_count; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(options); j++) {
			host_line(d->root, line, "/sys/class/net/%s/bonding/%s",
				  d->host.bonds[i].name, options[j]);
			if (!*line)
				continue;
			table_row(table);
			add_name(table, d->host.bonds[i].name);
			table_text(table, options[j]);
			add_name(table, line);
		}
	}
	section_table(d, "options", table);
	section_close(d);
}

/* Bits of IEEE 802.1AX, in the order of the standard. */
static const char *state_words(unsigned int state, char words[160])
{
	static const struct {
		unsigned int bit;
		const char *set, *clear;
	} bits[] = {
		{ LACP_ACTIVITY, "active", "passive" },
		{ LACP_TIMEOUT, "fast", "slow" },
		{ LACP_AGGREGATION, "aggregatable", "individual" },
		{ LACP_SYNCHRONIZATION, "in-sync", "OUT-OF-SYNC" },
		{ LACP_COLLECTING, "collecting", "NOT-COLLECTING" },
		{ LACP_DISTRIBUTING, "distributing", "NOT-DISTRIBUTING" },
		{ LACP_DEFAULTED, "DEFAULTED", NULL },
		{ LACP_EXPIRED, "EXPIRED", NULL },
	};
	const char *word;
	size_t used = 0;

	words[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		word = state & bits[i].bit ? bits[i].set : bits[i].clear;
		if (word)
			used += snprintf(words + used, 160 - used, "%s%s",
					 used ? " " : "", word);
	}
	return words;
}

static const struct column lacp_columns[] = {
	{ "PORT",	"port", COLUMN_TEXT, false },
	{ "SIDE",	"side", COLUMN_TEXT, false },
	{ "SYSTEM",	"system", COLUMN_TEXT, false },
	{ "PRIO",	"system_priority", COLUMN_NUMBER, true },
	{ "KEY",	"key", COLUMN_NUMBER, true },
	{ "NUMBER",	"port_number", COLUMN_NUMBER, true },
	{ "AGG",	"aggregator_id", COLUMN_NUMBER, true },
	{ "STATE",	"state", COLUMN_NUMBER, true },
	{ "IN-WORDS",	"state_words", COLUMN_TEXT, false },
};

struct side {
	const char *name;		/* actor, partner: the kernel's; heard */
	char system[18];
	bool numbers;			/* the next three are known */
	unsigned int priority, key, number;
	const char *state;		/* of sysfs: decimal, "" = not known */
};

static void add_side(struct table *table, const char *port,
		     const struct side *side, const char *aggregator)
{
	char number[16], words[160], hex[16];
	const unsigned int values[] = { side->priority, side->key, side->number };
	unsigned int state = strtoul(side->state, NULL, 10);

	table_row(table);
	add_name(table, port);
	table_text(table, side->name);
	table_text(table, side->system);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(number, sizeof(number), "%u", values[i]);
		table_value(table, values[i], side->numbers ? number : NULL);
	}
	add_count(table, aggregator);
	snprintf(hex, sizeof(hex), "0x%02x", state);
	table_value(table, state, *side->state ? hex : NULL);
	table_text(table, *side->state ? state_words(state, words) : "");
}

static void fill_side(struct side *side, bool known,
		      const struct frame_lacp_party *party)
{
	const uint8_t *mac = party->system;

	side->numbers = known;
	if (!known)
		return;
	snprintf(side->system, sizeof(side->system),
		 "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	side->priority = party->system_priority;
	side->key = party->key;
	side->number = party->port;
}

static const struct view_port *find_view(const struct diagnosis *d,
					 const char *name)
{
	char clean[BUS_NAME_TEXT_MAX];

	text_clean(clean, sizeof(clean), name);
	for (size_t i = 0; d->has_view && i < d->view.port_count; i++)
		if (strcmp(d->view.ports[i].name, clean) == 0)
			return &d->view.ports[i];
	return NULL;
}

/* The kernel's word is late: it forgets a system when it hears another one. */
static void add_heard(struct table *table, const struct diagnosis *d,
		      const struct host_port *port)
{
	const struct view_port *view = find_view(d, port->name);
	struct side side = { .name = "heard", .state = "" };

	if (!view || !*view->partner_system)
		return;
	snprintf(side.system, sizeof(side.system), "%s", view->partner_system);
	table_row(table);
	add_name(table, port->name);
	table_text(table, side.name);
	table_text(table, side.system);
	table_value(table, 0, NULL);
	table_number(table, view->partner_key);
	table_number(table, view->partner_port);
	table_value(table, 0, NULL);
	table_value(table, 0, NULL);
	table_text(table, "");
}

void diagnose_lacp(struct diagnosis *d)
{
	struct table *table = table_new(d->ctl, "lacp", lacp_columns,
					ARRAY_SIZE(lacp_columns));
	const struct host_port *port = d->host.ports;
	char agg[256], state[256];

	section_open(d, "lacp", "LACP");
	for (size_t i = 0; table && i < d->host.port_count; i++, port++) {
		struct side actor = { .name = "actor", .state = state };
		struct side partner = { .name = "partner", .state = state };

		fill_side(&actor, port->has_proc && port->proc.has_actor,
			  &port->proc.actor);
		fill_side(&partner, port->has_proc && port->proc.has_partner,
			  &port->proc.partner);
		host_line(d->root, agg, "/sys/class/net/%s/bonding_slave/ad_aggregator_id",
			  port->name);
		host_line(d->root, state, "/sys/class/net/%s/bonding_slave/ad_actor_oper_port_state",
			  port->name);
		add_side(table, port->name, &actor, agg);
		host_line(d->root, state, "/sys/class/net/%s/bonding_slave/ad_partner_oper_port_state",
			  port->name);
		add_side(table, port->name, &partner, agg);
		add_heard(table, d, port);
	}
	section_table(d, "ports", table);
	if (!d->has_view)
		section_missing(d, "what dualhomed has heard on the ports");
	section_close(d);
}

static const struct column lldp_columns[] = {
	{ "PORT",	"port", COLUMN_TEXT, false },
	{ "SWITCH",	"switch", COLUMN_TEXT, false },
	{ "SWITCH-PORT", "switch_port", COLUMN_TEXT, false },
};

void diagnose_lldp(struct diagnosis *d)
{
	const struct view_port *view;
	struct table *table;

	section_open(d, "lldp", "LLDP");
	if (!d->has_view) {
		section_missing(d, "LLDP: only dualhomed hears it");
		section_close(d);
		return;
	}
	table = table_new(d->ctl, "lldp", lldp_columns, ARRAY_SIZE(lldp_columns));
	for (size_t i = 0; table && i < d->host.port_count; i++) {
		view = find_view(d, d->host.ports[i].name);
		table_row(table);
		add_name(table, d->host.ports[i].name);
		table_text(table, view ? view->switch_name : "");
		table_text(table, view ? view->switch_port : "");
	}
	section_table(d, "ports", table);
	section_close(d);
}

static const struct column link_columns[] = {
	{ "LINK",	"name", COLUMN_TEXT, false },
	{ "DRIVER",	"driver", COLUMN_TEXT, false },
	{ "STATE",	"operstate", COLUMN_TEXT, false },
	{ "SPEED",	"speed_mbps", COLUMN_NUMBER, true },
	{ "DUPLEX",	"duplex", COLUMN_TEXT, false },
	{ "MTU",	"mtu", COLUMN_NUMBER, true },
	{ "CARRIER",	"carrier", COLUMN_NUMBER, true },
	{ "UPS",	"carrier_up_count", COLUMN_NUMBER, true },
	{ "DOWNS",	"carrier_down_count", COLUMN_NUMBER, true },
	{ "FAILURES",	"link_failures", COLUMN_NUMBER, true },
	{ "MAC",	"mac", COLUMN_TEXT, false },
	{ "PERMANENT",	"permanent_mac", COLUMN_TEXT, false },
};

static void add_link(struct diagnosis *d, struct table *table, const char *name)
{
	static const struct {
		const char *file;
		bool number;
	} files[] = {
		{ "operstate", false }, { "speed", true }, { "duplex", false },
		{ "mtu", true }, { "carrier", true },
		{ "carrier_up_count", true }, { "carrier_down_count", true },
		{ "bonding_slave/link_failure_count", true },
		{ "address", false }, { "bonding_slave/perm_hwaddr", false },
	};
	char path[512], driver[PATH_MAX], line[256];
	ssize_t length;

	table_row(table);
	add_name(table, name);
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/device/driver",
		 d->root, name);
	length = readlink(path, driver, sizeof(driver) - 1);
	driver[length > 0 ? length : 0] = '\0';
	table_text(table, length > 0 ? basename(driver) : "");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		host_line(d->root, line, "/sys/class/net/%s/%s", name,
			  files[i].file);
		if (files[i].number)
			add_count(table, line);
		else
			table_text(table, line);
	}
}

void diagnose_links(struct diagnosis *d)
{
	struct table *table = table_new(d->ctl, "links", link_columns,
					ARRAY_SIZE(link_columns));

	section_open(d, "links", "Links");
	for (size_t i = 0; table && i < d->host.bond_count; i++)
		add_link(d, table, d->host.bonds[i].name);
	for (size_t i = 0; table && i < d->host.port_count; i++)
		add_link(d, table, d->host.ports[i].name);
	section_table(d, "links", table);
	section_close(d);
}

void diagnose_proc(struct diagnosis *d)
{
	const struct host_bond *bond = d->host.bonds;

	section_open(d, "proc", "/proc/net/bonding");
	for (size_t i = 0; i < d->host.bond_count; i++, bond++)
		if (bond->proc)
			section_text(d, bond->name, bond->proc);
		else
			section_missing(d, "/proc/net/bonding/%s", bond->name);
	section_close(d);
}
