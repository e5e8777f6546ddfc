/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PROBER_H
#define DUALHOME_PROBER_H

/*
 * What is sent on the ports: keeps keepalive.c's paths equal to (targets) x
 * (ports of their bond), sends what is due through the ports' sockets, and
 * takes in answers.
 */

#include "bond.h"
#include "targets.h"

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

/* ARP or ND has an answer for an address on that interface. */
void prober_peer_resolved(struct prober *prober, int interface,
			  const struct address *peer);

/* Peers come and go, or are probed in another way; at last all is said. */
void prober_target_wanted(struct prober *prober, const struct target *target);
void prober_target_removed(struct prober *prober, const struct target *target);
void prober_targets_changed(struct prober *prober);

/* agent->config is a new one. */
void prober_config_changed(struct prober *prober);

#endif
