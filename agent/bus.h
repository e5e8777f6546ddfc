/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_BUS_H
#define DUALHOME_BUS_H

/*
 * org.dualhome1: the only user of sd-bus in the daemon. Reads the model, never
 * decides. The daemon runs on without a bus and takes the name when one comes.
 */

#include "bond.h"

struct agent;
struct bus;

int bus_new(struct bus **bus, struct agent *agent);
struct bus *bus_free(struct bus *bus);

/* Objects came or went: InterfacesAdded, InterfacesRemoved. */
void bus_bond_added(struct bus *bus, const struct bond *bond);
void bus_bond_removed(struct bus *bus, const struct bond *bond);
void bus_port_added(struct bus *bus, const struct port *port);
void bus_port_removed(struct bus *bus, const struct port *port);

/* PropertiesChanged for what differs from the last publication. */
void bus_bond_changed(struct bus *bus, const struct bond *bond);
void bus_manager_changed(struct bus *bus);

/* Event(severity, code, object, text); a cleared problem has severity "ok". */
void bus_event(struct bus *bus, const struct bond *bond,
	       const struct problem *problem, bool raised);

#endif
