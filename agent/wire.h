/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_WIRE_H
#define DUALHOME_WIRE_H

/*
 * Does ARP leave on every usable port, as the option of the bonding driver
 * says? One question to a peer is sent through the bond, as the kernel would,
 * and looked for on the ports: when the option is switched on, when ports
 * become usable, and every 10 minutes. Three in a row that are missing on a
 * port mean no, one that is on all means yes. The verdict is in bond->wire.
 */

struct agent;
struct wire;

int wire_new(struct wire **wire, struct agent *agent);
struct wire *wire_free(struct wire *wire);

#endif
