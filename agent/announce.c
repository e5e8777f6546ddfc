// SPDX-License-Identifier: GPL-2.0
/*
 * What is announced: every address of the bond and of what stands above it by
 * gratuitous ARP (in turns in the form of a request and of a reply) or
 * unsolicited NA, every MAC that a bridge above it has learned on another port
 * by RARP, and virtual addresses, as items.c finds them.
 *
 * The bonding driver with broadcast_neighbor on announces the addresses of bond
 * and VLAN devices by itself, once; so they are left out of the first round
 * then. Mainline's single announcement was missed by the returning leaf in 2 of
 * 12 measured returns, because the leaf did not collect yet; so they are in the
 * other rounds, and all rounds begin anew when the partner begins to collect.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "agent.h"
#include "announce-items.h"
#include "announce.h"
#include "frame-neighbor.h"
#include "log.h"
#include "port-socket.h"
#include "probe.h"
#include "util.h"

#define BATCH 20			/* frames, ... */
#define PACE_USEC (10 * USEC_PER_MSEC)	/* ... then a pause of that length */

/* After the port has become usable. */
static const uint64_t rounds_usec[] = {
	0, 100 * USEC_PER_MSEC, 300 * USEC_PER_MSEC, USEC_PER_SEC,
	3 * USEC_PER_SEC,
};

/* How far a port has come; only what rises is announced. */
enum level { LEVEL_DOWN, LEVEL_USABLE, LEVEL_COLLECTED };

struct announced {
	TAILQ_ENTRY(announced) entry;
	int port;			/* ifindex */
	enum level level;
	sd_event_source *timer;
	uint64_t start_usec;
	unsigned int round;
	struct announce_items items;	/* of this round */
	size_t next;			/* item */
	struct agent *agent;
};

struct announce {
	struct agent *agent;
	TAILQ_HEAD(, announced) ports;
};

static enum level level_of(const struct port *port)
{
	if (port->bond->attrs.mode != BOND_MODE_8023AD || !port_is_usable(port))
		return LEVEL_DOWN;
	return port->attrs.partner_state & LACP_COLLECTING ? LEVEL_COLLECTED :
							     LEVEL_USABLE;
}

static int build_item(struct announced *announced, const struct bond *bond,
		      const struct announce_item *item, uint8_t *bytes)
{
	struct frame_neighbor neighbor = {
		.kind = announced->round % 2 ? FRAME_ANNOUNCE_REPLY :
					       FRAME_ANNOUNCE_REQUEST,
		.source = item->address,
	};
	struct way way;
	int r;

	r = topology_way(announced->agent->topology, item->interface, &way);
	if (r < 0 || way.bond != bond->ifindex)
		return r < 0 ? r : -ENODEV;
	if (item->address.family == AF_PACKET) {
		r = frame_build_rarp(item->address.mac, bytes, PROBE_MAX);
	} else {
		neighbor.router = way.router;
		memcpy(neighbor.source_mac, way.mac, MAC_LEN);
		memcpy(neighbor.destination_mac,
		       frame_everybody(item->address.family), MAC_LEN);
		r = frame_build_neighbor(&neighbor, bytes, PROBE_MAX);
	}
	return r < 0 ? r : frame_add_tags(&way.tags, bytes, r, PROBE_MAX);
}

/* Up to a batch of items; what does not leave comes again in the next round. */
static void send_items(struct announced *announced, struct port *port)
{
	uint8_t bytes[BATCH][PROBE_MAX];
	struct iovec frames[BATCH];
	unsigned int count = 0;
	int r;

	while (count < BATCH && announced->next < announced->items.count) {
		r = build_item(announced, port->bond,
			       &announced->items.list[announced->next++],
			       bytes[count]);
		if (r < 0)
			continue;
		frames[count] = (struct iovec) { bytes[count], r };
		count++;
	}
	if (!count)
		return;
	r = port_socket_send(port->socket, frames, count);
	if (r < 0)
		log_debug("%s: announcing failed: %s", port->name, strerror(-r));
}

