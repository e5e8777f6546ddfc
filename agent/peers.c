// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses are few and kept in the kernel's order, primary before secondary.
 * Neighbors may be many: a tree finds them, a list walks them for the sweep.
 * Only neighbors with a valid MAC are kept; one that loses it is forgotten.
 */

#include <errno.h>
#include <linux/rtnetlink.h>
#include <search.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "peers.h"

struct local {
	TAILQ_ENTRY(local) entry;
	struct address_info info;
	unsigned int generation;
};

struct neighbor {
	TAILQ_ENTRY(neighbor) entry;
	int ifindex;
	struct address address;
	uint8_t mac[MAC_LEN];
	unsigned int generation;
};

TAILQ_HEAD(local_list, local);
TAILQ_HEAD(neighbor_list, neighbor);

struct peers {
	struct local_list locals;
	struct neighbor_list neighbors;
	void *tree;			/* of neighbors, tsearch(3) */
	unsigned int generation;	/* of the last dump */
};

static int compare_neighbors(const void *a, const void *b)
{
	const struct neighbor *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return address_compare(&x->address, &y->address);
}

static void local_free(struct peers *peers, struct local *local)
{
	TAILQ_REMOVE(&peers->locals, local, entry);
	free(local);
}

static void neighbor_free(struct peers *peers, struct neighbor *neighbor)
{
	tdelete(neighbor, &peers->tree, compare_neighbors);
	TAILQ_REMOVE(&peers->neighbors, neighbor, entry);
	free(neighbor);
}

/* Forget what is on @ifindex (0 = any) and not of generation @keep. */
static void sweep(struct peers *peers, int ifindex, const unsigned int *keep)
{
	struct neighbor *neighbor, *next_neighbor;
	struct local *local, *next_local;

	for (local = TAILQ_FIRST(&peers->locals); local; local = next_local) {
		next_local = TAILQ_NEXT(local, entry);
		if ((!ifindex || local->info.ifindex == ifindex) &&
		    (!keep || local->generation != *keep))
			local_free(peers, local);
	}
	for (neighbor = TAILQ_FIRST(&peers->neighbors); neighbor;
	     neighbor = next_neighbor) {
		next_neighbor = TAILQ_NEXT(neighbor, entry);
		if ((!ifindex || neighbor->ifindex == ifindex) &&
		    (!keep || neighbor->generation != *keep))
			neighbor_free(peers, neighbor);
	}
}

int peers_new(struct peers **peers)
{
	struct peers *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	TAILQ_INIT(&new->locals);
	TAILQ_INIT(&new->neighbors);
	*peers = new;
	return 0;
}

struct peers *peers_free(struct peers *peers)
{
	if (!peers)
		return NULL;
	sweep(peers, 0, NULL);
	free(peers);
	return NULL;
}

void peers_dump_begin(struct peers *peers)
{
	peers->generation++;
}

void peers_dump_end(struct peers *peers)
{
	sweep(peers, 0, &peers->generation);
}

void peers_link_removed(struct peers *peers, int ifindex)
{
	sweep(peers, ifindex, NULL);
}

static struct local *find_local(const struct peers *peers,
				const struct address_info *info)
{
	struct local *local;

	TAILQ_FOREACH(local, &peers->locals, entry)
		if (local->info.ifindex == info->ifindex &&
		    local->info.prefix_len == info->prefix_len &&
		    address_equal(&local->info.address, &info->address))
			return local;
	return NULL;
}

int peers_address_changed(struct peers *peers, const struct address_info *info)
{
	struct local *local;

	if (!address_is_ip(&info->address))
		return 0;
	local = find_local(peers, info);
	if (info->removed) {
		if (!local)
			return 0;
		local_free(peers, local);
		return 1;
	}
	if (local) {
		const bool changed = local->info.usable != info->usable ||
				     local->info.scope != info->scope;

		local->info = *info;
		local->generation = peers->generation;
		return changed;
	}
	local = calloc(1, sizeof(*local));
	if (!local)
		return -ENOMEM;
	local->info = *info;
	local->generation = peers->generation;
	TAILQ_INSERT_TAIL(&peers->locals, local, entry);
	return 1;
}

static struct neighbor *find_neighbor(const struct peers *peers, int ifindex,
				      const struct address *address)
{
	const struct neighbor key = { .ifindex = ifindex, .address = *address };
	struct neighbor **found = tfind(&key, &peers->tree, compare_neighbors);

	return found ? *found : NULL;
}

static int add_neighbor(struct peers *peers, const struct neighbor_info *info)
{
	struct neighbor *neighbor = calloc(1, sizeof(*neighbor));

	if (!neighbor)
		return -ENOMEM;
	neighbor->ifindex = info->ifindex;
	neighbor->address = info->address;
	neighbor->generation = peers->generation;
	memcpy(neighbor->mac, info->mac, MAC_LEN);
	if (!tsearch(neighbor, &peers->tree, compare_neighbors)) {
		free(neighbor);
		return -ENOMEM;
	}
	TAILQ_INSERT_TAIL(&peers->neighbors, neighbor, entry);
	return 1;
}

