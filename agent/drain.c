// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <systemd/sd-event.h>

#include "agent.h"
#include "announce.h"
#include "drain.h"
#include "frame.h"
#include "log.h"
#include "port-socket.h"
#include "since.h"
#include "util.h"

/* How often the other ports have announced: at 0, 100 and 300 ms. */
#define ROUNDS 3
#define LOOK_USEC (50 * USEC_PER_MSEC)
/* As many as announce-items.h allows, three times, take longer than this. */
#define PATIENCE_USEC (20 * USEC_PER_SEC)

struct draining {
	TAILQ_ENTRY(draining) entry;
	struct drain *drain;
	int port;			/* ifindex */
	bool force;
	uint64_t until_usec;
	sd_event_source *timer;
	drain_done done;
	void *userdata;
};

struct drain {
	struct agent *agent;
	TAILQ_HEAD(, draining) list;
};

static struct draining *find(const struct drain *drain, const struct port *port)
{
	struct draining *draining;

	TAILQ_FOREACH(draining, &drain->list, entry)
		if (draining->port == port->ifindex)
			return draining;
	return NULL;
}

/* Its copy may be told of the result, even if the port has gone meanwhile. */
static struct draining forget(struct draining *draining)
{
	struct draining copy = *draining;

	TAILQ_REMOVE(&draining->drain->list, draining, entry);
	sd_event_source_disable_unref(draining->timer);
	free(draining);
	return copy;
}

static void finish(struct draining *draining, int result)
{
	struct draining last = forget(draining);

	last.done(result, last.userdata);
}

/* A port that is about to go is nothing to rely on. */
static bool carries(const struct drain *drain, const struct port *port)
{
	return port_is_usable(port) && !find(drain, port);
}

/* Draining what carries nothing costs nothing. */
static bool is_last(const struct drain *drain, const struct port *port)
{
	const struct port *other;

	TAILQ_FOREACH(other, &port->bond->ports, entry)
		if (other != port && carries(drain, other))
			return false;
	return port_is_usable(port);
}

static bool others_have_announced(const struct drain *drain,
				  const struct port *port)
{
	const struct port *other;

	TAILQ_FOREACH(other, &port->bond->ports, entry)
		if (other != port && carries(drain, other) &&
		    announce_rounds(drain->agent->announce, other) < ROUNDS)
			return false;
	return true;
}

/*
 * Some network cards keep their link when they are switched off, and a partner
 * that sees it would send for three more seconds (short timeout).
 */
static void say_goodbye(struct port *port)
{
	const struct frame_lacp_party *partner = port_partner(port);
	uint8_t bytes[FRAME_LACPDU_SIZE];
	struct iovec frame = { bytes, sizeof(bytes) };
	struct frame_lacpdu lacpdu = {};
	int r;

	if (!port->socket || !port->proc.has_actor || !partner)
		return;
	memcpy(lacpdu.source_mac, port->attrs.perm_mac, MAC_LEN);
	lacpdu.actor = port->proc.actor;
	lacpdu.actor.state = port->attrs.actor_state &
			     (LACP_ACTIVITY | LACP_TIMEOUT);
	lacpdu.partner = *partner;
	frame_build_lacpdu(&lacpdu, bytes);
	r = port_socket_send(port->socket, &frame, 1);
	if (r < 0)
		log_debug("%s: the last LACPDU failed: %s", port->name,
			  strerror(-r));
}

/* The model knows when this returns; the kernel's own event comes later. */
static int set_up(struct agent *agent, const struct port *port, bool up)
{
	struct link_info info;
	int r;

	r = rtnl_set_up(agent->rtnl, port->ifindex, up);
	if (r >= 0)
		r = rtnl_get_link(agent->rtnl, port->ifindex, &info);
	if (r >= 0)
		r = bonds_link_changed(&agent->bonds, &info);
	return r < 0 ? r : 0;
}

static int withdraw(struct drain *drain, struct port *port)
{
	struct agent *agent = drain->agent;
	int ifindex = port->ifindex, r;

	say_goodbye(port);
	port->drained = true;
	r = set_up(agent, port, false);
	port = bonds_find_port(&agent->bonds, ifindex);
	if (!port)
		return r < 0 ? r : -ENODEV;
	if (r < 0)
		port->drained = false;
	agent_mark_dirty(agent, port->bond);
	return r;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct draining *draining = userdata, last;
	struct drain *drain = draining->drain;
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct port *port;

	(void)usec;
	port = bonds_find_port(&drain->agent->bonds, draining->port);
	if (!port) {
		finish(draining, -ENODEV);
	} else if (!draining->force && is_last(drain, port)) {
		finish(draining, -EBUSY);
	} else if (others_have_announced(drain, port) ||
		   now >= draining->until_usec) {
		last = forget(draining);
		last.done(withdraw(drain, port), last.userdata);
	} else {
		sd_event_source_set_time(source, now + LOOK_USEC);
		sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	}
	return 0;
}

static int begin(struct drain *drain, struct port *port,
		 const struct draining *wanted)
{
	struct draining *draining = malloc(sizeof(*draining));
	const struct port *other;
	int r;

	if (!draining)
		return -ENOMEM;
	*draining = *wanted;
	r = sd_event_add_time(drain->agent->event, &draining->timer,
			      CLOCK_MONOTONIC, 0, USEC_PER_MSEC, on_timer,
			      draining);
	if (r < 0) {
		free(draining);
		return r;
	}
	TAILQ_INSERT_TAIL(&drain->list, draining, entry);
	TAILQ_FOREACH(other, &port->bond->ports, entry)
		if (other != port && carries(drain, other))
			announce_now(drain->agent->announce, other);
	return 0;
}

int drain_start(struct drain *drain, struct port *port, bool force,
		drain_done done, void *userdata)
{
	const struct draining wanted = {
		.drain = drain, .port = port->ifindex, .force = force,
		.until_usec = now_usec(CLOCK_MONOTONIC) + PATIENCE_USEC,
		.done = done, .userdata = userdata,
	};

	if (port->drained) {
		done(0, userdata);
		return 0;
	}
	if (find(drain, port))
		return -EALREADY;
	if (!force && is_last(drain, port))
		return -EBUSY;
	return begin(drain, port, &wanted);
}

int drain_undo(struct drain *drain, struct port *port)
{
	struct draining *draining = find(drain, port);

	if (draining) {
		finish(draining, -ECANCELED);
		return 0;
	}
	return port->drained ? set_up(drain->agent, port, true) : 0;
}

void drain_port_added(struct drain *drain, struct port *port)
{
	if (!port->up && since_has(&drain->agent->since, FAULT_PORT_DRAINED,
				   port->ifindex))
		port->drained = true;
}

/* By us or by anybody else. */
void drain_port_changed(struct port *port)
{
	if (!port->drained || !port->up)
		return;
	port->drained = false;
	port_begin_anew(port, now_usec(CLOCK_MONOTONIC));
}

void drain_port_removed(struct drain *drain, const struct port *port)
{
	struct draining *draining = find(drain, port);

	if (draining)
		finish(draining, -ENODEV);
}

int drain_new(struct drain **drain, struct agent *agent)
{
	struct drain *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	TAILQ_INIT(&new->list);
	*drain = new;
	return 0;
}

struct drain *drain_free(struct drain *drain)
{
	if (!drain)
		return NULL;
	while (!TAILQ_EMPTY(&drain->list))
		finish(TAILQ_FIRST(&drain->list), -ECANCELED);
	free(drain);
	return NULL;
}
