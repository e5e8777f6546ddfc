// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a peer from being probed (no address of ours on its network, or it
 * does not resolve), or a port from sending, is tried again, less and less
 * often as keepalive.h has it, and reported once, when it has lasted: addresses
 * and neighbors come later than the ports when a host boots.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "agent.h"
#include "frame.h"
#include "log.h"
#include "port-socket.h"
#include "prober.h"
#include "util.h"

#define REPORT_USEC (5 * USEC_PER_SEC)	/* longer than duplicate detection */

/* Why a peer of a bond cannot be probed: on any port, or on one. */
struct obstacle {
	TAILQ_ENTRY(obstacle) entry;
	int bond;
	int port;			/* 0 = any */
	struct address peer;
	int error;
	uint64_t since_usec;
	bool reported;
};

struct prober {
	struct agent *agent;
	sd_event_source *timer;
	TAILQ_HEAD(, obstacle) obstacles;
};

static const struct bond_policy *policy_of(const struct prober *prober,
					   const struct bond *bond)
{
	return config_bond(prober->agent->config, bond->name);
}

static void arm(struct prober *prober)
{
	uint64_t next = keepalive_next_usec(prober->agent->keepalive);

	if (next == UINT64_MAX) {
		sd_event_source_set_enabled(prober->timer, SD_EVENT_OFF);
		return;
	}
	sd_event_source_set_time(prober->timer, next);
	sd_event_source_set_enabled(prober->timer, SD_EVENT_ONESHOT);
}

static const char *words(int error)
{
	switch (error) {
	case -EADDRNOTAVAIL:
		return "the bond has no usable address of that family";
	case -ENETUNREACH:
		return "it is on none of the bond's networks, and only direct neighbors can be probed";
	case -EADDRINUSE:
		return "it is an address of this host";
	case -EHOSTUNREACH:
		return "nobody answers ARP or ND for it";
	default:
		return strerror(-error);
	}
}

static struct obstacle *find_obstacle(struct prober *prober, int port,
				      const struct keepalive_path *path)
{
	struct obstacle *obstacle;

	TAILQ_FOREACH(obstacle, &prober->obstacles, entry)
		if (obstacle->bond == path->bond && obstacle->port == port &&
		    address_equal(&obstacle->peer, &path->peer))
			return obstacle;
	return NULL;
}

static void drop_obstacle(struct prober *prober, struct obstacle *obstacle)
{
	TAILQ_REMOVE(&prober->obstacles, obstacle, entry);
	free(obstacle);
}

/* Of a bond and of a port; 0 = all of them. */
static void drop_obstacles_of(struct prober *prober, int bond, int port)
{
	struct obstacle *obstacle, *next;

	for (obstacle = TAILQ_FIRST(&prober->obstacles); obstacle;
	     obstacle = next) {
		next = TAILQ_NEXT(obstacle, entry);
		if ((!bond || obstacle->bond == bond) &&
		    (!port || obstacle->port == port))
			drop_obstacle(prober, obstacle);
	}
}

static void report_obstacle(const struct port *port,
			    const struct obstacle *obstacle)
{
	const char *bond = port->bond->name;
	char peer[INET6_ADDRSTRLEN];

	inet_ntop(obstacle->peer.family, &obstacle->peer.in6, peer, sizeof(peer));
	if (obstacle->port)
		log_warning("%s: peer %s cannot be probed on %s: %s", bond, peer,
			    port->name, words(obstacle->error));
	else
		log_warning("%s: peer %s cannot be probed: %s", bond, peer,
			    words(obstacle->error));
}

/* @error is that of the port, or of the peer on @any port; 0 = it went well. */
static void note_obstacle(struct prober *prober, const struct port *port,
			  const struct keepalive_path *path, bool any, int error)
{
	struct obstacle *obstacle;
	uint64_t now = path->sent_usec;

	obstacle = find_obstacle(prober, any ? 0 : port->ifindex, path);
	if (error == 0) {
		if (obstacle)
			drop_obstacle(prober, obstacle);
		return;
	}
	if (!obstacle) {
		obstacle = calloc(1, sizeof(*obstacle));
		if (!obstacle)
			return;
		obstacle->bond = path->bond;
		obstacle->port = any ? 0 : port->ifindex;
		obstacle->peer = path->peer;
		TAILQ_INSERT_TAIL(&prober->obstacles, obstacle, entry);
	}
	if (obstacle->error != error) {
		obstacle->error = error;
		obstacle->since_usec = now;
		obstacle->reported = false;
	}
	if (obstacle->reported || now - obstacle->since_usec < REPORT_USEC)
		return;
	obstacle->reported = true;
	report_obstacle(port, obstacle);
}

/* The length, or what is wrong with the peer. */
static int build_echo(struct agent *agent, const struct bond *bond,
		      const struct keepalive_path *path, uint8_t *bytes)
{
	struct frame_echo echo = {
		.destination = path->peer,
		.identifier = path->identifier,
		.sequence = path->sequence,
		.cookie = path->cookie,
		.sent_usec = path->sent_usec,
	};
	int r;

	r = peers_source(agent->peers, bond->ifindex, &path->peer, &echo.source);
	if (r < 0)
		return r;
	r = peers_mac(agent->peers, bond->ifindex, &path->peer,
		      echo.destination_mac);
	/* unresolved, or its MAC may have changed: have the kernel ask */
	if (r < 0 || path->misses)
		rtnl_resolve(agent->rtnl, bond->ifindex, &path->peer);
	if (r < 0)
		return r;

	memcpy(echo.source_mac, bond->mac, MAC_LEN);
	return frame_build_echo(&echo, bytes, FRAME_MAX);
}

