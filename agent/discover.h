/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_DISCOVER_H
#define DUALHOME_DISCOVER_H

/*
 * Who is a peer: gathers Peers=, default gateways, the kernel's neighbors, IPVS
 * real servers and senders into agent->targets, and has the prober follow.
 */

#include <stdint.h>

struct agent;
struct discover;

int discover_new(struct discover **discover, struct agent *agent);
struct discover *discover_free(struct discover *discover);

/* Something changed that may make a peer of somebody: look soon. */
void discover_soon(struct discover *discover);

/* Some default route changed: ask for them anew. */
void discover_gateways_changed(struct discover *discover);

#endif
