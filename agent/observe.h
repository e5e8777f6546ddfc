/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_OBSERVE_H
#define DUALHOME_OBSERVE_H

/*
 * Facts that nobody sends: read from sysfs, procfs and the driver's counters
 * when something changed or is suspicious. Each marks the bond dirty if
 * diagnosis has something new to look at.
 */

struct agent;
struct bond;
struct port;

/* Speed and duplex of a port, from sysfs. */
void observe_speed(struct port *port);

/* All of a bond. */
void observe_bond(struct agent *agent, struct bond *bond);

#endif
