// SPDX-License-Identifier: GPL-2.0
/*
 * A dump names links in the order of their ifindex, so a port may come before
 * its bond: it waits among the orphans, unseen by everybody else, until the
 * bond appears. A bond that goes takes its ports along; the kernel releases
 * them anyway and says so in messages of their own.
 *
 * Objects are published by name, so a rename is a removal and an addition to
 * the callbacks; only the struct stays.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bond.h"

#define CALL(bonds, op, object) do {					\
	if ((bonds)->ops && (bonds)->ops->op)				\
		(bonds)->ops->op(object, (bonds)->userdata);		\
} while (0)

/* Copies @size bytes if they differ; 1 if they did. */
static int update(void *field, const void *value, size_t size)
{
	if (memcmp(field, value, size) == 0)
		return 0;
	memcpy(field, value, size);
	return 1;
}

#define UPDATE(field, value) update(&(field), &(value), sizeof(field))

/* Field by field: the padding between them is undefined. */
static int bond_attrs_update(struct bond_attrs *a, const struct bond_attrs *b)
{
	bool equal = a->mode == b->mode && a->lacp_rate == b->lacp_rate &&
		a->xmit_hash_policy == b->xmit_hash_policy &&
		a->miimon == b->miimon && a->min_links == b->min_links &&
		a->has_broadcast_neighbor == b->has_broadcast_neighbor &&
		a->broadcast_neighbor == b->broadcast_neighbor &&
		a->has_ad_info == b->has_ad_info &&
		a->aggregator == b->aggregator &&
		a->aggregator_ports == b->aggregator_ports &&
		a->partner_key == b->partner_key &&
		memcmp(a->partner_mac, b->partner_mac, MAC_LEN) == 0;

	*a = *b;
	return !equal;
}

static int port_attrs_update(struct port_attrs *a, const struct port_attrs *b)
{
	bool equal = a->mii_up == b->mii_up && a->active == b->active &&
		a->link_failures == b->link_failures &&
		memcmp(a->perm_mac, b->perm_mac, MAC_LEN) == 0 &&
		a->has_ad == b->has_ad && a->aggregator == b->aggregator &&
		a->actor_state == b->actor_state &&
		a->partner_state == b->partner_state;

	*a = *b;
	return !equal;
}

static struct port *find_in(const struct port_list *ports, int ifindex)
{
	struct port *port;

	TAILQ_FOREACH(port, ports, entry)
		if (port->ifindex == ifindex)
			return port;
	return NULL;
}

static struct port *find_name_in(const struct port_list *ports,
				 const char *name)
{
	struct port *port;

	TAILQ_FOREACH(port, ports, entry)
		if (strcmp(port->name, name) == 0)
			return port;
	return NULL;
}

static void port_attach(struct bonds *bonds, struct port *port,
			struct bond *bond)
{
	port->bond = bond;
	TAILQ_INSERT_TAIL(&bond->ports, port, entry);
	bond->dirty = true;
	CALL(bonds, port_added, port);
}

static void port_remove(struct bonds *bonds, struct port *port)
{
	struct port_list *list = &bonds->orphans;

	if (port->bond) {
		CALL(bonds, port_removed, port);
		port->bond->dirty = true;
		list = &port->bond->ports;
	}
	TAILQ_REMOVE(list, port, entry);
	free(port);
}

static void bond_remove(struct bonds *bonds, struct bond *bond)
{
	while (!TAILQ_EMPTY(&bond->ports))
		port_remove(bonds, TAILQ_FIRST(&bond->ports));
	CALL(bonds, bond_removed, bond);
	TAILQ_REMOVE(&bonds->list, bond, entry);
	free(bond);
}

static void ports_changed(struct bonds *bonds, struct bond *bond)
{
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_changed, port);
}

static void bond_rename(struct bonds *bonds, struct bond *bond,
			const char *name)
{
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_removed, port);
	CALL(bonds, bond_removed, bond);

	memcpy(bond->name, name, sizeof(bond->name));
	bond->appeared = true;

	CALL(bonds, bond_added, bond);
	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_added, port);
}

