/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BOND_ATTR_H
#define BOND_ATTR_H

/* Looks for attributes in rtnetlink messages; NULL if there is none. */

#include <linux/rtnetlink.h>
#include <stddef.h>

static inline const struct rtattr *find(const struct rtattr *a, int len,
					unsigned short type)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static inline const struct rtattr *find_in(const struct rtattr *a,
					   unsigned short type)
{
	return a ? find(RTA_DATA(a), RTA_PAYLOAD(a), type) : NULL;
}

#endif
