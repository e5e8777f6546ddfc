// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "agent.h"
#include "frame-neighbor.h"
#include "frame.h"
#include "listen.h"
#include "log.h"
#include "port-socket.h"
#include "prober.h"
#include "util.h"

/* More than the fast interval of 1 s: what is heard then begins anew. */
#define PAUSE_USEC (2 * USEC_PER_SEC)

/* Which port of the bond sends with that MAC (its permanent one), or 0. */
static int sender_of(const struct bond *bond, const uint8_t mac[MAC_LEN])
{
	const struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		if (mac_equal(port->attrs.perm_mac, mac))
			return port->ifindex;
	return 0;
}

/* It says nothing of the partner, so what that said stays. */
static void own_lacpdu_heard(struct agent *agent, struct port *port,
			     const struct frame_lacpdu *lacpdu, uint64_t now)
{
	if (now >= port->own_heard_usec + PAUSE_USEC)
		agent_mark_dirty(agent, port->bond);
	port->own_heard_usec = now;
	port->own_sender = sender_of(port->bond, lacpdu->source_mac);
}

static void lacpdu_heard(struct agent *agent, struct port *port,
			 const struct frame_lacpdu *lacpdu)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);

	if (mac_equal(lacpdu->actor.system, bond_actor_system(port->bond))) {
		own_lacpdu_heard(agent, port, lacpdu, now);
		return;
	}
	port->lacpdu_usec = now;
	if (port->has_lacpdu &&
	    memcmp(&port->lacpdu, lacpdu, sizeof(*lacpdu)) == 0)
		return;
	port->has_lacpdu = true;
	port->lacpdu = *lacpdu;
	agent_mark_dirty(agent, port->bond);
	agent_refresh_soon(agent);
}

static void forget_lldp(struct agent *agent, struct port *port)
{
	if (!port->lldp)
		return;
	free(port->lldp);
	port->lldp = NULL;
	agent_mark_dirty(agent, port->bond);
}

/* 802.1AB-2016, table 7-1: 0e nearest bridge, 03 and 00 reach farther. */
static bool is_nearer(const struct frame_lldp *a, const struct frame_lldp *b)
{
	return a->scope > b->scope;
}

/*
 * One neighbor is kept, the nearest. What a daemon of this host sends on
 * another port is not about a switch.
 */
static void lldp_heard(struct agent *agent, struct port *port,
		       const struct frame_lldp *lldp)
{
	bool same = port->lldp && mac_equal(port->lldp->source_mac,
					    lldp->source_mac);

	if (sender_of(port->bond, lldp->source_mac) ||
	    mac_equal(port->bond->mac, lldp->source_mac))
		return;
	if (port->lldp && !same && is_nearer(port->lldp, lldp))
		return;
	if (lldp->ttl_sec == 0) {
		if (same)
			forget_lldp(agent, port);
		return;
	}
	port->lldp_until_usec = now_usec(CLOCK_MONOTONIC) +
				lldp->ttl_sec * USEC_PER_SEC;
	if (port->lldp && memcmp(port->lldp, lldp, sizeof(*lldp)) == 0)
		return;
	if (!port->lldp)
		port->lldp = malloc(sizeof(*port->lldp));
	if (!port->lldp)
		return;			/* the next one comes in 30 s */
	*port->lldp = *lldp;
	agent_mark_dirty(agent, port->bond);
}

void listen_age(struct agent *agent)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct bond *bond;
	struct port *port;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		TAILQ_FOREACH(port, &bond->ports, entry)
			if (port->lldp && now >= port->lldp_until_usec)
				forget_lldp(agent, port);
}

static void on_frame(struct port *port, uint8_t *bytes, size_t length,
		     void *userdata)
{
	struct agent *agent = userdata;
	struct frame_lacpdu lacpdu;
	struct frame_lldp lldp;
	struct frame_tags tags;
	struct frame_echo echo;
	int r;

	memset(&lacpdu, 0, sizeof(lacpdu));
	if (frame_parse_lacpdu(bytes, length, &lacpdu) == 0) {
		lacpdu_heard(agent, port, &lacpdu);
		return;
	}
	if (frame_parse_lldp(bytes, length, &lldp) == 0) {
		lldp_heard(agent, port, &lldp);
		return;
	}
	r = frame_strip_tags(bytes, length, &tags);
	if (r > 0 && frame_parse_echo(bytes, r, &echo) == 0)
		prober_echo_heard(agent->prober, port, &echo);
}

/* A port that is gone already (ENODEV) is about to be removed. */
void listen_port_added(struct agent *agent, struct port *port)
{
	int r;

	r = port_socket_open(&port->socket, agent->event, port, on_frame,
			     agent);
	if (r == -ENODEV)
		log_debug("%s: %s is gone", port->bond->name, port->name);
	else if (r < 0 && r != port->socket_error)
		log_error("%s: no packet socket on %s, so no keepalives: %s",
			  port->bond->name, port->name, strerror(-r));
	port->socket_error = r;
}

void listen_port_removed(struct port *port)
{
	port->socket = port_socket_free(port->socket);
}

void listen_retry(struct agent *agent)
{
	struct bond *bond;
	struct port *port;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		TAILQ_FOREACH(port, &bond->ports, entry)
			if (!port->socket)
				listen_port_added(agent, port);
}
