// SPDX-License-Identifier: GPL-2.0
/*
 * All of a bond in one JSON object, for people with jq and for bug reports.
 * Keys are the names of the properties in lower case, words apart by "_".
 */

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "frame-lldp.h"
#include "json.h"

static void describe_problems(struct json *json,
			      const struct bond_values *bond)
{
	const struct published_problem *problem;
	char name[BUS_NAME_TEXT_MAX];

	json_open(json, "problems", '[');
	for (size_t i = 0; i < bond->problem_count; i++) {
		problem = &bond->problems[i];
		bus_path_name(problem->object, name, sizeof(name));
		json_open(json, NULL, '{');
		json_string(json, "code", problem->code);
		json_string(json, "severity", problem->severity);
		json_string(json, "object", name);
		json_number(json, "since_usec", problem->since_usec);
		json_string(json, "text", problem->text);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void describe_party(struct json *json, const char *key,
			   const struct frame_lacp_party *party)
{
	char system[MAC_TEXT_MAX];

	mac_to_text(system, party->system);
	json_open(json, key, '{');
	json_number(json, "system_priority", party->system_priority);
	json_string(json, "system", system);
	json_number(json, "key", party->key);
	json_number(json, "port_priority", party->port_priority);
	json_number(json, "port", party->port);
	json_number(json, "state", party->state);
	json_close(json, '}');
}

/* The last one: what the partner says of itself, and what of us. */
static void describe_lacpdu(struct json *json, const struct port *port)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);

	if (!port->has_lacpdu) {
		json_null(json, "lacpdu");
		return;
	}
	json_open(json, "lacpdu", '{');
	json_number(json, "age_usec",
		    now > port->lacpdu_usec ? now - port->lacpdu_usec : 0);
	describe_party(json, "actor", &port->lacpdu.actor);
	describe_party(json, "partner", &port->lacpdu.partner);
	json_close(json, '}');
}

static void describe_port(struct json *json, const struct published_port *port)
{
	const struct port_counters *keepalives = &port->port->keepalives;
	const struct port_values *values = &port->values;
	char chassis[BUS_NAME_TEXT_MAX] = "";

	json_open(json, NULL, '{');
	json_string(json, "name", values->name);
	json_number(json, "ifindex", values->ifindex);
	json_bool(json, "link_up", values->link_up);
	json_number(json, "speed_mbps", values->speed_mbps);
	json_bool(json, "usable", values->usable);
	json_bool(json, "drained", values->drained);
	json_number(json, "aggregator_id", values->aggregator);
	json_number(json, "actor_state", values->actor_state);
	json_number(json, "partner_state", values->partner_state);
	json_string(json, "partner_system", values->partner_system);
	json_number(json, "partner_key", values->partner_key);
	json_number(json, "partner_port", values->partner_port);
	json_number(json, "link_failures", values->link_failures);
	json_string(json, "switch", values->switch_name);
	json_string(json, "switch_port", values->switch_port);
	if (port->port->lldp)
		lldp_chassis_name(port->port->lldp, chassis, sizeof(chassis));
	json_string(json, "switch_chassis", chassis);
	describe_lacpdu(json, port->port);
	json_string(json, "health", values->health);
	json_number(json, "keepalives_sent", keepalives->sent);
	json_number(json, "keepalives_answered", keepalives->answered);
	json_number(json, "rtt_usec", keepalives->rtt_usec);
	json_close(json, '}');
}

static void describe_path(struct json *json, struct bus *bus,
			  const struct keepalive_path *path)
{
	const struct published_port *port = bus_find_port(bus, path->port);
	uint64_t since = bus_since_answer(bus->agent, path);

	if (!port)
		return;
	json_open(json, NULL, '{');
	json_string(json, "port", port->values.name);
	json_number(json, "sent", path->sent);
	json_number(json, "answered", path->answered);
	json_number(json, "rtt_usec", path->rtt_usec);
	json_number(json, "rtt_min_usec", path->rtt_min_usec);
	json_number(json, "rtt_avg_usec", bus_average_rtt(path));
	json_number(json, "rtt_max_usec", path->rtt_max_usec);
	if (since == BUS_NEVER)
		json_null(json, "since_answer_usec");
	else
		json_number(json, "since_answer_usec", since);
	json_close(json, '}');
}