static int bond_fill(struct bond *bond, const struct link_info *info)
{
	int changed = 0;

	bond->generation = bond->bonds->generation;
	if (bond->attrs.mode != info->bond.mode)
		bond->appeared = true;
	if (info->up && !bond->up)
		bond->up_since_usec = info->seen_usec;

	changed |= UPDATE(bond->mac, info->mac);
	changed |= UPDATE(bond->mtu, info->mtu);
	changed |= UPDATE(bond->up, info->up);
	changed |= UPDATE(bond->carrier, info->carrier);
	changed |= bond_attrs_update(&bond->attrs, &info->bond);
	if (changed)
		bond->dirty = true;
	return changed;
}

static int bond_create(struct bonds *bonds, const struct link_info *info)
{
	struct port *port, *next;
	struct bond *bond;

	bond = calloc(1, sizeof(*bond));
	if (!bond)
		return -ENOMEM;
	bond->bonds = bonds;
	bond->ifindex = info->ifindex;
	bond->dirty = true;
	bond->appeared = true;
	memcpy(bond->name, info->name, sizeof(bond->name));
	TAILQ_INIT(&bond->ports);
	TAILQ_INSERT_TAIL(&bonds->list, bond, entry);
	bond_fill(bond, info);
	CALL(bonds, bond_added, bond);

	for (port = TAILQ_FIRST(&bonds->orphans); port; port = next) {
		next = TAILQ_NEXT(port, entry);
		if (port->master != bond->ifindex)
			continue;
		TAILQ_REMOVE(&bonds->orphans, port, entry);
		port_attach(bonds, port, bond);
	}
	return 1;
}

static int bond_changed(struct bonds *bonds, struct bond *bond,
			const struct link_info *info)
{
	int changed;

	if (!bond)
		return bond_create(bonds, info);

	changed = bond_fill(bond, info);
	if (strcmp(bond->name, info->name) != 0) {
		bond_rename(bonds, bond, info->name);
		changed = 1;
	} else if (changed) {
		ports_changed(bonds, bond);
	}
	if (changed)
		bond->dirty = true;
	return changed;
}

static int port_fill(struct port *port, const struct link_info *info)
{
	int changed = 0;

	if (info->carrier && !port->carrier)
		port->carrier_since_usec = info->seen_usec;
	if (!info->carrier)
		port->has_lacpdu = false;
	port->was_up |= info->carrier && info->port.mii_up;

	changed |= UPDATE(port->up, info->up);
	changed |= UPDATE(port->carrier, info->carrier);
	changed |= port_attrs_update(&port->attrs, &info->port);
	return changed;
}

static int port_create(struct bonds *bonds, const struct link_info *info)
{
	struct bond *bond = bonds_find(bonds, info->master);
	struct port *port;

	port = calloc(1, sizeof(*port));
	if (!port)
		return -ENOMEM;
	port->ifindex = info->ifindex;
	port->master = info->master;
	port->since_usec = info->seen_usec;
	port->generation = bonds->generation;
	memcpy(port->name, info->name, sizeof(port->name));
	port_fill(port, info);

	if (bond)
		port_attach(bonds, port, bond);
	else
		TAILQ_INSERT_TAIL(&bonds->orphans, port, entry);
	return 1;
}

static int port_changed(struct bonds *bonds, struct port *port,
			const struct link_info *info)
{
	int changed;

	if (!port)
		return port_create(bonds, info);

	port->generation = bonds->generation;
	changed = port_fill(port, info);
	if (strcmp(port->name, info->name) != 0) {
		if (port->bond)
			CALL(bonds, port_removed, port);
		memcpy(port->name, info->name, sizeof(port->name));
		if (port->bond)
			CALL(bonds, port_added, port);
		changed = 1;
	} else if (changed && port->bond) {
		CALL(bonds, port_changed, port);
	}
	if (changed && port->bond)
		port->bond->dirty = true;
	return changed;
}

/*
 * Names are unique in a namespace, so another link of that name is gone or
 * has another name now; its own message is still to come, or was lost.
 */
static int evict_namesake(struct bonds *bonds, const struct link_info *info)
{
	struct bond *bond = bonds_find_name(bonds, info->name);
	struct port *port = NULL;

	if (bond && bond->ifindex != info->ifindex) {
		bond_remove(bonds, bond);
		return 1;
	}
	TAILQ_FOREACH(bond, &bonds->list, entry) {
		port = find_name_in(&bond->ports, info->name);
		if (port)
			break;
	}
	if (!port)
		port = find_name_in(&bonds->orphans, info->name);
	if (!port || port->ifindex == info->ifindex)
		return 0;
	port_remove(bonds, port);
	return 1;
}

