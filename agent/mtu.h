/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_MTU_H
#define DUALHOME_MTU_H

/*
 * Does each leaf carry frames of the whole MTU? One don't-fragment echo of that
 * size per port, as soon as a peer answers there and every 10 minutes. Three
 * unanswered in a row, a second apart, while small ones are answered, mean no;
 * one answer means yes. The verdict is in port->paths.
 */

#include <stdbool.h>

#include "bond.h"
#include "frame.h"

struct agent;
struct mtu;

int mtu_new(struct mtu **mtu, struct agent *agent);
struct mtu *mtu_free(struct mtu *mtu);

void mtu_port_added(struct mtu *mtu, const struct port *port);
void mtu_port_removed(struct mtu *mtu, const struct port *port);

/* An echo reply that answers none of the schedule's probes. */
void mtu_echo_heard(struct mtu *mtu, const struct frame_echo *echo);

#endif
