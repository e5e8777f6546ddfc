/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PATHS_H
#define DUALHOME_PATHS_H

/*
 * What keepalives say about the paths behind a bond: prober.c fills this in and
 * marks the bond dirty when something changed, health-path.c judges it. A path
 * counts as dead only when hysteresis has decided so (keepalive.h): the facts
 * are settled here, and health only says what they mean.
 */

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "lacp.h"

/* Of one port. */
struct port_paths {
	unsigned int probed;		/* peers whose path here is judged */
	unsigned int dead;		/* of them, peers that do not answer here */
	unsigned int dead_here;		/* of these, answered on another port */
	bool mtu_lost;			/* small probes answered, full ones not */
	uint32_t mtu;			/* bytes of IP in a full one */
	uint32_t flood_per_sec;		/* unicast frames for foreign MACs, when
					 * that is a flood; 0 = none */
	uint8_t flood_mac[MAC_LEN];	/* for whom most of them are */
};

/* Of the bond: over all its ports. */
struct bond_paths {
	unsigned int gateways;		/* judged */
	unsigned int gateways_dead;	/* of them, answered on no port */
	unsigned int peers_dead;	/* other peers, answered on no port */
	char gateway[INET6_ADDRSTRLEN];	/* the first dead one */
	char peer[INET6_ADDRSTRLEN];	/* likewise */
};

/* Does ARP leave on every usable port while the option is on? By wire.c. */
struct bond_wire {
	bool off;			/* it does not, ... */
	char port[IFNAMSIZ];		/* ... on this one, ... */
	char link[IFNAMSIZ];		/* ... from this interface, ... */
	bool tagged;			/* ... which is a VLAN device */
	unsigned int ports;		/* usable when it was looked at */
	unsigned int misses;		/* in a row */
	int interface;			/* ifindex, the last one that was sound */
	uint64_t next_usec;		/* monotonic, when to look again */
};

#endif
