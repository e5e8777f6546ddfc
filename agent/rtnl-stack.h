/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_RTNL_STACK_H
#define DUALHOME_RTNL_STACK_H

/*
 * More rtnetlink messages -> plain structs: what stands on what, default
 * gateways, the forwarding tables of bridges. As in rtnl-parse.h: 1 if *info
 * is filled, 0 if the message is not for us, -EBADMSG if it is malformed.
 */

#include <linux/netlink.h>

#include "rtnl.h"
#include "topology.h"

int rtnl_parse_stack(const struct nlmsghdr *message, struct stack_info *info);

/* The gateways of a default route: their number, at most @max. */
int rtnl_parse_gateways(const struct nlmsghdr *message,
			struct gateway_info *info, size_t max);

int rtnl_parse_fdb(const struct nlmsghdr *message, struct fdb_info *info);

#endif
