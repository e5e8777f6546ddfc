/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FOREIGN_H
#define DUALHOME_FOREIGN_H

/*
 * MACs that a bridge above a bond has on another port than the one towards the
 * bond: machines of this host, which no keepalive through the bond is for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lacp.h"

struct agent;

struct foreigners {
	struct foreign {
		int bridge;		/* ifindex */
		uint8_t mac[MAC_LEN];
	} *list;			/* sorted */
	size_t count, capacity;
	int leg;			/* while a bridge's table is read */
};

/* Ask all bridges anew; what fails changes nothing. */
void foreigners_read(struct foreigners *foreigners, struct agent *agent);
void foreigners_clear(struct foreigners *foreigners);

/* False of @bridge 0. */
bool foreigners_have(const struct foreigners *foreigners, int bridge,
		     const uint8_t mac[MAC_LEN]);

#endif
