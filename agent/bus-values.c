// SPDX-License-Identifier: GPL-2.0

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "neighbor.h"
#include "text.h"

/* A property and the bytes that decide whether it changed. */
struct field {
	const char *property;
	size_t offset;
	size_t size;
};

#define FIELD(property, type, member) \
	{ property, offsetof(struct type, member), \
	  sizeof(((struct type *)NULL)->member) }

static const struct field bond_fields[] = {
	FIELD("Mode", bond_values, mode),
	FIELD("Health", bond_values, health),
	FIELD("Verdict", bond_values, verdict),
	FIELD("NeighborBroadcast", bond_values, neighbor),
	FIELD("NeighborBroadcastSource", bond_values, neighbor_source),
	FIELD("PartnerSystem", bond_values, partner_system),
	FIELD("Aggregator", bond_values, aggregator),
	FIELD("UsablePorts", bond_values, usable_ports),
	FIELD("PeersTotal", bond_values, peers_total),
	FIELD("PeersReachable", bond_values, peers_reachable),
};

static const struct field port_fields[] = {
	FIELD("LinkUp", port_values, link_up),
	FIELD("SpeedMbps", port_values, speed_mbps),
	FIELD("Usable", port_values, usable),
	FIELD("Drained", port_values, drained),
	FIELD("AggregatorId", port_values, aggregator),
	FIELD("ActorState", port_values, actor_state),
	FIELD("PartnerState", port_values, partner_state),
	FIELD("PartnerSystem", port_values, partner_system),
	FIELD("PartnerKey", port_values, partner_key),
	FIELD("PartnerPort", port_values, partner_port),
	FIELD("LinkFailures", port_values, link_failures),
	FIELD("Switch", port_values, switch_name),
	FIELD("SwitchPort", port_values, switch_port),
	FIELD("Health", port_values, health),
};

/* Values are filled into zeroed memory, so that bytes may be compared. */
static size_t diff(const struct field *fields, size_t count, const void *a,
		   const void *b, const char **changed)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (memcmp((const char *)a + fields[i].offset,
			   (const char *)b + fields[i].offset, fields[i].size))
			changed[n++] = fields[i].property;
	changed[n] = NULL;
	return n;
}

