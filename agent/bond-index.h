/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_BOND_INDEX_H
#define DUALHOME_BOND_INDEX_H

/*
 * Bonds and ports by ifindex and by name, so that a dump of many links does
 * not walk all of them for each. Ports include the orphans.
 */

#include <stdbool.h>

struct bond;
struct bonds;
struct port;

/* Four trees of tsearch(3) over fields of the objects. */
struct bond_index {
	void *bonds;			/* int ifindex */
	void *bond_names;		/* char name[] */
	void *ports;
	void *port_names;
};

/* 0 or -ENOMEM: then it is in none of the trees. Take out before renaming. */
int bond_index_add(struct bond_index *index, struct bond *bond);
void bond_index_remove(struct bond_index *index, struct bond *bond);
int port_index_add(struct bond_index *index, struct port *port);
void port_index_remove(struct bond_index *index, struct port *port);

struct bond *bond_index_find(const struct bond_index *index, int ifindex);
struct bond *bond_index_find_name(const struct bond_index *index,
				  const char *name);
struct port *port_index_find(const struct bond_index *index, int ifindex);
struct port *port_index_find_name(const struct bond_index *index,
				  const char *name);

#endif
