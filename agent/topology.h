/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TOPOLOGY_H
#define DUALHOME_TOPOLOGY_H

/*
 * What stands on what: VLAN devices and bridges above the bonds. Answers "on
 * which bond, in which tags, with which MAC does a frame of this interface
 * leave?". Fed by rtnl.c with every link of the namespace.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame-neighbor.h"
#include "lacp.h"

struct topology;

enum link_kind {
	LINK_OTHER,
	LINK_HOST,			/* loopback or dummy: holds addresses */
	LINK_BOND,
	LINK_VLAN,
	LINK_BRIDGE,
	LINK_SWITCH,			/* Open vSwitch: tables of its own */
};

/* One RTM_NEWLINK, as far as it says where a link stands. */
struct stack_info {
	int ifindex;
	int lower;			/* IFLA_LINK; 0 = none, or elsewhere */
	int master;			/* IFLA_MASTER; 0 = none */
	enum link_kind kind;
	char name[IFNAMSIZ];
	struct frame_tag tag;		/* of a VLAN device */
	bool filters_vlans;		/* a bridge with vlan_filtering */
	uint8_t mac[MAC_LEN];
	uint32_t mtu;
	bool up;			/* IFF_UP */
	bool router;			/* forwards IPv6 */
	uint32_t arp_ignore;		/* its own, without that of "all" */
};

/* How frames of an interface leave. */
struct way {
	int bond;			/* ifindex */
	int bridge;			/* that they cross, 0 = none, and ... */
	int leg;			/* ... its port towards the bond */
	struct frame_tags tags;
	uint8_t mac[MAC_LEN];		/* of the interface */
	uint32_t mtu;			/* the smallest on the way */
	bool router;
};

int topology_new(struct topology **topology);
struct topology *topology_free(struct topology *topology);

/* 1 if something changed, 0 if not, -ENOMEM. */
int topology_link_changed(struct topology *topology,
			  const struct stack_info *info);
int topology_link_removed(struct topology *topology, int ifindex);

/* Around a full dump: what the dump did not mention is gone afterwards. */
void topology_dump_begin(struct topology *topology);
int topology_dump_end(struct topology *topology);

/*
 * The way of frames that leave @ifindex; only bond, VLAN devices and bridges
 * may be on it. -ENODEV if it leads to no bond, -ENETDOWN if a link on it is
 * switched off, -EMLINK if a bridge has ports to several bonds, -EOPNOTSUPP if
 * a bridge filters VLANs, -E2BIG if there are more than two tags.
 */
int topology_way(const struct topology *topology, int ifindex, struct way *way);

/* NULL if there is none. Iterate: start with *i = 0, in order of ifindex. */
const struct stack_info *topology_find(const struct topology *topology,
				       int ifindex);
const struct stack_info *topology_next(const struct topology *topology,
				       size_t *i);

#endif