static int send_echo(struct prober *prober, struct port *port,
		     const struct keepalive_path *path)
{
	uint8_t bytes[FRAME_MAX];
	int r;

	r = build_echo(prober->agent, port->bond, path, bytes);
	note_obstacle(prober, port, path, true, r < 0 ? r : 0);
	if (r < 0)
		return r;
	r = port_socket_send(port->socket, bytes, r);
	/* a port that has just gone down is no obstacle */
	if (r != -ENETDOWN && r != -ENXIO)
		note_obstacle(prober, port, path, false, r);
	if (r == 0)
		port->keepalives.sent++;
	return r;
}

static enum keepalive_outcome outcome_of(int r)
{
	if (r == 0)
		return KEEPALIVE_SENT;
	return r == -EHOSTUNREACH ? KEEPALIVE_UNRESOLVED : KEEPALIVE_FAILED;
}

static void probe(struct prober *prober, const struct keepalive_path *path)
{
	struct agent *agent = prober->agent;
	struct port *port = bonds_find_port(&agent->bonds, path->port);
	int r = -ENODEV;

	/* the number of reachable peers may have changed */
	if (port && path->misses == KEEPALIVE_MISSES)
		agent_mark_dirty(agent, port->bond);
	if (port && port->socket)
		r = send_echo(prober, port, path);
	keepalive_sent(agent->keepalive, path, outcome_of(r));
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct prober *prober = userdata;
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	const struct keepalive_path *path;

	(void)source;
	(void)usec;
	while ((path = keepalive_due(prober->agent->keepalive, now)))
		probe(prober, path);
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
	if (!path)
		return;
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
static bool can_probe(struct prober *prober, const struct port *port)
{
	const struct bond *bond = port->bond;

	if (bond->attrs.mode == BOND_MODE_8023AD ||
	    bond->attrs.mode == BOND_MODE_ACTIVE_BACKUP)
		return true;
	/* said once, with the first port */
	if (policy_of(prober, bond)->peer_count &&
	    TAILQ_FIRST(&bond->ports) == port)
		log_warning("%s: its peers cannot be probed: it is in mode %s, and only 802.3ad and active-backup allow it",
			    bond->name, bond_mode_to_string(bond->attrs.mode));
	return false;
}

static void add_paths(struct prober *prober, const struct port *port)
{
	const struct bond_policy *policy = policy_of(prober, port->bond);
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	int r;

	if (!can_probe(prober, port))
		return;
	for (size_t i = 0; i < policy->peer_count; i++) {
		r = keepalive_path_added(prober->agent->keepalive,
					 port->bond->ifindex, port->ifindex,
					 &policy->peers[i], now);
		if (r < 0)
			log_error("%s: no keepalives on %s: %s",
				  port->bond->name, port->name, strerror(-r));
	}
	keepalive_port_usable(prober->agent->keepalive, port->ifindex,
			      port_is_usable(port), now);
}

void prober_port_added(struct prober *prober, struct port *port)
{
	add_paths(prober, port);
	arm(prober);
}

void prober_port_changed(struct prober *prober, struct port *port)
{
	keepalive_port_usable(prober->agent->keepalive, port->ifindex,
			      port_is_usable(port), now_usec(CLOCK_MONOTONIC));
	arm(prober);
}

void prober_port_removed(struct prober *prober, struct port *port)
{
	keepalive_port_removed(prober->agent->keepalive, port->ifindex);
	drop_obstacles_of(prober, port->bond->ifindex, port->ifindex);
	if (TAILQ_FIRST(&port->bond->ports) == port && !TAILQ_NEXT(port, entry))
		drop_obstacles_of(prober, port->bond->ifindex, 0);
	arm(prober);
}

void prober_peer_resolved(struct prober *prober, int bond,
			  const struct address *peer)
{
	if (keepalive_peer_resolved(prober->agent->keepalive, bond, peer,
				    now_usec(CLOCK_MONOTONIC)))
		arm(prober);
}

static bool has_peer(const struct bond_policy *policy,
		     const struct address *peer)
{
	for (size_t i = 0; i < policy->peer_count; i++)
		if (address_equal(&policy->peers[i], peer))
			return true;
	return false;
}

void prober_config_changed(struct prober *prober, const struct config *before)
{
	struct keepalive *keepalive = prober->agent->keepalive;
	const struct bond_policy *old, *new;
	const struct bond *bond;
	struct port *port;

	/* every obstacle is named again if it is still there */
	drop_obstacles_of(prober, 0, 0);
	TAILQ_FOREACH(bond, &prober->agent->bonds.list, entry) {
		old = config_bond(before, bond->name);
		new = policy_of(prober, bond);
		TAILQ_FOREACH(port, &bond->ports, entry) {
			for (size_t i = 0; i < old->peer_count; i++)
				if (!has_peer(new, &old->peers[i]))
					keepalive_path_removed(keepalive,
							       bond->ifindex,
							       port->ifindex,
							       &old->peers[i]);
			add_paths(prober, port);
		}
	}
	keepalive_set_interval(keepalive,
			       prober->agent->config->keepalive_interval_usec,
			       now_usec(CLOCK_MONOTONIC));
	arm(prober);
}

int prober_new(struct prober **prober, struct agent *agent)
{
	struct prober *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	TAILQ_INIT(&new->obstacles);
	r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
			      UINT64_MAX, USEC_PER_MSEC, on_timer, new);
	if (r < 0) {
		prober_free(new);
		return r;
	}
	sd_event_source_set_enabled(new->timer, SD_EVENT_OFF);
	*prober = new;
	return 0;
}

struct prober *prober_free(struct prober *prober)
{
	if (!prober)
		return NULL;
	drop_obstacles_of(prober, 0, 0);
	sd_event_source_disable_unref(prober->timer);
	free(prober);
	return NULL;
}
