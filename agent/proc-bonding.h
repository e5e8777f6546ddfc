/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PROC_BONDING_H
#define DUALHOME_PROC_BONDING_H

/*
 * /proc/self/net/bonding/<bond>: what LACP knows and no attribute of rtnetlink
 * carries. Text for people, which grew over the years: a line that is missing
 * or unknown is skipped, so that Linux 4.18 (EL 8) to 7.x are read alike. The
 * details of LACP are shown to CAP_NET_ADMIN only, and since Linux 3.13.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lacp.h"

/* Of one port. */
struct proc_port {
	bool has_churn;
	enum lacp_churn actor_churn;
	enum lacp_churn partner_churn;
	unsigned int actor_churned;	/* how often */
	unsigned int partner_churned;
	bool has_actor;
	struct frame_lacp_party actor;
	bool has_partner;		/* and it is not the default one */
	struct frame_lacp_party partner;
};

/* Of the bond. */
struct proc_bond {
	bool has_system;
	uint8_t system[MAC_LEN];	/* that our LACPDUs name */
};

/* Called for each port, in the order of the file. */
typedef void (*proc_port_handler)(const char *name, const struct proc_port *port,
				  void *userdata);

/* Parse @text; changes it. Takes any text. */
void proc_bonding_parse(char *text, struct proc_bond *bond,
			proc_port_handler handle, void *userdata);

struct bond;

/*
 * Read the file of @bond into it and its ports: 1 if something changed that
 * diagnosis looks at, 0 if not, -errno. What cannot be read is not known.
 */
int proc_bonding_read(struct bond *bond);

#endif