char *mac_to_text(char text[MAC_TEXT_MAX], const uint8_t mac[MAC_LEN])
{
	snprintf(text, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return text;
}

static int read_problems(struct bond_values *values, const struct bond *bond)
{
	const struct problem *from = bond->problems.list;
	size_t count = bond->problems.count;
	struct published_problem *to;
	int r;

	if (count == 0)
		return 0;
	to = calloc(count, sizeof(*to));
	if (!to)
		return -ENOMEM;
	values->problems = to;
	values->problem_count = count;

	for (; count > 0; count--, from++, to++) {
		to->code = fault_code_to_string(from->code);
		to->severity = severity_to_string(from->severity);
		to->since_usec = from->since.real_usec;
		text_clean(to->text, sizeof(to->text), from->text);
		r = bus_path(to->object, from->ifindex == bond->ifindex ?
			     BUS_BONDS : BUS_PORTS, from->object);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_ports(struct bond_values *values, const struct bond *bond)
{
	const struct port *port;
	size_t count = 0;
	int r;

	TAILQ_FOREACH(port, &bond->ports, entry)
		count++;
	if (count == 0)
		return 0;
	values->ports = calloc(count, sizeof(*values->ports));
	if (!values->ports)
		return -ENOMEM;

	TAILQ_FOREACH(port, &bond->ports, entry) {
		r = bus_path(values->ports[values->port_count++], BUS_PORTS,
			     port->name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_peers(struct bond_values *values, const struct agent *agent,
		      const struct bond *bond)
{
	struct bus_peers peers;
	int r;

	r = bus_peers_read(&peers, agent, bond->ifindex);
	if (r < 0)
		return r;
	/* nothing else is ever answered */
	for (size_t i = 0; i < peers.count; i++) {
		if (peers.list[i].paths[0]->method != KEEPALIVE_ECHO)
			continue;
		values->peers_total++;
		values->peers_reachable += peers.list[i].reachable;
	}
	bus_peers_clear(&peers);
	return 0;
}

int bond_values_read(struct bond_values *values, const struct agent *agent,
		     const struct bond *bond)
{
	const struct bond_attrs *attrs = &bond->attrs;
	char raw[sizeof(values->verdict)];
	int r;

	memset(values, 0, sizeof(*values));
	text_clean(values->name, sizeof(values->name), bond->name);
	values->ifindex = bond->ifindex;
	values->mode = bond_mode_to_string(attrs->mode);
	values->health = health_to_string(health_of_bond(bond));
	health_describe(bond, raw, sizeof(raw));
	text_clean(values->verdict, sizeof(values->verdict), raw);
	values->neighbor = neighbor_state_to_string(neighbor_state(bond));
	values->neighbor_source =
		neighbor_source_to_string(bond->neighbor_source);
	values->usable_ports = bond_usable_ports(bond);
	if (attrs->has_ad_info) {
		values->aggregator = attrs->aggregator;
		if (!mac_is_zero(attrs->partner_mac))
			mac_to_text(values->partner_system, attrs->partner_mac);
	}

	r = read_problems(values, bond);
	if (r >= 0)
		r = read_ports(values, bond);
	if (r >= 0)
		r = read_peers(values, agent, bond);
	if (r < 0)
		bond_values_clear(values);
	return r;
}

void bond_values_clear(struct bond_values *values)
{
	free(values->problems);
	free(values->ports);
	memset(values, 0, sizeof(*values));
}

static bool list_differs(const void *a, size_t a_count, const void *b,
			 size_t b_count, size_t size)
{
	return a_count != b_count ||
	       (a_count > 0 && memcmp(a, b, a_count * size) != 0);
}

void bond_values_diff(const struct bond_values *a, const struct bond_values *b,
		      const char *changed[BUS_PROPERTIES_MAX])
{
	size_t n = diff(bond_fields, ARRAY_SIZE(bond_fields), a, b, changed);

	if (list_differs(a->problems, a->problem_count, b->problems,
			 b->problem_count, sizeof(*a->problems)))
		changed[n++] = "Problems";
	if (list_differs(a->ports, a->port_count, b->ports, b->port_count,
			 sizeof(*a->ports)))
		changed[n++] = "Ports";
	changed[n] = NULL;
}

int port_values_read(struct port_values *values, const struct port *port)
{
	const struct frame_lacp_party *partner = port_partner(port);
	const struct port_attrs *attrs = &port->attrs;

	memset(values, 0, sizeof(*values));
	text_clean(values->name, sizeof(values->name), port->name);
	values->ifindex = port->ifindex;
	values->link_up = port->carrier;
	values->speed_mbps = port->speed_mbps;
	values->usable = port_is_usable(port);
	values->drained = port->drained;
	values->link_failures = attrs->link_failures;
	values->health = health_to_string(health_of_port(&port->bond->problems,
							 port->ifindex));
	if (attrs->has_ad) {
		values->aggregator = attrs->aggregator;
		values->actor_state = attrs->actor_state;
		values->partner_state = attrs->partner_state;
	}
	if (partner) {
		mac_to_text(values->partner_system, partner->system);
		values->partner_key = partner->key;
		values->partner_port = partner->port;
	}
	if (port->lldp) {
		lldp_switch_name(port->lldp, values->switch_name,
				 sizeof(values->switch_name));
		lldp_port_name(port->lldp, values->switch_port,
			       sizeof(values->switch_port));
	}
	return bus_path(values->bond, BUS_BONDS, port->bond->name);
}

void port_values_diff(const struct port_values *a, const struct port_values *b,
		      const char *changed[BUS_PROPERTIES_MAX])
{
	diff(port_fields, ARRAY_SIZE(port_fields), a, b, changed);
}
