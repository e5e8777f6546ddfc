/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_LISTEN_H
#define DUALHOME_LISTEN_H

/*
 * What the ports hear: opens the socket of each port, and hands every frame to
 * whom it is for. LACPDUs and LLDP become facts of the model (struct port),
 * answers to keepalives go to the prober.
 */

struct agent;
struct port;

/* Before and after everybody else who uses port->socket. */
void listen_port_added(struct agent *agent, struct port *port);
void listen_port_removed(struct port *port);

/* Open what could not be opened, for lack of memory or file descriptors. */
void listen_retry(struct agent *agent);

/* LLDP neighbors whose time to live is over are gone. */
void listen_age(struct agent *agent);

#endif
