// SPDX-License-Identifier: GPL-2.0
/*
 * Links are few thousands at most: an array in the order of their ifindex.
 * A way goes down: a VLAN device to its lower link, a bridge to the one of its
 * ports from which a way leads to a bond. Dumps may show a link before what it
 * stands on, and links may be moved, so nothing but the messages is kept.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "topology.h"

#define DEPTH_MAX 8			/* the kernel's own limit of nesting */

struct link {
	struct stack_info info;
	unsigned int generation;
};

struct topology {
	struct link *links;
	size_t count;
	size_t capacity;
	unsigned int generation;	/* of the last dump */
};

/* Where the link of @ifindex is, or belongs. */
static size_t lower_bound(const struct topology *topology, int ifindex)
{
	size_t low = 0, high = topology->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (topology->links[middle].info.ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct link *find(const struct topology *topology, int ifindex)
{
	size_t i = lower_bound(topology, ifindex);

	if (i == topology->count || topology->links[i].info.ifindex != ifindex)
		return NULL;
	return &topology->links[i];
}

int topology_new(struct topology **topology)
{
	struct topology *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	*topology = new;
	return 0;
}

struct topology *topology_free(struct topology *topology)
{
	if (topology)
		free(topology->links);
	free(topology);
	return NULL;
}

/* Field by field: the padding between them is undefined. */
static bool same(const struct stack_info *a, const struct stack_info *b)
{
	return a->lower == b->lower && a->master == b->master &&
	       a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
	       a->tag.protocol == b->tag.protocol && a->tag.id == b->tag.id &&
	       a->filters_vlans == b->filters_vlans && a->mtu == b->mtu &&
	       memcmp(a->mac, b->mac, MAC_LEN) == 0 && a->up == b->up &&
	       a->router == b->router && a->arp_ignore == b->arp_ignore;
}

static int insert(struct topology *topology, const struct stack_info *info)
{
	size_t i = lower_bound(topology, info->ifindex);
	struct link *links = topology->links;

	if (topology->count == topology->capacity) {
		size_t capacity = topology->capacity ? 2 * topology->capacity : 16;

		links = reallocarray(links, capacity, sizeof(*links));
		if (!links)
			return -ENOMEM;
		topology->links = links;
		topology->capacity = capacity;
	}
	memmove(links + i + 1, links + i,
		(topology->count++ - i) * sizeof(*links));
	links[i] = (struct link) { *info, topology->generation };
	return 1;
}

int topology_link_changed(struct topology *topology,
			  const struct stack_info *info)
{
	struct link *link = find(topology, info->ifindex);
	bool changed;

	if (!link)
		return insert(topology, info);
	changed = !same(&link->info, info);
	*link = (struct link) { *info, topology->generation };
	return changed;
}

int topology_link_removed(struct topology *topology, int ifindex)
{
	struct link *link = find(topology, ifindex);
	size_t after;

	if (!link)
		return 0;
	after = --topology->count - (link - topology->links);
	memmove(link, link + 1, after * sizeof(*link));
	return 1;
}

void topology_dump_begin(struct topology *topology)
{
	topology->generation++;
}

int topology_dump_end(struct topology *topology)
{
	size_t kept = 0, before = topology->count;

	for (size_t i = 0; i < topology->count; i++)
		if (topology->links[i].generation == topology->generation)
			topology->links[kept++] = topology->links[i];
	topology->count = kept;
	return kept != before;
}

static int follow(const struct topology *topology, const struct stack_info *info,
		  unsigned int depth, struct way *way);

/* The outer tag is added last, on the way down, and stands first. */
static int follow_vlan(const struct topology *topology,
		       const struct stack_info *info, unsigned int depth,
		       struct way *way)
{
	struct frame_tags *tags = &way->tags;
	const struct link *lower = find(topology, info->lower);

	if (!lower)
		return -ENODEV;
	if (tags->count == FRAME_TAGS_MAX)
		return -E2BIG;
	memmove(tags->list + 1, tags->list, tags->count * sizeof(*tags->list));
	tags->list[0] = info->tag;
	tags->count++;
	return follow(topology, &lower->info, depth + 1, way);
}

static int follow_bridge(const struct topology *topology,
			 const struct stack_info *bridge, unsigned int depth,
			 struct way *way)
{
	struct way found = {}, next;
	int r, result = -ENODEV;

	for (size_t i = 0; i < topology->count; i++) {
		const struct stack_info *port = &topology->links[i].info;

		if (port->master != bridge->ifindex)
			continue;
		next = *way;
		next.bridge = bridge->ifindex;
		next.leg = port->ifindex;
		r = follow(topology, port, depth + 1, &next);
		if (r == -ENODEV)
			continue;
		if (found.bond && r == 0)
			return -EMLINK;
		if (r == 0)
			found = next;
		if (r == 0 || !found.bond)
			result = r;
	}
	if (found.bond)
		*way = found;
	if (result == 0 && bridge->filters_vlans)
		return -EOPNOTSUPP;
	return result;
}

static int follow(const struct topology *topology, const struct stack_info *info,
		  unsigned int depth, struct way *way)
{
	int r;

	if (depth == DEPTH_MAX)
		return -ENODEV;
	if (info->mtu < way->mtu)
		way->mtu = info->mtu;
	switch (info->kind) {
	case LINK_BOND:
		way->bond = info->ifindex;
		r = 0;
		break;
	case LINK_VLAN:
		r = follow_vlan(topology, info, depth, way);
		break;
	case LINK_BRIDGE:
		r = follow_bridge(topology, info, depth, way);
		break;
	default:
		r = -ENODEV;
	}
	return r == 0 && !info->up ? -ENETDOWN : r;
}

int topology_way(const struct topology *topology, int ifindex, struct way *way)
{
	const struct link *link = find(topology, ifindex);

	if (!link)
		return -ENODEV;
	*way = (struct way) { .mtu = UINT32_MAX, .router = link->info.router };
	memcpy(way->mac, link->info.mac, MAC_LEN);
	return follow(topology, &link->info, 0, way);
}

const struct stack_info *topology_find(const struct topology *topology,
				       int ifindex)
{
	const struct link *link = find(topology, ifindex);

	return link ? &link->info : NULL;
}

const struct stack_info *topology_next(const struct topology *topology,
				       size_t *i)
{
	return *i < topology->count ? &topology->links[(*i)++].info : NULL;
}
