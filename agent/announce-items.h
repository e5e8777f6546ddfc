/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_ANNOUNCE_ITEMS_H
#define DUALHOME_ANNOUNCE_ITEMS_H

/* What lives behind a bond, as addresses and MACs to announce. */

#include <stdbool.h>
#include <stddef.h>

#include "address.h"

struct agent;
struct bond;

/* More are not announced: a port has other things to do when it returns. */
#define ANNOUNCE_ITEMS_MAX 8192

struct announce_item {
	int interface;			/* ifindex: in its tags, from its MAC */
	struct address address;		/* AF_PACKET: a MAC behind a bridge */
};

struct announce_items {
	struct announce_item *list;
	size_t count;
	int leg;			/* while a bridge's table is read */
};

/* @first: without what the bonding driver has just announced itself. */
void announce_items_gather(struct announce_items *items, struct agent *agent,
			   const struct bond *bond, bool first);
void announce_items_clear(struct announce_items *items);

#endif
