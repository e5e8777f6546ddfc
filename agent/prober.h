/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PROBER_H
#define DUALHOME_PROBER_H

/*
 * What is sent on the ports: keeps keepalive.c's paths equal to
 * (peers of the configuration) x (ports of the bond), sends what is due through
 * the ports' sockets, and takes in answers.
 */

#include "bond.h"
#include "config.h"

struct agent;
struct frame_echo;
struct prober;

int prober_new(struct prober **prober, struct agent *agent);
struct prober *prober_free(struct prober *prober);

void prober_port_added(struct prober *prober, struct port *port);
void prober_port_changed(struct prober *prober, struct port *port);
void prober_port_removed(struct prober *prober, struct port *port);

/* @echo was heard on @port: an answer to us, or not. */
void prober_echo_heard(struct prober *prober, const struct port *port,
		       const struct frame_echo *echo);

/* ARP or ND has an answer for an address on that bond. */
void prober_peer_resolved(struct prober *prober, int bond,
			  const struct address *peer);

/* agent->config is the new one already, @before the one it replaces. */
void prober_config_changed(struct prober *prober, const struct config *before);

#endif
