// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual addresses: a host may hold addresses on lo or dummy devices that the
 * network routes, or resolves, to it; a leaf that makes host routes of the ARP
 * it hears must hear of them. But in direct routing every real server holds the
 * virtual address on lo as well, and one that announced it would draw all
 * traffic to itself. So an address is announced only where this host would
 * answer an ARP request for it: arp_ignore is 0. Of IPv6 the kernel never
 * answers for an address of another interface, so none is announced. Where a
 * packet filter hides the address (arptables), AnnounceVirtual=no must say so.
 */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "announce-items.h"
#include "neighbor.h"

static void add(struct announce_items *items, int interface,
		const struct address *address)
{
	struct announce_item *list = items->list;

	if (items->count == ANNOUNCE_ITEMS_MAX)
		return;
	if (!(items->count & (items->count - 1))) {	/* grow at each 2^n */
		list = reallocarray(list, items->count ? 2 * items->count : 1,
				    sizeof(*list));
		if (!list)
			return;
		items->list = list;
	}
	list[items->count++] = (struct announce_item) { interface, *address };
}

/* The limit for all interfaces; what cannot be read forbids. */
static bool arp_is_answered(const struct stack_info *link)
{
	FILE *file = fopen("/proc/sys/net/ipv4/conf/all/arp_ignore", "re");
	unsigned int all = 1;

	if (!file)
		return false;
	if (fscanf(file, "%u", &all) != 1)
		all = 1;
	fclose(file);
	return all == 0 && link->arp_ignore == 0;
}

static bool is_host_prefix(const struct address_info *info)
{
	return info->prefix_len == 8 * address_length(&info->address);
}

/* On every interface of the bond from which a default route leads. */
static void add_virtual(struct announce_items *items, const struct agent *agent,
			const struct bond *bond, const struct address_info *info)
{
	const struct target *target;
	const struct stack_info *link;
	int last = 0;
	size_t i = 0;

	while ((target = targets_next(agent->targets, bond->ifindex, &i))) {
		if (!(target->keepalive.sources & PEER_BIT(PEER_GATEWAY)) ||
		    target->keepalive.peer.family != AF_INET ||
		    target->keepalive.interface == last)
			continue;
		last = target->keepalive.interface;
		link = topology_find(agent->topology, last);
		if (link && arp_is_answered(link))
			add(items, last, &info->address);
	}
}

static void add_address(struct announce_items *items, const struct agent *agent,
			const struct bond *bond, const struct address_info *info,
			bool driver_did)
{
	const bool virtual = config_bond(agent->config, bond->name)->announce_virtual;
	const struct stack_info *link = topology_find(agent->topology,
						      info->ifindex);
	struct way way;

	if (!link || !info->usable || !address_is_unicast(&info->address))
		return;
	if (link->kind == LINK_HOST) {
		/* one that is down may hold the addresses of a whole cluster */
		if (virtual && link->up && info->address.family == AF_INET &&
		    info->scope == RT_SCOPE_UNIVERSE)
			add_virtual(items, agent, bond, info);
		return;
	}
	if (topology_way(agent->topology, info->ifindex, &way) < 0 ||
	    way.bond != bond->ifindex || (driver_did && !way.bridge) ||
	    (!virtual && is_host_prefix(info)))
		return;
	add(items, info->ifindex, &info->address);
}

static void on_fdb(const struct fdb_info *info, void *userdata)
{
	struct announce_items *items = userdata;
	struct address mac = { .family = AF_PACKET };

	if (info->local || info->port == items->leg || info->mac[0] & 1)
		return;
	memcpy(mac.mac, info->mac, MAC_LEN);
	add(items, info->bridge, &mac);
}

void announce_items_gather(struct announce_items *items, struct agent *agent,
			   const struct bond *bond, bool first)
{
	const bool driver_did = first && neighbor_state(bond) == NEIGHBOR_ON;
	const struct address_info *info = NULL;
	const struct stack_info *link;
	struct way way;
	size_t i = 0;

	while ((info = peers_next_address(agent->peers, info)))
		add_address(items, agent, bond, info, driver_did);
	while ((link = topology_next(agent->topology, &i))) {
		if (link->kind != LINK_BRIDGE ||
		    topology_way(agent->topology, link->ifindex, &way) < 0 ||
		    way.bond != bond->ifindex)
			continue;
		items->leg = way.leg;
		rtnl_list_fdb(agent->rtnl, link->ifindex, on_fdb, items);
	}
}

void announce_items_clear(struct announce_items *items)
{
	free(items->list);
	memset(items, 0, sizeof(*items));
}
