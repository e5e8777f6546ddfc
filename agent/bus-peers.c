// SPDX-License-Identifier: GPL-2.0
/* The schedule knows paths, people think in peers: group them by address. */

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "probe.h"

static size_t count_paths(const struct agent *agent, int bond)
{
	size_t count = 0, i = 0;

	if (agent->keepalive)
		while (keepalive_path(agent->keepalive, bond, &i))
			count++;
	return count;
}

/* A path that rests keeps its last counts: its port must be usable, too. */
static bool path_is_alive(const struct bond *bond,
			  const struct keepalive_path *path)
{
	const struct port *port;

	if (!bond || !keepalive_is_alive(path))
		return false;
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port->ifindex == path->port)
			return port_is_usable(port);
	return false;
}

/* keepalive_path() hands out the paths of one peer one after the other. */
static void group(struct bus_peers *peers, const struct bond *bond,
		  size_t path_count)
{
	struct bus_peer *peer = NULL;

	for (size_t i = 0; i < path_count; i++) {
		const struct keepalive_path *path = peers->paths[i];

		if (!peer || peer->interface != path->interface ||
		    !address_equal(&peer->address, &path->peer)) {
			peer = &peers->list[peers->count++];
			peer->interface = path->interface;
			peer->address = path->peer;
			peer->paths = &peers->paths[i];
		}
		peer->path_count++;
		peer->reachable |= path_is_alive(bond, path);
	}
}

int bus_peers_read(struct bus_peers *peers, const struct agent *agent, int bond)
{
	size_t count = count_paths(agent, bond), i = 0;

	memset(peers, 0, sizeof(*peers));
	if (count == 0)
		return 0;
	peers->paths = calloc(count, sizeof(*peers->paths));
	peers->list = calloc(count, sizeof(*peers->list));
	if (!peers->paths || !peers->list) {
		bus_peers_clear(peers);
		return -ENOMEM;
	}

	for (size_t n = 0; n < count; n++)
		peers->paths[n] = keepalive_path(agent->keepalive, bond, &i);
	group(peers, bonds_find(&agent->bonds, bond), count);
	return 0;
}

void bus_peers_clear(struct bus_peers *peers)
{
	free(peers->paths);
	free(peers->list);
	memset(peers, 0, sizeof(*peers));
}

void bus_peer_describe(struct bus_peer_text *text, const struct agent *agent,
		       const struct bus_peer *peer)
{
	const struct stack_info *link = NULL;
	struct address source;
	uint8_t mac[MAC_LEN];

	memset(text, 0, sizeof(*text));
	address_to_text(&peer->address, text->peer);
	if (agent->topology)
		link = topology_find(agent->topology, peer->interface);
	if (link)
		memcpy(text->interface, link->name, sizeof(text->interface));
	if (peer->address.family == AF_PACKET)
		mac_to_text(text->mac, peer->address.mac);
	if (!agent->peers)
		return;
	if (probe_source(agent, peer->paths[0], &source) >= 0)
		address_to_text(&source, text->source);
	if (peers_mac(agent->peers, peer->interface, &peer->address,
		      mac) >= 0)
		mac_to_text(text->mac, mac);
}

uint64_t bus_since_answer(const struct agent *agent,
			  const struct keepalive_path *path)
{
	uint64_t now;

	if (path->answered == 0 ||
	    sd_event_now(agent->event, CLOCK_MONOTONIC, &now) < 0)
		return BUS_NEVER;
	return now > path->answered_usec ? now - path->answered_usec : 0;
}

uint64_t bus_average_rtt(const struct keepalive_path *path)
{
	return path->answered ? path->rtt_sum_usec / path->answered : 0;
}

static int append_path(sd_bus_message *reply, struct bus *bus,
		       const struct keepalive_path *path)
{
	const struct published_port *port = bus_find_port(bus, path->port);

	if (!port)
		return 0;
	return sd_bus_message_append(reply, "(otttt)", port->object.path, path->sent,
				     path->answered, path->rtt_usec,
				     bus_since_answer(bus->agent, path));
}

static int append_path_details(sd_bus_message *reply, struct bus *bus,
			       const struct keepalive_path *path)
{
	const struct published_port *port = bus_find_port(bus, path->port);

	if (!port)
		return 0;
	return sd_bus_message_append(reply, "(ottttttt)", port->object.path,
				     path->sent, path->answered,
				     (uint64_t)path->rtt_min_usec,
				     bus_average_rtt(path),
				     (uint64_t)path->rtt_max_usec,
				     path->rtt_usec,
				     bus_since_answer(bus->agent, path));
}

static int append_reasons(sd_bus_message *reply, const struct bus_peer *peer)
{
	int r = sd_bus_message_open_container(reply, 'a', "s");

	for (int source = 0; r >= 0 && source < _PEER_SOURCE_MAX; source++)
		if (peer->paths[0]->sources & PEER_BIT(source))
			r = sd_bus_message_append(reply, "s",
						  peer_source_to_string(source));
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_paths(sd_bus_message *reply, struct bus *bus,
			const struct bus_peer *peer, bool details)
{
	int r;

	r = sd_bus_message_open_container(reply, 'a',
					  details ? "(ottttttt)" : "(otttt)");
	for (size_t i = 0; r >= 0 && i < peer->path_count; i++)
		r = details ? append_path_details(reply, bus, peer->paths[i]) :
			      append_path(reply, bus, peer->paths[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_peer(sd_bus_message *reply,
		       const struct published_bond *bond,
		       const struct bus_peer *peer, bool details)
{
	struct bus_peer_text text;
	int r;

	bus_peer_describe(&text, bond->bus->agent, peer);
	r = sd_bus_message_open_container(reply, 'r', details ?
					  "sssssasa(ottttttt)" : "ssssa(otttt)");
	if (r >= 0)
		r = sd_bus_message_append(reply, "ssss", text.peer,
					  text.interface, text.source, text.mac);
	if (r >= 0 && details)
		r = sd_bus_message_append(reply, "s", keepalive_method_to_string(
						  peer->paths[0]->method));
	if (r >= 0 && details)
		r = append_reasons(reply, peer);
	if (r >= 0)
		r = append_paths(reply, bond->bus, peer, details);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int list_peers(sd_bus_message *message, const struct published_bond *bond,
		      bool details)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const char *type = details ? BUS_PEER_DETAILS : BUS_PEERS;
	struct bus_peers peers;
	int r;

	r = bus_peers_read(&peers, bond->bus->agent, bond->values.ifindex);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', type + 1);
	for (size_t i = 0; r >= 0 && i < peers.count; i++)
		r = append_peer(reply, bond, &peers.list[i], details);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	bus_peers_clear(&peers);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int bus_method_list_peers(sd_bus_message *message, void *userdata,
			  sd_bus_error *error)
{
	(void)error;
	return list_peers(message, userdata, false);
}

int bus_method_list_peer_details(sd_bus_message *message, void *userdata,
				 sd_bus_error *error)
{
	(void)error;
	return list_peers(message, userdata, true);
}
