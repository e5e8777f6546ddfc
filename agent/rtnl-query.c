// SPDX-License-Identifier: GPL-2.0
/*
 * Default gateways and forwarding tables are read when they are needed, not
 * mirrored. The default route is told by the kernel's own filter: a router may
 * hold a million others, and each change of one is an event.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "rtnl-private.h"
#include "rtnl-stack.h"
#include "util.h"

#define NEXTHOPS_MAX 64			/* of one route; fabrics have 2 to 16 */

struct gateway_query {
	void (*handle)(const struct gateway_info *info, void *userdata);
	void *userdata;
};

struct fdb_query {
	int bridge;
	void (*handle)(const struct fdb_info *info, void *userdata);
	void *userdata;
};

static void on_route(struct rtnl *rtnl, const struct nlmsghdr *message,
		     void *data)
{
	struct gateway_info gateways[NEXTHOPS_MAX];
	struct gateway_query *query = data;
	int count;

	(void)rtnl;
	if (message->nlmsg_type != RTM_NEWROUTE)
		return;
	count = rtnl_parse_gateways(message, gateways, ARRAY_SIZE(gateways));
	for (int i = 0; i < count; i++)
		query->handle(&gateways[i], query->userdata);
}

int rtnl_list_gateways(struct rtnl *rtnl,
		       void (*handle)(const struct gateway_info *info,
				      void *userdata), void *userdata)
{
	struct gateway_query query = { handle, userdata };
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;

	request = rtnl_start_request(buffer, RTM_GETROUTE, NLM_F_DUMP);
	mnl_nlmsg_put_extra_header(request, sizeof(struct rtmsg));
	return rtnl_ask(rtnl, request, on_route, &query);
}

static void on_fdb(struct rtnl *rtnl, const struct nlmsghdr *message,
		   void *data)
{
	struct fdb_query *query = data;
	struct fdb_info info;

	(void)rtnl;
	if (message->nlmsg_type == RTM_NEWNEIGH &&
	    rtnl_parse_fdb(message, &info) > 0 &&
	    (!query->bridge || info.bridge == query->bridge))
		query->handle(&info, query->userdata);
}

int rtnl_list_fdb(struct rtnl *rtnl, int bridge,
		  void (*handle)(const struct fdb_info *info, void *userdata),
		  void *userdata)
{
	struct fdb_query query = { bridge, handle, userdata };
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	struct ifinfomsg *header;

	request = rtnl_start_request(buffer, RTM_GETNEIGH, NLM_F_DUMP);
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ifi_family = AF_BRIDGE;
	if (bridge)
		mnl_attr_put_u32(request, IFLA_MASTER, bridge);
	return rtnl_ask(rtnl, request, on_fdb, &query);
}

/* An event is one message: its header, then struct rtmsg. */
int rtnl_filter_routes(int fd)
{
	const __u32 type = offsetof(struct nlmsghdr, nlmsg_type);
	const __u32 length = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_dst_len);
	/* netlink is in host byte order, loads are in network byte order */
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, type),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htons(RTM_DELROUTE), 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, length),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { ARRAY_SIZE(filter), filter };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}
