// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "log.h"
#include "obstacle.h"
#include "util.h"

#define REPORT_USEC (5 * USEC_PER_SEC)	/* longer than duplicate detection */

struct obstacle {
	TAILQ_ENTRY(obstacle) entry;
	int bond;
	int port;			/* 0 = any */
	int interface;
	struct address peer;
	int error;
	uint64_t since_usec;
	bool reported;
};

struct obstacles {
	TAILQ_HEAD(, obstacle) list;
};

struct obstacles *obstacles_new(void)
{
	struct obstacles *new = calloc(1, sizeof(*new));

	if (new)
		TAILQ_INIT(&new->list);
	return new;
}

struct obstacles *obstacles_free(struct obstacles *obstacles)
{
	if (obstacles)
		obstacles_drop(obstacles, 0, 0, NULL);
	free(obstacles);
	return NULL;
}

static const char *words(int error)
{
	switch (error) {
	case -EADDRNOTAVAIL:
		return "the interface has no usable address of that family";
	case -ENETUNREACH:
		return "it is on none of the bond's networks, and only direct neighbors can be probed";
	case -EADDRINUSE:
		return "it is an address of this host";
	case -ENOTUNIQ:
		return "its MAC address is that of a group, zero, or this host's own";
	case -EINVAL:
		return "it is a broadcast address of the bond's network";
	case -EHOSTUNREACH:
		return "nobody answers ARP or ND for it";
	case -ENETDOWN:
		return "an interface on the way is switched off";
	case -EMLINK:
		return "the bridge on the way has ports to several bonds";
	case -EOPNOTSUPP:
		return "the bridge on the way filters VLANs, which is not supported";
	case -E2BIG:
		return "there are more than two VLAN tags on the way";
	default:
		return strerror(-error);
	}
}

static struct obstacle *find(struct obstacles *obstacles, int port,
			     const struct keepalive_path *path)
{
	struct obstacle *obstacle;

	TAILQ_FOREACH(obstacle, &obstacles->list, entry)
		if (obstacle->bond == path->bond && obstacle->port == port &&
		    obstacle->interface == path->interface &&
		    address_equal(&obstacle->peer, &path->peer))
			return obstacle;
	return NULL;
}

static void drop(struct obstacles *obstacles, struct obstacle *obstacle)
{
	TAILQ_REMOVE(&obstacles->list, obstacle, entry);
	free(obstacle);
}

void obstacles_drop(struct obstacles *obstacles, int bond, int port,
		    const struct address *peer)
{
	struct obstacle *obstacle, *next;

	for (obstacle = TAILQ_FIRST(&obstacles->list); obstacle;
	     obstacle = next) {
		next = TAILQ_NEXT(obstacle, entry);
		if ((!bond || obstacle->bond == bond) &&
		    (!port || obstacle->port == port) &&
		    (!peer || address_equal(&obstacle->peer, peer)))
			drop(obstacles, obstacle);
	}
}

static void report(const struct port *port, const struct obstacle *obstacle)
{
	const char *bond = port->bond->name;
	char peer[ADDRESS_TEXT_SIZE];

	address_to_text(&obstacle->peer, peer);
	if (obstacle->port)
		log_warning("%s: peer %s cannot be probed on %s: %s", bond, peer,
			    port->name, words(obstacle->error));
	else
		log_warning("%s: peer %s cannot be probed: %s", bond, peer,
			    words(obstacle->error));
}

static struct obstacle *add(struct obstacles *obstacles, int port,
			    const struct keepalive_path *path)
{
	struct obstacle *obstacle = calloc(1, sizeof(*obstacle));

	if (!obstacle)
		return NULL;
	obstacle->bond = path->bond;
	obstacle->port = port;
	obstacle->interface = path->interface;
	obstacle->peer = path->peer;
	TAILQ_INSERT_TAIL(&obstacles->list, obstacle, entry);
	return obstacle;
}

void obstacle_note(struct obstacles *obstacles, const struct port *port,
		   const struct keepalive_path *path, bool any, int error)
{
	const unsigned int asked_for = PEER_BIT(PEER_STATIC) |
				       PEER_BIT(PEER_GATEWAY) |
				       PEER_BIT(PEER_IPVS);
	const uint64_t now = path->sent_usec;
	struct obstacle *obstacle;

	/* nobody misses a neighbor that has gone, and there may be thousands */
	if (!(path->sources & asked_for))
		return;
	obstacle = find(obstacles, any ? 0 : port->ifindex, path);
	if (error == 0) {
		if (obstacle)
			drop(obstacles, obstacle);
		return;
	}
	if (!obstacle)
		obstacle = add(obstacles, any ? 0 : port->ifindex, path);
	if (!obstacle)
		return;
	if (obstacle->error != error) {
		obstacle->error = error;
		obstacle->since_usec = now;
		obstacle->reported = false;
	}
	if (obstacle->reported || now - obstacle->since_usec < REPORT_USEC)
		return;
	obstacle->reported = true;
	report(port, obstacle);
}