int peers_neighbor_changed(struct peers *peers, const struct neighbor_info *info)
{
	struct neighbor *neighbor;

	if (!address_is_ip(&info->address))
		return 0;
	neighbor = find_neighbor(peers, info->ifindex, &info->address);
	if (info->removed || !info->has_mac) {
		if (!neighbor)
			return 0;
		neighbor_free(peers, neighbor);
		return 1;
	}
	if (!neighbor)
		return add_neighbor(peers, info);
	neighbor->generation = peers->generation;
	if (!memcmp(neighbor->mac, info->mac, MAC_LEN))
		return 0;
	memcpy(neighbor->mac, info->mac, MAC_LEN);
	return 1;
}

static bool is_link_local(const struct address *address)
{
	return address->family == AF_INET6 &&
	       IN6_IS_ADDR_LINKLOCAL(&address->in6);
}

/* Link-local addresses name a host on their own link only. */
static bool is_ourselves(const struct peers *peers, int ifindex,
			 const struct address *peer)
{
	const struct local *local;

	TAILQ_FOREACH(local, &peers->locals, entry)
		if (address_equal(&local->info.address, peer) &&
		    (!is_link_local(peer) || local->info.ifindex == ifindex))
			return true;
	return false;
}

/* First or last address of an IPv4 prefix that has room for those. */
static bool is_broadcast(const struct address_info *local,
			 const struct address *peer)
{
	uint32_t mask;

	if (peer->family != AF_INET || local->prefix_len > 30)
		return false;
	mask = UINT32_MAX >> local->prefix_len;
	return (ntohl(peer->in.s_addr) & mask) == mask ||
	       (ntohl(peer->in.s_addr) & mask) == 0;
}

static bool can_be_source(const struct address_info *info, int ifindex,
			  int family)
{
	return info->ifindex == ifindex && info->usable &&
	       info->address.family == family && info->scope < RT_SCOPE_HOST;
}

/* The address of @ifindex whose prefix holds @peer, or why there is none. */
static int find_source(const struct peers *peers, int ifindex,
		       const struct address *peer,
		       const struct address_info **best)
{
	const struct local *local;
	int r = -EADDRNOTAVAIL;

	*best = NULL;
	if (!address_is_unicast(peer))
		return -EINVAL;
	if (is_ourselves(peers, ifindex, peer))
		return -EADDRINUSE;
	TAILQ_FOREACH(local, &peers->locals, entry) {
		const struct address_info *info = &local->info;
		const struct prefix prefix = { info->address, info->prefix_len };

		if (!can_be_source(info, ifindex, peer->family))
			continue;
		r = -ENETUNREACH;
		if (is_link_local(&info->address) == is_link_local(peer) &&
		    prefix_holds(&prefix, peer) &&
		    (!*best || info->prefix_len > (*best)->prefix_len))
			*best = info;
	}
	if (!*best)
		return r;
	return is_broadcast(*best, peer) ? -EINVAL : 0;
}

int peers_source(const struct peers *peers, int ifindex,
		 const struct address *peer, struct address *source)
{
	const struct address_info *best;
	int r = find_source(peers, ifindex, peer, &best);

	if (r == 0)
		*source = best->address;
	return r;
}

int peers_prefix_length(const struct peers *peers, int ifindex,
			const struct address *peer)
{
	const struct address_info *best;
	int r = find_source(peers, ifindex, peer, &best);

	return r < 0 ? r : best->prefix_len;
}

int peers_own_address(const struct peers *peers, int ifindex, int family,
		      struct address *source)
{
	const struct address_info *found = NULL;
	const struct local *local;

	TAILQ_FOREACH(local, &peers->locals, entry) {
		if (!can_be_source(&local->info, ifindex, family))
			continue;
		/* what is more than link-local comes first */
		if (!found || (is_link_local(&found->address) &&
			       !is_link_local(&local->info.address)))
			found = &local->info;
	}
	if (!found)
		return -EADDRNOTAVAIL;
	*source = found->address;
	return 0;
}

const struct address_info *peers_next_address(const struct peers *peers,
					      const struct address_info *before)
{
	const struct local *local = TAILQ_FIRST(&peers->locals);

	if (before)
		local = TAILQ_NEXT((const struct local *)((const char *)before -
				   offsetof(struct local, info)), entry);
	return local ? &local->info : NULL;
}

void peers_each_neighbor(const struct peers *peers,
			 void (*handle)(const struct neighbor_info *neighbor,
					void *userdata), void *userdata)
{
	const struct neighbor *neighbor;
	struct neighbor_info info;

	TAILQ_FOREACH(neighbor, &peers->neighbors, entry) {
		info = (struct neighbor_info) {
			.ifindex = neighbor->ifindex,
			.address = neighbor->address,
			.has_mac = true,
		};
		memcpy(info.mac, neighbor->mac, MAC_LEN);
		handle(&info, userdata);
	}
}

int peers_mac(const struct peers *peers, int ifindex,
	      const struct address *peer, uint8_t mac[MAC_LEN])
{
	const struct neighbor *neighbor = find_neighbor(peers, ifindex, peer);

	if (!neighbor)
		return -EHOSTUNREACH;
	memcpy(mac, neighbor->mac, MAC_LEN);
	return 0;
}
