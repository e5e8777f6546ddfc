// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "foreign.h"

static int compare(const void *a, const void *b)
{
	const struct foreign *x = a, *y = b;

	if (x->bridge != y->bridge)
		return x->bridge < y->bridge ? -1 : 1;
	return memcmp(x->mac, y->mac, MAC_LEN);
}

static bool make_room(struct foreigners *foreigners)
{
	size_t capacity = foreigners->capacity ? 2 * foreigners->capacity : 16;
	struct foreign *list;

	if (foreigners->count < foreigners->capacity)
		return true;
	list = reallocarray(foreigners->list, capacity, sizeof(*list));
	if (!list)
		return false;
	foreigners->list = list;
	foreigners->capacity = capacity;
	return true;
}

static void on_fdb(const struct fdb_info *info, void *userdata)
{
	struct foreigners *foreigners = userdata;
	struct foreign *foreign;

	if (info->port == foreigners->leg || info->local ||
	    !make_room(foreigners))
		return;
	foreign = &foreigners->list[foreigners->count++];
	foreign->bridge = info->bridge;
	memcpy(foreign->mac, info->mac, MAC_LEN);
}

/*
 * An entry that is missed makes frames leave that nobody needs: where reading
 * fails, the tables are those that they were.
 */
void foreigners_read(struct foreigners *foreigners, struct agent *agent)
{
	struct foreigners new = {};
	const struct stack_info *link;
	struct way way;
	size_t i = 0;
	int r;

	while ((link = topology_next(agent->topology, &i))) {
		if (link->kind != LINK_BRIDGE ||
		    topology_way(agent->topology, link->ifindex, &way) < 0)
			continue;
		new.leg = way.leg;
		r = rtnl_list_fdb(agent->rtnl, link->ifindex, on_fdb, &new);
		if (r < 0) {
			foreigners_clear(&new);
			return;
		}
	}
	if (new.count)
		qsort(new.list, new.count, sizeof(*new.list), compare);
	foreigners_clear(foreigners);
	*foreigners = new;
}

bool foreigners_have(const struct foreigners *foreigners, int bridge,
		     const uint8_t mac[MAC_LEN])
{
	struct foreign key = { .bridge = bridge };

	memcpy(key.mac, mac, MAC_LEN);
	return bridge && foreigners->count &&
	       bsearch(&key, foreigners->list, foreigners->count, sizeof(key),
		       compare);
}

void foreigners_clear(struct foreigners *foreigners)
{
	free(foreigners->list);
	memset(foreigners, 0, sizeof(*foreigners));
}
