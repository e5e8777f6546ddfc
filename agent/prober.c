// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a peer from being probed (no address of ours on its network, or it
 * does not resolve), or a port from sending, is tried again, less and less
 * often as keepalive.h has it, and told to obstacle.c.
 *
 * Whatever is due is sent with one system call per port, and wakeups are apart,
 * so that thousands of peers cost little more than hundreds.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "frame.h"
#include "log.h"
#include "mtu.h"
#include "obstacle.h"
#include "port-socket.h"
#include "probe.h"
#include "prober.h"
#include "util.h"

#define BATCH 32			/* probes that are sent together */
#define AGEING_USEC (300 * USEC_PER_SEC) /* the usual one of switches */
#define WAKE_USEC (40 * USEC_PER_MSEC)	/* least time between two of those */

/* A probe that is built, and waits for the others of its batch. */
struct outgoing {
	const struct keepalive_path *path;
	struct port *port;		/* NULL = it was sent, or failed */
	struct iovec frame;
	uint8_t bytes[PROBE_MAX];
};

struct prober {
	struct agent *agent;
	sd_event_source *timer;
	uint64_t woken_usec;
	struct obstacles *obstacles;
	struct outgoing batch[BATCH];
	unsigned int count;
	bool slow;			/* the rate limit is too low */
};

static void arm(struct prober *prober)
{
	uint64_t next = keepalive_next_usec(prober->agent->keepalive);

	if (next == UINT64_MAX) {
		sd_event_source_set_enabled(prober->timer, SD_EVENT_OFF);
		return;
	}
	if (next < prober->woken_usec + WAKE_USEC)
		next = prober->woken_usec + WAKE_USEC;
	sd_event_source_set_time(prober->timer, next);
	sd_event_source_set_enabled(prober->timer, SD_EVENT_ONESHOT);
}

static enum keepalive_outcome outcome_of(int r)
{
	if (r >= 0)
		return KEEPALIVE_SENT;
	return r == -EHOSTUNREACH ? KEEPALIVE_UNRESOLVED : KEEPALIVE_FAILED;
}

/* It was handed to the port: 0, or what the port says. */
static void sent(struct prober *prober, struct outgoing *outgoing, int r)
{
	/* a port that has just gone down is no obstacle */
	if (r != -ENETDOWN && r != -ENXIO)
		obstacle_note(prober->obstacles, outgoing->port, outgoing->path,
			      false, r);
	if (r == 0)
		outgoing->port->keepalives.sent++;
	keepalive_sent(prober->agent->keepalive, outgoing->path, outcome_of(r));
	outgoing->port = NULL;
}

/* All of the batch that leaves on @port; what fails is no reason to stop. */
static void send_port(struct prober *prober, struct port *port)
{
	struct outgoing *those[BATCH];
	struct iovec frames[BATCH];
	unsigned int count = 0, done = 0;
	int r;

	for (unsigned int i = 0; i < prober->count; i++) {
		if (prober->batch[i].port != port)
			continue;
		those[count] = &prober->batch[i];
		frames[count++] = prober->batch[i].frame;
	}
	while (done < count) {
		r = port_socket_send(port->socket, frames + done, count - done);
		for (int i = 0; i < r && done < count; i++)
			sent(prober, those[done++], 0);
		if (r <= 0)
			sent(prober, those[done++], r < 0 ? r : -EIO);
	}
}

static void send_batch(struct prober *prober)
{
	for (unsigned int i = 0; i < prober->count; i++)
		if (prober->batch[i].port)
			send_port(prober, prober->batch[i].port);
	prober->count = 0;
}

