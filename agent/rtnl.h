/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_RTNL_H
#define DUALHOME_RTNL_H

/*
 * rtnetlink: the only user of libmnl. Follows links, addresses and neighbors
 * of this network namespace and hands each message over as a plain struct.
 * Two sockets: one listens, one asks; so a dump never races an event for the
 * same buffer, and setters can wait for their own acknowledgment.
 *
 * A lost event is a normal event: ENOBUFS empties the socket and dumps again,
 * an interrupted dump (NLM_F_DUMP_INTR) is restarted, and what a complete dump
 * did not mention is removed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bond.h"
#include "config.h"

struct rtnl;
struct sd_event;

/* One RTM_NEWADDR or RTM_DELADDR. */
struct address_info {
	int ifindex;
	struct address address;		/* IFA_LOCAL, else IFA_ADDRESS */
	uint8_t prefix_len;
	uint8_t scope;			/* RT_SCOPE_* */
	bool usable;			/* neither tentative nor failed (DAD) */
	bool removed;
};

/* One RTM_NEWNEIGH or RTM_DELNEIGH. */
struct neighbor_info {
	int ifindex;
	struct address address;
	bool has_mac;			/* and the state says that it is valid */
	uint8_t mac[MAC_LEN];
	bool removed;
};

/* Of a default route in any table. */
struct gateway_info {
	int ifindex;
	struct address address;
};

/* A MAC in the forwarding table of a bridge. */
struct fdb_info {
	int bridge;			/* ifindex; 0 = of a device's own filter */
	int port;			/* ifindex of the port behind which it is */
	uint8_t mac[MAC_LEN];
	uint16_t vlan;			/* 0 = the bridge does not tell them apart */
	bool local;			/* of the port itself, or configured */
};

struct stack_info;

struct rtnl_ops {
	void (*dump_begin)(void *userdata);
	void (*link_changed)(const struct link_info *info, void *userdata);
	/* likewise, before it: where the link stands */
	void (*link_stacked)(const struct stack_info *info, void *userdata);
	void (*link_removed)(int ifindex, void *userdata);
	void (*address_changed)(const struct address_info *info, void *userdata);
	void (*neighbor_changed)(const struct neighbor_info *info, void *userdata);
	/* some default route came or went: rtnl_list_gateways() */
	void (*gateways_changed)(void *userdata);
	/* all three dumps are complete: sweep what they did not mention */
	void (*dump_end)(void *userdata);
};

/* Subscribe, dump once (synchronously) and attach to @event. */
int rtnl_new(struct rtnl **rtnl, struct sd_event *event,
	     const struct rtnl_ops *ops, void *userdata);
struct rtnl *rtnl_free(struct rtnl *rtnl);

/*
 * Ask for all links again: LACP transitions are not notified. 1 if so many
 * events are queued that it did not come to that: try again soon.
 */
int rtnl_refresh(struct rtnl *rtnl);

/*
 * Set IFLA_BOND_BROADCAST_NEIGH. 0 means acknowledged, which proves nothing:
 * a kernel that does not know the attribute acknowledges it too. Read back.
 */
int rtnl_set_broadcast_neighbor(struct rtnl *rtnl, int ifindex, bool on);

/* Switch a link on or off (IFF_UP), synchronously. */
int rtnl_set_up(struct rtnl *rtnl, int ifindex, bool up);

/* Read one link, synchronously. */
int rtnl_get_link(struct rtnl *rtnl, int ifindex, struct link_info *info);

/*
 * Hand over the gateways of all default routes, or the forwarding table of a
 * bridge (0 = of all, and what devices filter by), synchronously. -EINTR if they changed meanwhile: what was handed over
 * may have gaps.
 */
int rtnl_list_gateways(struct rtnl *rtnl,
		       void (*handle)(const struct gateway_info *info,
				      void *userdata), void *userdata);
int rtnl_list_fdb(struct rtnl *rtnl, int bridge,
		  void (*handle)(const struct fdb_info *info, void *userdata),
		  void *userdata);

/*
 * What the driver counted on the port: RTM_GETSTATS, LINK_XSTATS_TYPE_BOND,
 * BOND_XSTATS_3AD. -ENODATA if it does not count (not in mode 802.3ad).
 */
int rtnl_get_lacp_counters(struct rtnl *rtnl, int ifindex,
			   struct lacp_counters *counters);

/* Have the kernel resolve @address on @ifindex and keep the entry (NTF_USE). */
int rtnl_resolve(struct rtnl *rtnl, int ifindex, const struct address *address);

#endif
