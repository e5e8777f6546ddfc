/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_RTNL_PRIVATE_H
#define DUALHOME_RTNL_PRIVATE_H

/* What the files of rtnl share. */

#include <linux/netlink.h>

#include "rtnl.h"

typedef void (*rtnl_message_handler)(struct rtnl *rtnl,
				     const struct nlmsghdr *message,
				     void *data);

/* A request in @buffer, of MNL_SOCKET_BUFFER_SIZE. */
struct nlmsghdr *rtnl_start_request(char *buffer, uint16_t type,
				    uint16_t flags);

/*
 * Send it and hand over what comes until the answer is complete: 0, -EINTR if
 * a dump was interrupted by a change, -EBUSY in a handler, or the kernel's
 * error.
 */
int rtnl_ask(struct rtnl *rtnl, struct nlmsghdr *request,
	     rtnl_message_handler handle, void *data);

/* Of events about routes, let only those about default routes through. */
int rtnl_filter_routes(int fd);

#endif
