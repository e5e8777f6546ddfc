/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_ATTR_TABLE_H
#define DUALHOME_ATTR_TABLE_H

/* Netlink attributes by their number, for mnl_attr_parse() and its like. */

#include <libmnl/libmnl.h>

struct attr_table {
	const struct nlattr **list;
	unsigned int max;		/* those above it are skipped */
};

static inline int attr_note(const struct nlattr *attr, void *data)
{
	const struct attr_table *table = data;

	if (mnl_attr_get_type(attr) <= table->max)
		table->list[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

#endif
