/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_OBSTACLE_H
#define DUALHOME_OBSTACLE_H

/*
 * Why a peer of a bond cannot be probed: on any port, or on one. Said once,
 * when it has lasted: addresses and neighbors come later than the ports when a
 * host boots.
 */

#include <stdbool.h>

#include "bond.h"
#include "keepalive.h"

struct obstacles;

struct obstacles *obstacles_new(void);
struct obstacles *obstacles_free(struct obstacles *obstacles);

/*
 * How it went with a probe that was due at path->sent_usec: 0, or what is wrong
 * with @port, or with the peer on @any port.
 */
void obstacle_note(struct obstacles *obstacles, const struct port *port,
		   const struct keepalive_path *path, bool any, int error);

/* Forget those of a bond, of a port and of a peer; 0 and NULL = of all. */
void obstacles_drop(struct obstacles *obstacles, int bond, int port,
		    const struct address *peer);

#endif