static void prepare(struct prober *prober, const struct keepalive_path *path)
{
	struct outgoing *outgoing = &prober->batch[prober->count];
	struct agent *agent = prober->agent;
	struct port *port = bonds_find_port(&agent->bonds, path->port);
	int r = -ENODEV;

	/* the number of reachable peers may have changed */
	if (port && path->misses == KEEPALIVE_MISSES)
		agent_mark_dirty(agent, port->bond);
	if (port && port->socket && port_is_usable(port)) {
		r = probe_build(agent, path, outgoing->bytes, PROBE_MAX);
		obstacle_note(prober->obstacles, port, path, true,
			      r < 0 ? r : 0);
	}
	if (r < 0) {
		keepalive_sent(agent->keepalive, path, outcome_of(r));
		if (port && !path->answered &&
		    path->unresolved == KEEPALIVE_MISSES)
			agent_mark_dirty(agent, port->bond);
		return;
	}
	outgoing->path = path;
	outgoing->port = port;
	outgoing->frame.iov_base = outgoing->bytes;
	outgoing->frame.iov_len = r;
	if (++prober->count == BATCH)
		send_batch(prober);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct prober *prober = userdata;
	const struct keepalive_path *path;

	(void)source;
	(void)usec;
	prober->woken_usec = now_usec(CLOCK_MONOTONIC);
	while ((path = keepalive_due(prober->agent->keepalive,
				     prober->woken_usec)))
		prepare(prober, path);
	send_batch(prober);
	arm(prober);
	return 0;
}

void prober_echo_heard(struct prober *prober, const struct port *port,
		       const struct frame_echo *echo)
{
	struct agent *agent = prober->agent;
	const struct keepalive_path *path;
	struct port *sender;

	if (!echo->reply)
		return;
	path = keepalive_answer(agent->keepalive, port->ifindex, &echo->source,
				echo->identifier, echo->sequence, echo->cookie,
				now_usec(CLOCK_MONOTONIC));
	if (!path) {
		mtu_echo_heard(agent->mtu, echo);
		return;
	}
	sender = bonds_find_port(&agent->bonds, path->port);
	if (!sender)
		return;
	sender->keepalives.answered++;
	sender->keepalives.rtt_usec = path->rtt_usec;
	if (path->revived)
		agent_mark_dirty(agent, sender->bond);
}

/*
 * The other modes spread by MAC or by turns, or give each port a MAC of its
 * own: a probe with the bond's MAC on all of them would mislead the switches.
 */
static bool can_probe(const struct bond *bond)
{
	return bond->attrs.mode == BOND_MODE_8023AD ||
	       bond->attrs.mode == BOND_MODE_ACTIVE_BACKUP;
}

/* Found peers are not missed; those of the configuration are. */
static void say_mode(const struct prober *prober, const struct bond *bond)
{
	if (!can_probe(bond) &&
	    config_bond(prober->agent->config, bond->name)->peer_count)
		log_warning("%s: its peers cannot be probed: it is in mode %s, and only 802.3ad and active-backup allow it",
			    bond->name, bond_mode_to_string(bond->attrs.mode));
}

static void add_path(struct prober *prober, const struct port *port,
		     const struct target *target)
{
	int r;

	r = keepalive_path_added(prober->agent->keepalive, target->bond,
				 port->ifindex, &target->keepalive,
				 now_usec(CLOCK_MONOTONIC));
	if (r < 0)
		log_error("%s: no keepalives on %s: %s", port->bond->name,
			  port->name, strerror(-r));
}

void prober_port_added(struct prober *prober, struct port *port)
{
	const struct target *target;
	size_t i = 0;

	if (TAILQ_FIRST(&port->bond->ports) == port)
		say_mode(prober, port->bond);
	if (!can_probe(port->bond))
		return;
	while ((target = targets_next(prober->agent->targets,
				      port->bond->ifindex, &i)))
		add_path(prober, port, target);
	prober_port_changed(prober, port);
}

void prober_port_changed(struct prober *prober, struct port *port)
{
	keepalive_port_usable(prober->agent->keepalive, port->ifindex,
			      can_probe(port->bond) && port_is_usable(port),
			      now_usec(CLOCK_MONOTONIC));
	arm(prober);
}

