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
#include "util.h"

/* A network card that was just opened may come up in several goes. */
#define BOUNCE_USEC (5 * USEC_PER_SEC)

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
		mac_equal(a->partner_mac, b->partner_mac) &&
		mac_equal(a->actor_system, b->actor_system);

	*a = *b;
	return !equal;
}

static int port_attrs_update(struct port_attrs *a, const struct port_attrs *b)
{
	bool equal = a->mii_up == b->mii_up && a->active == b->active &&
		a->link_failures == b->link_failures &&
		mac_equal(a->perm_mac, b->perm_mac) &&
		a->has_ad == b->has_ad && a->aggregator == b->aggregator &&
		a->actor_state == b->actor_state &&
		a->partner_state == b->partner_state &&
		a->has_churn == b->has_churn &&
		a->actor_churn == b->actor_churn &&
		a->partner_churn == b->partner_churn;

	*a = *b;
	return !equal;
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
	port_index_remove(&bonds->index, port);
	free(port->lldp);
	free(port);
}

static void bond_remove(struct bonds *bonds, struct bond *bond)
{
	while (!TAILQ_EMPTY(&bond->ports))
		port_remove(bonds, TAILQ_FIRST(&bond->ports));
	CALL(bonds, bond_removed, bond);
	TAILQ_REMOVE(&bonds->list, bond, entry);
	bond_index_remove(&bonds->index, bond);
	free(bond);
}

static void ports_changed(struct bonds *bonds, struct bond *bond)
{
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_changed, port);
}

static int bond_rename(struct bonds *bonds, struct bond *bond,
		       const char *name)
{
	struct port *port;
	int r;

	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_removed, port);
	CALL(bonds, bond_removed, bond);

	bond_index_remove(&bonds->index, bond);
	memcpy(bond->name, name, sizeof(bond->name));
	bond->appeared = true;
	r = bond_index_add(&bonds->index, bond);

	CALL(bonds, bond_added, bond);
	TAILQ_FOREACH(port, &bond->ports, entry)
		CALL(bonds, port_added, port);
	return r < 0 ? r : 1;
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
	if (bond_index_add(&bonds->index, bond) < 0) {
		free(bond);
		return -ENOMEM;
	}
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
		changed = bond_rename(bonds, bond, info->name);
	} else if (changed) {
		ports_changed(bonds, bond);
	}
	if (changed)
		bond->dirty = true;
	return changed;
}

/* What was heard before says nothing of who is at the other end then. */
static void forget_heard(struct port *port)
{
	port->has_lacpdu = false;
	port->own_heard_usec = 0;
	memset(&port->proc, 0, sizeof(port->proc));
	free(port->lldp);
	port->lldp = NULL;
}

/* An event that a dump has overtaken: the kernel's counter was further then. */
static bool is_outdated(const struct port *port, const struct link_info *info)
{
	return port->history_begun && info->has_carrier_changes &&
	       (int32_t)(info->carrier_changes - port->carrier_changes) < 0;
}

/*
 * The kernel's counter knows of changes whose events were lost or merged. The
 * first time it is a baseline, and a card that was just opened may bounce.
 */
static void note_carrier(struct port *port, const struct link_info *info)
{
	unsigned int count = info->carrier != port->carrier;

	if (info->has_carrier_changes) {
		if (port->history_begun)
			count = info->carrier_changes - port->carrier_changes;
		port->carrier_changes = info->carrier_changes;
	}
	if (!port->history_begun ||
	    info->seen_usec < port->since_usec + BOUNCE_USEC)
		count = 0;
	port->history_begun = true;
	if (count || info->carrier != port->carrier)
		carrier_changed(&port->history, count, info->carrier,
				info->seen_usec);
}

void port_begin_anew(struct port *port, uint64_t now_usec)
{
	port->since_usec = now_usec;
	port->carrier_since_usec = port->carrier ? now_usec : 0;
	port->was_up = false;
	port->history_begun = false;
	memset(&port->history, 0, sizeof(port->history));
}

static int port_fill(struct port *port, const struct link_info *info)
{
	int changed = 0;

	if (is_outdated(port, info))
		return 0;
	note_carrier(port, info);
	if (info->carrier && !port->carrier)
		port->carrier_since_usec = info->seen_usec;
	if (!info->carrier)
		forget_heard(port);
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
	if (port_index_add(&bonds->index, port) < 0) {
		free(port);
		return -ENOMEM;
	}
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
		port_index_remove(&bonds->index, port);
		memcpy(port->name, info->name, sizeof(port->name));
		changed = port_index_add(&bonds->index, port) < 0 ?
			  -ENOMEM : 1;
		if (port->bond)
			CALL(bonds, port_added, port);
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
	struct port *port;

	if (bond && bond->ifindex != info->ifindex) {
		bond_remove(bonds, bond);
		return 1;
	}
	port = port_index_find_name(&bonds->index, info->name);
	if (!port || port->ifindex == info->ifindex)
		return 0;
	port_remove(bonds, port);
	return 1;
}

void bonds_init(struct bonds *bonds, const struct bond_ops *ops, void *userdata)
{
	TAILQ_INIT(&bonds->list);
	TAILQ_INIT(&bonds->orphans);
	bonds->ops = ops;
	bonds->userdata = userdata;
	memset(&bonds->index, 0, sizeof(bonds->index));
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
	struct port *port = port_index_find(&bonds->index, info->ifindex);

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
	struct port *port = port_index_find(&bonds->index, ifindex);

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
	return bond_index_find(&bonds->index, ifindex);
}

struct bond *bonds_find_name(const struct bonds *bonds, const char *name)
{
	return bond_index_find_name(&bonds->index, name);
}

struct port *bonds_find_port(const struct bonds *bonds, int ifindex)
{
	struct port *port = port_index_find(&bonds->index, ifindex);

	return port && port->bond ? port : NULL;
}
