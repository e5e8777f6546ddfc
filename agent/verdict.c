// SPDX-License-Identifier: GPL-2.0
/*
 * A path is alive if it has answered and left less than three probes in a row
 * unanswered, dead if it left three, or if it never answered and three times ARP
 * or ND had no answer; between those nothing is known of it.
 *
 * Of a peer that has never answered an echo, silence tells nothing about a
 * leaf: hosts and routers may be told not to answer. It is a fault only of a
 * peer that the administrator named, and of one that does not resolve either.
 * Peers that were merely found in the neighbor table, or that send to us, may
 * go whenever they like; they are evidence about leaves, no fault of their own.
 */
#include <string.h>

#include "bond.h"
#include "keepalive.h"
#include "verdict.h"

#define PORTS_MAX 64			/* of a bond; of more, the first */

/* The paths of one peer through the usable ports. */
struct group {
	struct port *ports[PORTS_MAX];
	const struct keepalive_path *paths[PORTS_MAX];
	unsigned int count;
	unsigned int alive;
	unsigned int dead;
	bool answered;			/* ever, on any port */
	bool unresolved;
};

static bool is_dead(const struct keepalive_path *path)
{
	return path->misses >= KEEPALIVE_MISSES ||
	       (!path->answered && path->unresolved >= KEEPALIVE_MISSES);
}

static bool same_peer(const struct keepalive_path *a,
		      const struct keepalive_path *b)
{
	return a->interface == b->interface && address_equal(&a->peer, &b->peer);
}

static void add(struct group *group, struct bond *bond,
		const struct keepalive_path *path)
{
	struct port *port;

	group->answered |= path->answered > 0;
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port->ifindex == path->port)
			break;
	if (!port || !port_is_usable(port) || group->count == PORTS_MAX)
		return;
	group->ports[group->count] = port;
	group->paths[group->count++] = path;
	group->unresolved |= path->unresolved >= KEEPALIVE_MISSES;
	group->dead += is_dead(path);
	group->alive += !is_dead(path) && keepalive_is_alive(path);
}

static void judge_ports(const struct group *group)
{
	for (unsigned int i = 0; i < group->count; i++) {
		struct port_paths *paths = &group->ports[i]->paths;
		const bool dead = is_dead(group->paths[i]);

		if (!dead && !keepalive_is_alive(group->paths[i]))
			continue;
		paths->probed++;
		paths->dead += dead;
		paths->dead_here += dead && group->alive;
	}
}

static void judge_peer(const struct group *group,
		       const struct keepalive_path *path,
		       struct bond_paths *paths)
{
	const bool dead = group->count && group->dead == group->count;

	if (path->sources & PEER_BIT(PEER_GATEWAY)) {
		paths->gateways += group->alive || dead;
		if (dead && paths->gateways_dead++ == 0)
			address_to_text(&path->peer, paths->gateway);
	} else if (path->sources & (PEER_BIT(PEER_STATIC) | PEER_BIT(PEER_IPVS))) {
		if (dead && paths->peers_dead++ == 0)
			address_to_text(&path->peer, paths->peer);
	}
}

static void judge(const struct group *group, const struct keepalive_path *path,
		  struct bond *bond)
{
	if (path->method != KEEPALIVE_ECHO)
		return;
	if (group->answered)
		judge_ports(group);
	if (group->answered || group->unresolved ||
	    path->sources & PEER_BIT(PEER_STATIC))
		judge_peer(group, path, &bond->paths);
}

void verdict_update(struct bond *bond, const struct keepalive *keepalive)
{
	const struct keepalive_path *path, *first = NULL;
	struct group group = {};
	struct port *port;
	size_t i = 0;

	memset(&bond->paths, 0, sizeof(bond->paths));
	TAILQ_FOREACH(port, &bond->ports, entry)
		port->paths.probed = port->paths.dead = port->paths.dead_here = 0;
	while (keepalive && (path = keepalive_path(keepalive, bond->ifindex, &i))) {
		if (first && !same_peer(first, path)) {
			judge(&group, first, bond);
			group.count = group.alive = group.dead = 0;
			group.answered = group.unresolved = false;
			first = NULL;
		}
		if (!first)
			first = path;
		add(&group, bond, path);
	}
	if (first)
		judge(&group, first, bond);
}
