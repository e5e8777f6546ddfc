/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_DRAIN_H
#define DUALHOME_DRAIN_H

/*
 * Takes a port out of use before its leaf is worked on: what lives behind the
 * bond is announced on the other usable ports; when it has been three times,
 * an LACPDU without aggregation tells the partner that the port leaves, and the
 * port is switched off (IFF_UP). The kernel's flag is the state: who switches
 * the port on again ends it, and a daemon that starts anew finds it switched
 * off, and in the file of since.h that it was drained.
 */

#include "bond.h"

struct agent;
struct drain;

/*
 * Once, when it is over: 0, or -EBUSY if no other port is usable, -ENODEV if
 * the port has gone, -ECANCELED if drain_undo() came, -errno.
 */
typedef void (*drain_done)(int result, void *userdata);

int drain_new(struct drain **drain, struct agent *agent);
struct drain *drain_free(struct drain *drain);

/*
 * @force: even if no other port of the bond is usable. 0: @done is called,
 * perhaps at once (a port that is drained is a success). Else -EBUSY as above,
 * -EALREADY if that port is just being drained, -errno: it is not called.
 */
int drain_start(struct drain *drain, struct port *port, bool force,
		drain_done done, void *userdata);

/* Switch the port on again. 0, also if it is not drained, or -errno. */
int drain_undo(struct drain *drain, struct port *port);

void drain_port_added(struct drain *drain, struct port *port);
void drain_port_changed(struct port *port);
void drain_port_removed(struct drain *drain, const struct port *port);

#endif