static void describe_reasons(struct json *json, unsigned int sources)
{
	json_open(json, "reasons", '[');
	for (int source = 0; source < _PEER_SOURCE_MAX; source++)
		if (sources & PEER_BIT(source))
			json_string(json, NULL, peer_source_to_string(source));
	json_close(json, ']');
}

static int describe_peers(struct json *json, const struct published_bond *bond)
{
	struct bus_peer_text text;
	const struct bus_peer *peer;
	struct bus_peers peers;
	int r;

	r = bus_peers_read(&peers, bond->bus->agent, bond->values.ifindex);
	if (r < 0)
		return r;
	json_open(json, "peers", '[');
	for (size_t i = 0; i < peers.count; i++) {
		peer = &peers.list[i];
		bus_peer_describe(&text, bond->bus->agent, peer);
		json_open(json, NULL, '{');
		json_string(json, "peer", text.peer);
		json_string(json, "interface", text.interface);
		json_string(json, "source", text.source);
		json_string(json, "mac", text.mac);
		json_string(json, "method", keepalive_method_to_string(
						peer->paths[0]->method));
		describe_reasons(json, peer->paths[0]->sources);
		json_bool(json, "reachable", peer->reachable);
		json_open(json, "paths", '[');
		for (size_t j = 0; j < peer->path_count; j++)
			describe_path(json, bond->bus, peer->paths[j]);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
	bus_peers_clear(&peers);
	return 0;
}

static int describe(struct json *json, const struct published_bond *bond)
{
	const struct bond_values *values = &bond->values;
	const struct published_port *port;
	int r;

	json_open(json, NULL, '{');
	json_string(json, "name", values->name);
	json_number(json, "ifindex", values->ifindex);
	json_string(json, "mode", values->mode);
	json_string(json, "health", values->health);
	json_string(json, "verdict", values->verdict);
	json_string(json, "neighbor_broadcast", values->neighbor);
	json_string(json, "neighbor_broadcast_source", values->neighbor_source);
	json_string(json, "partner_system", values->partner_system);
	json_number(json, "aggregator", values->aggregator);
	json_number(json, "usable_ports", values->usable_ports);
	json_number(json, "peers_total", values->peers_total);
	json_number(json, "peers_reachable", values->peers_reachable);
	describe_problems(json, values);
	json_open(json, "ports", '[');
	for (size_t i = 0; i < values->port_count; i++) {
		port = bus_index_by_path(&bond->bus->port_index,
					 values->ports[i]);
		if (port)
			describe_port(json, port);
	}
	json_close(json, ']');
	r = describe_peers(json, bond);
	json_close(json, '}');
	return r;
}

/* Close the stream; what could not be written completely is an error. */
static int finish(FILE *out, char **text, int r)
{
	if (ferror(out) && r >= 0)
		r = -ENOMEM;
	if (fclose(out) != 0 && r >= 0)
		r = -errno;
	if (r < 0) {
		free(*text);
		*text = NULL;
	}
	return r;
}

int bus_describe_bond(const struct published_bond *bond, char **text)
{
	struct json json = { 0 };
	size_t size;

	json.out = open_memstream(text, &size);
	if (!json.out)
		return -ENOMEM;
	return finish(json.out, text, describe(&json, bond));
}

static void describe_schedule(struct json *json, const struct lateness *lateness)
{
	json_open(json, "schedule", '{');
	json_number(json, "planned", lateness->total);
	json_number(json, "lateness_p50_usec", lateness_quantile(lateness, 50));
	json_number(json, "lateness_p99_usec", lateness_quantile(lateness, 99));
	json_number(json, "lateness_max_usec", lateness->max_usec);
	json_close(json, '}');
}

int bus_describe_manager(struct bus *bus, char **text)
{
	const struct published_bond *bond;
	struct json json = { 0 };
	size_t size;
	int r = 0;

	json.out = open_memstream(text, &size);
	if (!json.out)
		return -ENOMEM;
	json_open(&json, NULL, '{');
	json_string(&json, "version", VERSION);
	json_string(&json, "health", bus->health);
	describe_schedule(&json, keepalive_lateness(bus->agent->keepalive));
	json_open(&json, "bonds", '[');
	TAILQ_FOREACH(bond, &bus->bonds, entry)
		if (r >= 0)
			r = describe(&json, bond);
	json_close(&json, ']');
	json_close(&json, '}');
	return finish(json.out, text, r);
}
