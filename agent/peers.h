/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PEERS_H
#define DUALHOME_PEERS_H

/*
 * What it takes to reach a peer: the addresses of our interfaces and the
 * kernel's neighbor table, mirrored from rtnetlink. Answers "from which
 * address, to which MAC" for a peer on an interface.
 */

#include <stdint.h>

#include "address.h"
#include "bond.h"
#include "rtnl.h"

struct peers;

int peers_new(struct peers **peers);
struct peers *peers_free(struct peers *peers);

/* Around a full dump: what the dump did not mention is gone afterwards. */
void peers_dump_begin(struct peers *peers);
void peers_dump_end(struct peers *peers);

/* 1 if something changed, 0 if not, -ENOMEM. */
int peers_address_changed(struct peers *peers, const struct address_info *info);
int peers_neighbor_changed(struct peers *peers, const struct neighbor_info *info);

void peers_link_removed(struct peers *peers, int ifindex);

/*
 * The source address for @peer: of those on @ifindex whose prefix holds it, the
 * one with the longest; link-local for link-local. -EADDRNOTAVAIL if the
 * interface has no usable address of that family, -ENETUNREACH if the peer is
 * on none of its prefixes, -EADDRINUSE if the peer is ourselves, -EINVAL if it
 * can be no peer: multicast, broadcast, loopback, unspecified, IPv4-mapped.
 */
int peers_source(const struct peers *peers, int ifindex,
		 const struct address *peer, struct address *source);

/* Likewise: how many bits that prefix has. */
int peers_prefix_length(const struct peers *peers, int ifindex,
			const struct address *peer);

/* The first usable address of @ifindex, or -EADDRNOTAVAIL. */
int peers_own_address(const struct peers *peers, int ifindex, int family,
		      struct address *source);

/* All addresses of this host; NULL begins and ends. */
const struct address_info *peers_next_address(const struct peers *peers,
					      const struct address_info *before);

/* All neighbors that have a MAC. */
void peers_each_neighbor(const struct peers *peers,
			 void (*handle)(const struct neighbor_info *neighbor,
					void *userdata), void *userdata);

/* The MAC of @peer on @ifindex: 0, or -EHOSTUNREACH while unresolved. */
int peers_mac(const struct peers *peers, int ifindex,
	      const struct address *peer, uint8_t mac[MAC_LEN]);

#endif