static struct port *find_any_port(const struct bonds *bonds, int ifindex)
{
	struct port *port = bonds_find_port(bonds, ifindex);

	return port ? port : find_in(&bonds->orphans, ifindex);
}

void bonds_init(struct bonds *bonds, const struct bond_ops *ops, void *userdata)
{
	TAILQ_INIT(&bonds->list);
	TAILQ_INIT(&bonds->orphans);
	bonds->ops = ops;
	bonds->userdata = userdata;
	bonds->generation = 0;
}

void bonds_clear(struct bonds *bonds)
{
	while (!TAILQ_EMPTY(&bonds->list))
		bond_remove(bonds, TAILQ_FIRST(&bonds->list));
	while (!TAILQ_EMPTY(&bonds->orphans))
		port_remove(bonds, TAILQ_FIRST(&bonds->orphans));
}

int bonds_link_changed(struct bonds *bonds, const struct link_info *info)
{
	int changed = evict_namesake(bonds, info), r = 0;
	struct bond *bond = bonds_find(bonds, info->ifindex);
	struct port *port = find_any_port(bonds, info->ifindex);

	if (bond && !info->is_bond) {
		bond_remove(bonds, bond);
		changed = 1;
	}
	if (port && (!info->is_port || port->master != info->master)) {
		port_remove(bonds, port);
		port = NULL;
		changed = 1;
	}
	if (info->is_bond)
		r = bond_changed(bonds, bond, info);
	else if (info->is_port)
		r = port_changed(bonds, port, info);
	return r < 0 ? r : changed || r;
}

int bonds_link_removed(struct bonds *bonds, int ifindex)
{
	struct bond *bond = bonds_find(bonds, ifindex);
	struct port *port = find_any_port(bonds, ifindex);

	if (bond)
		bond_remove(bonds, bond);
	if (port)
		port_remove(bonds, port);
	return bond || port;
}

void bonds_dump_begin(struct bonds *bonds)
{
	bonds->generation++;
}

static int sweep_ports(struct bonds *bonds, struct port_list *ports)
{
	struct port *port, *next;
	int changed = 0;

	for (port = TAILQ_FIRST(ports); port; port = next) {
		next = TAILQ_NEXT(port, entry);
		if (port->generation == bonds->generation)
			continue;
		port_remove(bonds, port);
		changed = 1;
	}
	return changed;
}

int bonds_dump_end(struct bonds *bonds)
{
	struct bond *bond, *next;
	int changed = sweep_ports(bonds, &bonds->orphans);

	for (bond = TAILQ_FIRST(&bonds->list); bond; bond = next) {
		next = TAILQ_NEXT(bond, entry);
		changed |= sweep_ports(bonds, &bond->ports);
		if (bond->generation == bonds->generation)
			continue;
		bond_remove(bonds, bond);
		changed = 1;
	}
	return changed;
}

struct bond *bonds_find(const struct bonds *bonds, int ifindex)
{
	struct bond *bond;

	TAILQ_FOREACH(bond, &bonds->list, entry)
		if (bond->ifindex == ifindex)
			return bond;
	return NULL;
}

struct bond *bonds_find_name(const struct bonds *bonds, const char *name)
{
	struct bond *bond;

	TAILQ_FOREACH(bond, &bonds->list, entry)
		if (strcmp(bond->name, name) == 0)
			return bond;
	return NULL;
}

struct port *bonds_find_port(const struct bonds *bonds, int ifindex)
{
	struct bond *bond;
	struct port *port;

	TAILQ_FOREACH(bond, &bonds->list, entry) {
		port = find_in(&bond->ports, ifindex);
		if (port)
			return port;
	}
	return NULL;
}

bool port_is_usable(const struct port *port)
{
	const uint8_t forwards = LACP_COLLECTING | LACP_DISTRIBUTING;
	const struct bond *bond = port->bond;

	if (!bond || !port->carrier || !port->attrs.mii_up ||
	    !port->attrs.active)
		return false;
	if (bond->attrs.mode != BOND_MODE_8023AD)
		return true;
	return bond->attrs.has_ad_info && port->attrs.has_ad &&
	       port->attrs.aggregator == bond->attrs.aggregator &&
	       (port->attrs.actor_state & forwards) == forwards;
}

unsigned int bond_usable_ports(const struct bond *bond)
{
	unsigned int count = 0;
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		count += port_is_usable(port);
	return count;
}