static void arm(struct announced *announced)
{
	uint64_t next = now_usec(CLOCK_MONOTONIC) + PACE_USEC;

	if (announced->next == announced->items.count) {
		announce_items_clear(&announced->items);
		announced->next = 0;
		if (++announced->round == ARRAY_SIZE(rounds_usec))
			return;
		next = announced->start_usec + rounds_usec[announced->round];
	}
	sd_event_source_set_time(announced->timer, next);
	sd_event_source_set_enabled(announced->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct announced *announced = userdata;
	struct agent *agent = announced->agent;
	struct port *port = bonds_find_port(&agent->bonds, announced->port);

	(void)source;
	(void)usec;
	if (!port || !port->socket || level_of(port) == LEVEL_DOWN)
		return 0;
	if (announced->next == 0)
		announce_items_gather(&announced->items, agent, port->bond,
				      announced->round == 0);
	send_items(announced, port);
	arm(announced);
	return 0;
}

static void begin(struct announced *announced)
{
	announce_items_clear(&announced->items);
	announced->next = 0;
	announced->round = 0;
	announced->start_usec = now_usec(CLOCK_MONOTONIC);
	sd_event_source_set_time(announced->timer, announced->start_usec);
	sd_event_source_set_enabled(announced->timer, SD_EVENT_ONESHOT);
}

static struct announced *find(struct announce *announce, const struct port *port)
{
	struct announced *announced;

	TAILQ_FOREACH(announced, &announce->ports, entry)
		if (announced->port == port->ifindex)
			return announced;
	return NULL;
}

static void drop(struct announce *announce, struct announced *announced)
{
	TAILQ_REMOVE(&announce->ports, announced, entry);
	sd_event_source_disable_unref(announced->timer);
	announce_items_clear(&announced->items);
	free(announced);
}

void announce_port_added(struct announce *announce, const struct port *port)
{
	struct announced *announced = find(announce, port);

	if (announced)				/* it was renamed */
		return;
	announced = calloc(1, sizeof(*announced));
	if (!announced)
		return;
	announced->agent = announce->agent;
	announced->port = port->ifindex;
	announced->level = level_of(port);
	if (sd_event_add_time(announce->agent->event, &announced->timer,
			      CLOCK_MONOTONIC, UINT64_MAX, USEC_PER_MSEC,
			      on_timer, announced) < 0) {
		free(announced);
		return;
	}
	sd_event_source_set_enabled(announced->timer, SD_EVENT_OFF);
	TAILQ_INSERT_TAIL(&announce->ports, announced, entry);
}

void announce_port_changed(struct announce *announce, const struct port *port)
{
	struct announced *announced = find(announce, port);
	enum level level = level_of(port), before;

	if (!announced)
		return;
	before = announced->level;
	announced->level = level;
	if (level > before &&
	    config_bond(announce->agent->config, port->bond->name)->announce)
		begin(announced);
}

void announce_now(struct announce *announce, const struct port *port)
{
	struct announced *announced = find(announce, port);

	if (announced)
		begin(announced);
}

unsigned int announce_rounds(struct announce *announce, const struct port *port)
{
	const struct announced *announced = find(announce, port);

	return announced && port->bond->attrs.mode == BOND_MODE_8023AD ?
	       announced->round : UINT_MAX;
}

void announce_port_removed(struct announce *announce, const struct port *port)
{
	struct announced *announced = find(announce, port);

	if (announced)
		drop(announce, announced);
}

int announce_new(struct announce **announce, struct agent *agent)
{
	struct announce *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	TAILQ_INIT(&new->ports);
	*announce = new;
	return 0;
}

struct announce *announce_free(struct announce *announce)
{
	if (!announce)
		return NULL;
	while (!TAILQ_EMPTY(&announce->ports))
		drop(announce, TAILQ_FIRST(&announce->ports));
	free(announce);
	return NULL;
}
