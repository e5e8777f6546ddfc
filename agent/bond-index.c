// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <search.h>
#include <stddef.h>
#include <string.h>

#include "bond-index.h"
#include "bond.h"

#define OBJECT_OF(node, type, member) \
	((struct type *)((char *)(node) - offsetof(struct type, member)))

static int compare_ifindex(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int compare_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Both or none. */
static int add(void **numbers, void **names, int *ifindex, char *name)
{
	if (!tsearch(ifindex, numbers, compare_ifindex))
		return -ENOMEM;
	if (!tsearch(name, names, compare_name)) {
		tdelete(ifindex, numbers, compare_ifindex);
		return -ENOMEM;
	}
	return 0;
}

/* An equal key of another object stays. */
static void take_out(void **tree, void *key, int (*compare)(const void *,
							    const void *))
{
	void **node = tfind(key, tree, compare);

	if (node && *node == key)
		tdelete(key, tree, compare);
}

static void *find(void *const *tree, const void *key,
		  int (*compare)(const void *, const void *))
{
	void **node = tfind(key, tree, compare);

	return node ? *node : NULL;
}

int bond_index_add(struct bond_index *index, struct bond *bond)
{
	return add(&index->bonds, &index->bond_names, &bond->ifindex,
		   bond->name);
}

void bond_index_remove(struct bond_index *index, struct bond *bond)
{
	take_out(&index->bonds, &bond->ifindex, compare_ifindex);
	take_out(&index->bond_names, bond->name, compare_name);
}

int port_index_add(struct bond_index *index, struct port *port)
{
	return add(&index->ports, &index->port_names, &port->ifindex,
		   port->name);
}

void port_index_remove(struct bond_index *index, struct port *port)
{
	take_out(&index->ports, &port->ifindex, compare_ifindex);
	take_out(&index->port_names, port->name, compare_name);
}

struct bond *bond_index_find(const struct bond_index *index, int ifindex)
{
	int *found = find(&index->bonds, &ifindex, compare_ifindex);

	return found ? OBJECT_OF(found, bond, ifindex) : NULL;
}

struct bond *bond_index_find_name(const struct bond_index *index,
				  const char *name)
{
	char *found = find(&index->bond_names, name, compare_name);

	return found ? OBJECT_OF(found, bond, name) : NULL;
}

struct port *port_index_find(const struct bond_index *index, int ifindex)
{
	int *found = find(&index->ports, &ifindex, compare_ifindex);

	return found ? OBJECT_OF(found, port, ifindex) : NULL;
}

struct port *port_index_find_name(const struct bond_index *index,
				  const char *name)
{
	char *found = find(&index->port_names, name, compare_name);

	return found ? OBJECT_OF(found, port, name) : NULL;
}
