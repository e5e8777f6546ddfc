// SPDX-License-Identifier: GPL-2.0
/*
 * Two balanced trees (tsearch(3)) over the published objects. sd-bus looks one
 * up for each property that is read: with 200 bonds a list would be walked
 * hundreds of thousands of times for one GetManagedObjects().
 */

#include "bus-private.h"

#include <errno.h>
#include <search.h>
#include <string.h>

static int compare_ifindex(const void *a, const void *b)
{
	const struct bus_object *left = a, *right = b;

	return (left->ifindex > right->ifindex) -
	       (left->ifindex < right->ifindex);
}

static int compare_path(const void *a, const void *b)
{
	return strcmp(((const struct bus_object *)a)->path,
		      ((const struct bus_object *)b)->path);
}

/* A node of such a tree begins with the pointer that was put in. */
static void *item(void *node)
{
	return node ? *(void **)node : NULL;
}

void *bus_index_by_ifindex(const struct bus_index *index, int ifindex)
{
	const struct bus_object key = { .ifindex = ifindex };

	return item(tfind(&key, &index->by_ifindex, compare_ifindex));
}

void *bus_index_by_path(const struct bus_index *index, const char *path)
{
	struct bus_object key;

	size_t length = strlen(path);

	if (length >= sizeof(key.path))
		return NULL;
	memcpy(key.path, path, length + 1);
	return item(tfind(&key, &index->by_path, compare_path));
}

int bus_index_add(struct bus_index *index, struct bus_object *object)
{
	const void *number, *path = NULL;

	number = item(tsearch(object, &index->by_ifindex, compare_ifindex));
	if (number == object)
		path = item(tsearch(object, &index->by_path, compare_path));
	if (path && path == object)
		return 0;
	bus_index_remove(index, object);
	return -ENOMEM;
}

/* One of the keys may be another object's. */
void bus_index_remove(struct bus_index *index, struct bus_object *object)
{
	if (bus_index_by_ifindex(index, object->ifindex) == object)
		tdelete(object, &index->by_ifindex, compare_ifindex);
	if (bus_index_by_path(index, object->path) == object)
		tdelete(object, &index->by_path, compare_path);
}
