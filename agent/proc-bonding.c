// SPDX-License-Identifier: GPL-2.0
/*
 * One pass: "key: value" lines belong to the bond until "Slave Interface:", then
 * to that port; within a port, "details actor lacp pdu:" and "details partner
 * lacp pdu:" open the two tables, whose keys are alike.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bond.h"
#include "proc-bonding.h"
#include "util.h"

#define FOLDER "/proc/self/net/bonding/"
#define FILE_MAX (256 * 1024)		/* some 250 ports */

struct parser {
	struct proc_bond *bond;
	struct proc_port port;
	struct frame_lacp_party *party;	/* which table is open, or NULL */
	char name[IFNAMSIZ];		/* of the port, "" = still the bond */
	proc_port_handler handle;
	void *userdata;
};

static bool parse_mac(const char *text, uint8_t mac[MAC_LEN])
{
	uint8_t value[MAC_LEN];
	int end = 0;

	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &value[0],
		   &value[1], &value[2], &value[3], &value[4], &value[5],
		   &end) != MAC_LEN || text[end])
		return false;
	memcpy(mac, value, MAC_LEN);
	return true;
}

/* A number that fits, else 0. */
static unsigned int parse_number(const char *text, unsigned int max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	return *end || end == text || value > max ? 0 : value;
}

static enum lacp_churn parse_churn(const char *word)
{
	if (strcmp(word, "churned") == 0)
		return LACP_CHURNED;
	return strcmp(word, "none") == 0 ? LACP_NO_CHURN : LACP_CHURN_MONITOR;
}

static void finish_port(struct parser *parser)
{
	struct proc_port *port = &parser->port;

	if (!parser->name[0])
		return;
	if (mac_is_zero(port->partner.system))
		port->has_partner = false;
	parser->handle(parser->name, port, parser->userdata);
}

static void start_port(struct parser *parser, const char *name)
{
	finish_port(parser);
	memset(&parser->port, 0, sizeof(parser->port));
	snprintf(parser->name, sizeof(parser->name), "%s", name);
	parser->party = NULL;
}

static void party_line(struct frame_lacp_party *party, const char *key,
		       const char *value)
{
	if (strcmp(key, "system priority") == 0)
		party->system_priority = parse_number(value, UINT16_MAX);
	else if (strcmp(key, "system mac address") == 0)
		(void)parse_mac(value, party->system);
	else if (strcmp(key, "port key") == 0 || strcmp(key, "oper key") == 0)
		party->key = parse_number(value, UINT16_MAX);
	else if (strcmp(key, "port priority") == 0)
		party->port_priority = parse_number(value, UINT16_MAX);
	else if (strcmp(key, "port number") == 0)
		party->port = parse_number(value, UINT16_MAX);
	else if (strcmp(key, "port state") == 0)
		party->state = parse_number(value, UINT8_MAX);
}

static void port_line(struct parser *parser, const char *key, const char *value)
{
	struct proc_port *port = &parser->port;

	if (strcmp(key, "Actor Churn State") == 0) {
		port->has_churn = true;
		port->actor_churn = parse_churn(value);
	} else if (strcmp(key, "Partner Churn State") == 0) {
		port->partner_churn = parse_churn(value);
	} else if (strcmp(key, "Actor Churned Count") == 0) {
		port->actor_churned = parse_number(value, UINT32_MAX);
	} else if (strcmp(key, "Partner Churned Count") == 0) {
		port->partner_churned = parse_number(value, UINT32_MAX);
	} else if (strcmp(key, "details actor lacp pdu") == 0) {
		port->has_actor = true;
		parser->party = &port->actor;
	} else if (strcmp(key, "details partner lacp pdu") == 0) {
		port->has_partner = true;
		parser->party = &port->partner;
	} else if (parser->party) {
		party_line(parser->party, key, value);
	}
}

static void line(struct parser *parser, char *text)
{
	char *key = text + strspn(text, " \t"), *value = strchr(key, ':');

	if (!value)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	if (strcmp(key, "Slave Interface") == 0)
		start_port(parser, value);
	else if (parser->name[0])
		port_line(parser, key, value);
	else if (strcmp(key, "System MAC address") == 0)
		parser->bond->has_system = parse_mac(value,
						     parser->bond->system);
}

void proc_bonding_parse(char *text, struct proc_bond *bond,
			proc_port_handler handle, void *userdata)
{
	struct parser parser = {
		.bond = bond, .handle = handle, .userdata = userdata,
	};
	char *end;

	memset(bond, 0, sizeof(*bond));
	for (; text; text = end) {
		end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		line(&parser, text);
	}
	finish_port(&parser);
}

/* Churn counts go up without a change of state worth a look. */
static bool is_same(const struct proc_port *a, const struct proc_port *b)
{
	return a->has_churn == b->has_churn &&
	       a->actor_churn == b->actor_churn &&
	       a->partner_churn == b->partner_churn &&
	       a->has_partner == b->has_partner &&
	       mac_equal(a->partner.system, b->partner.system) &&
	       a->partner.key == b->partner.key &&
	       a->partner.system_priority == b->partner.system_priority &&
	       a->partner.port == b->partner.port;
}

struct reading {
	struct bond *bond;
	int changed;
};

static void port_read(const char *name, const struct proc_port *proc,
		      void *userdata)
{
	struct reading *reading = userdata;
	struct port *port;

	TAILQ_FOREACH(port, &reading->bond->ports, entry) {
		if (strcmp(port->name, name) != 0)
			continue;
		reading->changed |= !is_same(&port->proc, proc);
		port->proc = *proc;
		return;
	}
}

/* The kernel writes it anew for each read: as much as there is. */
static int read_file(const char *name, char **text)
{
	char path[sizeof(FOLDER) + IFNAMSIZ];
	size_t used = 0;
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*text = malloc(FILE_MAX + 1);
	while (*text && n > 0 && used < FILE_MAX) {
		n = read(fd, *text + used, FILE_MAX - used);
		if (n > 0)
			used += n;
	}
	if (*text)
		(*text)[used] = '\0';
	close(fd);
	return !*text ? -ENOMEM : n < 0 ? -errno : 0;
}

int proc_bonding_read(struct bond *bond)
{
	struct reading reading = { .bond = bond };
	_cleanup_(freep) char *text = NULL;
	struct proc_bond proc;
	int r;

	r = read_file(bond->name, &text);
	if (r < 0)
		return r;
	proc_bonding_parse(text, &proc, port_read, &reading);
	reading.changed |= proc.has_system != bond->proc.has_system ||
			   !mac_equal(proc.system, bond->proc.system);
	bond->proc = proc;
	return reading.changed;
}
