/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_RTNL_PARSE_H
#define DUALHOME_RTNL_PARSE_H

/*
 * rtnetlink messages -> plain structs, with every length checked. Each returns
 * 1 if *info is filled, 0 if the message is sound but not for us, -EBADMSG if
 * it is malformed. The caller has checked nlmsg_len (rtnl_message_ok()).
 */

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include "rtnl.h"

/* Newer than the kernel headers of Debian 12; the numbers are fixed. */
#define DUALHOME_IFLA_BOND_BROADCAST_NEIGH 33
#define DUALHOME_IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE 11
#define DUALHOME_IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE 12

/*
 * mnl_nlmsg_ok() takes a length of 2^31 and more for a negative one, and
 * libmnl parses attributes up to the padding's end, which the kernel sends too.
 */
static inline bool rtnl_message_ok(const struct nlmsghdr *message, int left)
{
	return mnl_nlmsg_ok(message, left) && message->nlmsg_len <= INT32_MAX &&
	       MNL_ALIGN(message->nlmsg_len) <= (uint32_t)left;
}

int rtnl_parse_link(const struct nlmsghdr *message, struct link_info *info);
int rtnl_parse_address(const struct nlmsghdr *message,
		       struct address_info *info);
int rtnl_parse_neighbor(const struct nlmsghdr *message,
			struct neighbor_info *info);
int rtnl_parse_lacp_counters(const struct nlmsghdr *message,
			     struct lacp_counters *counters);

#endif
