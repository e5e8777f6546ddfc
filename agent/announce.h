/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_ANNOUNCE_H
#define DUALHOME_ANNOUNCE_H

/*
 * When a port of an 802.3ad bond becomes usable again, everything that lives
 * behind the bond is announced through it, five times in three seconds: the
 * leaf may not forward yet when the first announcement comes.
 */

#include "bond.h"

struct agent;
struct announce;

int announce_new(struct announce **announce, struct agent *agent);
struct announce *announce_free(struct announce *announce);

/* As it is found, a port is announced nothing: it may have been so for long. */
void announce_port_added(struct announce *announce, const struct port *port);
void announce_port_changed(struct announce *announce, const struct port *port);
void announce_port_removed(struct announce *announce, const struct port *port);

/* Announce on @port from the first round on, whatever the configuration says. */
void announce_now(struct announce *announce, const struct port *port);

/* How many rounds are over since it last began; UINT_MAX in another mode. */
unsigned int announce_rounds(struct announce *announce, const struct port *port);

#endif
