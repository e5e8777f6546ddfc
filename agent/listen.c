// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "agent.h"
#include "frame.h"
#include "listen.h"
#include "log.h"
#include "port-socket.h"
#include "prober.h"
#include "util.h"

static void lacpdu_heard(struct agent *agent, struct port *port,
			 const struct frame_lacpdu *lacpdu)
{
	bool differs = !port->has_lacpdu ||
		       memcmp(&port->lacpdu, lacpdu, sizeof(*lacpdu)) != 0;

	port->has_lacpdu = true;
	port->lacpdu_usec = now_usec(CLOCK_MONOTONIC);
	if (!differs)
		return;
	port->lacpdu = *lacpdu;
	agent_mark_dirty(agent, port->bond);
	agent_refresh_soon(agent);
}

static void on_frame(struct port *port, const uint8_t *bytes, size_t length,
		     void *userdata)
{
	struct agent *agent = userdata;
	struct frame_lacpdu lacpdu;
	struct frame_echo echo;

	memset(&lacpdu, 0, sizeof(lacpdu));
	if (frame_parse_lacpdu(bytes, length, &lacpdu) == 0)
		lacpdu_heard(agent, port, &lacpdu);
	else if (frame_parse_echo(bytes, length, &echo) == 0)
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
