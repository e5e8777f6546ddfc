// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "agent.h"
#include "frame-neighbor.h"
#include "frame.h"
#include "probe.h"

/* Of questions without proof, as many until the kernel asks once itself. */
#define RESOLVE_EVERY 4

static int find_mac(struct agent *agent, const struct keepalive_path *path,
		    uint8_t mac[MAC_LEN])
{
	bool ask = path->misses;
	int r;

	if (path->peer.family == AF_PACKET) {
		memcpy(mac, path->peer.mac, MAC_LEN);
		return 0;
	}
	r = peers_mac(agent->peers, path->interface, &path->peer, mac);
	if (path->method != KEEPALIVE_ECHO)
		ask = path->sequence % RESOLVE_EVERY == 0;
	/* unresolved, or its MAC may have changed: have the kernel ask */
	if (r < 0 || ask)
		rtnl_resolve(agent->rtnl, path->interface, &path->peer);
	return r;
}

/* Nothing that is addressed to a group or to ourselves comes back as an answer. */
static bool is_foreign_host(const struct agent *agent, const struct way *way,
			    const uint8_t mac[MAC_LEN])
{
	static const uint8_t zero[MAC_LEN];
	const struct stack_info *bond = topology_find(agent->topology, way->bond);

	return !(mac[0] & 1) && memcmp(mac, zero, MAC_LEN) &&
	       memcmp(mac, way->mac, MAC_LEN) &&
	       (!bond || memcmp(mac, bond->mac, MAC_LEN));
}

int probe_find_ends(struct agent *agent, const struct keepalive_path *path,
		    struct probe_ends *ends)
{
	int r;

	r = topology_way(agent->topology, path->interface, &ends->way);
	if (r == 0 && ends->way.bond != path->bond)
		r = -ENODEV;
	if (r == 0)
		r = probe_source(agent, path, &ends->source);
	if (r == 0)
		r = find_mac(agent, path, ends->mac);
	if (r == 0 && !is_foreign_host(agent, &ends->way, ends->mac))
		r = -ENOTUNIQ;
	return r;
}

static int build_echo(const struct keepalive_path *path,
		      const struct probe_ends *ends, uint8_t *bytes, size_t size)
{
	struct frame_echo echo = {
		.source = ends->source,
		.destination = path->peer,
		.identifier = path->identifier,
		.sequence = path->sequence,
		.cookie = path->cookie,
		.sent_usec = path->sent_usec,
	};

	memcpy(echo.source_mac, ends->way.mac, MAC_LEN);
	memcpy(echo.destination_mac, ends->mac, MAC_LEN);
	return frame_build_echo(&echo, bytes, size);
}

/* Some hosts learn from the one form of gratuitous ARP, some from the other. */
static int build_neighbor(const struct keepalive_path *path,
			  const struct probe_ends *ends, uint8_t *bytes, size_t size)
{
	struct frame_neighbor neighbor = {
		.kind = path->method == KEEPALIVE_SOLICIT ? FRAME_SOLICIT :
			path->sequence % 2 ? FRAME_ANNOUNCE_REQUEST :
					     FRAME_ANNOUNCE_REPLY,
		.router = ends->way.router,
		.source = ends->source,
		.target = path->peer,
	};

	memcpy(neighbor.source_mac, ends->way.mac, MAC_LEN);
	memcpy(neighbor.destination_mac, ends->mac, MAC_LEN);
	return frame_build_neighbor(&neighbor, bytes, size);
}

int probe_build(struct agent *agent, const struct keepalive_path *path,
		uint8_t *bytes, size_t size)
{
	struct probe_ends ends;
	int r;

	r = probe_find_ends(agent, path, &ends);
	if (r < 0)
		return r;
	if (path->method == KEEPALIVE_ECHO)
		r = build_echo(path, &ends, bytes, size);
	else
		r = build_neighbor(path, &ends, bytes, size);
	return r < 0 ? r : frame_add_tags(&ends.way.tags, bytes, r, size);
}
