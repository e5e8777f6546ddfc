/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FLOOD_H
#define DUALHOME_FLOOD_H

/*
 * Does a switch flood? Counts, on each port, unicast frames that are for none
 * of this host's MACs. The verdict is in port->paths: 10 frames/s or more in
 * three windows of 5 s in a row raise it, less than half of that in one clear
 * it. What the network card filters out is not seen; nothing is made
 * promiscuous for it.
 */

#include "bond.h"

struct agent;
struct flood;

int flood_new(struct flood **flood, struct agent *agent);
struct flood *flood_free(struct flood *flood);

void flood_port_added(struct flood *flood, const struct port *port);
void flood_port_removed(struct flood *flood, const struct port *port);

#endif