void prober_port_removed(struct prober *prober, struct port *port)
{
	keepalive_port_removed(prober->agent->keepalive, port->ifindex);
	obstacles_drop(prober->obstacles, port->bond->ifindex, port->ifindex,
		       NULL);
	if (TAILQ_FIRST(&port->bond->ports) == port && !TAILQ_NEXT(port, entry))
		obstacles_drop(prober->obstacles, port->bond->ifindex, 0, NULL);
	arm(prober);
}

void prober_peer_resolved(struct prober *prober, int interface,
			  const struct address *peer)
{
	struct way way;

	if (topology_way(prober->agent->topology, interface, &way) == 0 &&
	    keepalive_peer_resolved(prober->agent->keepalive, way.bond,
				    interface, peer, now_usec(CLOCK_MONOTONIC)))
		arm(prober);
}

void prober_target_wanted(struct prober *prober, const struct target *target)
{
	struct bond *bond = bonds_find(&prober->agent->bonds, target->bond);
	const struct port *port;

	if (!bond || !can_probe(bond))
		return;
	agent_mark_dirty(prober->agent, bond);
	TAILQ_FOREACH(port, &bond->ports, entry)
		add_path(prober, port, target);
}

void prober_target_removed(struct prober *prober, const struct target *target)
{
	struct bond *bond = bonds_find(&prober->agent->bonds, target->bond);
	const struct keepalive_target *keepalive = &target->keepalive;
	const struct port *port;

	obstacles_drop(prober->obstacles, target->bond, 0, &keepalive->peer);
	if (!bond)
		return;
	agent_mark_dirty(prober->agent, bond);
	TAILQ_FOREACH(port, &bond->ports, entry)
		keepalive_path_removed(prober->agent->keepalive, target->bond,
				       port->ifindex, keepalive->interface,
				       &keepalive->peer);
}

/* The rate limit may stretch the interval until switches forget: said once. */
static void say_rate(struct prober *prober)
{
	uint64_t round = keepalive_least_round_usec(prober->agent->keepalive);
	bool slow = round > AGEING_USEC - AGEING_USEC / 5;

	if (slow && !prober->slow)
		log_warning("PacketsPerSec=%u is too little for so many peers: each is probed every %llu s, and switches forget after %llu s",
			    prober->agent->config->packets_per_sec,
			    round / USEC_PER_SEC, AGEING_USEC / USEC_PER_SEC);
	prober->slow = slow;
}

void prober_targets_changed(struct prober *prober)
{
	say_rate(prober);
	arm(prober);
}

void prober_config_changed(struct prober *prober)
{
	const struct config *config = prober->agent->config;
	const struct bond *bond;

	/* every obstacle is named again if it is still there */
	obstacles_drop(prober->obstacles, 0, 0, NULL);
	TAILQ_FOREACH(bond, &prober->agent->bonds.list, entry)
		say_mode(prober, bond);
	keepalive_set_rate(prober->agent->keepalive, config->packets_per_sec);
	keepalive_set_interval(prober->agent->keepalive,
			       config->keepalive_interval_usec,
			       now_usec(CLOCK_MONOTONIC));
	say_rate(prober);
	arm(prober);
}

int prober_new(struct prober **prober, struct agent *agent)
{
	struct prober *new = calloc(1, sizeof(*new));
	int r = -ENOMEM;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	new->obstacles = obstacles_new();
	if (new->obstacles)
		r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
				      UINT64_MAX, USEC_PER_MSEC, on_timer, new);
	if (r < 0) {
		prober_free(new);
		return r;
	}
	sd_event_source_set_enabled(new->timer, SD_EVENT_OFF);
	keepalive_set_rate(agent->keepalive, agent->config->packets_per_sec);
	*prober = new;
	return 0;
}

struct prober *prober_free(struct prober *prober)
{
	if (!prober)
		return NULL;
	prober->obstacles = obstacles_free(prober->obstacles);
	sd_event_source_disable_unref(prober->timer);
	free(prober);
	return NULL;
}
