// SPDX-License-Identifier: GPL-2.0
/*
 * Events are handled in the order of the socket; a dump is taken only after
 * the events that were queued before it, so that an old event cannot undo what
 * the dump said. The kernel reports an overrun ahead of the events that it
 * still holds, and not again until all of them are read: so they are read, and
 * discarded, since the dump says what they say and more. What cannot be had
 * complete (a dump that is interrupted again and again) is remembered, and the
 * next refresh tries again.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <systemd/sd-event.h>

#include "log.h"
#include "rtnl-parse.h"
#include "rtnl-private.h"
#include "rtnl-stack.h"
#include "rtnl.h"
#include "util.h"

#define LISTEN_BUFFER (4 * 1024 * 1024)	/* some 2,000 links in one burst */
#define MESSAGE_BUFFER (64 * 1024)	/* more than the kernel fills at once */
#define READS_PER_BATCH 256		/* then the other sources get a turn */
#define DUMP_ATTEMPTS 5
#define ANSWER_SEC 5			/* far more than a held rtnl lock takes */

struct rtnl {
	const struct rtnl_ops *ops;
	void *userdata;
	struct mnl_socket *listen;
	struct mnl_socket *ask;
	sd_event_source *source;
	uint32_t sequence;
	bool incomplete;		/* the last full dump did not succeed */
	bool malformed;			/* said once */
	bool asking;
	_Alignas(struct nlmsghdr) char heard[MESSAGE_BUFFER];
	_Alignas(struct nlmsghdr) char answer[MESSAGE_BUFFER];
};

static void hand_over_stack(struct rtnl *rtnl, const struct nlmsghdr *message)
{
	struct stack_info info;

	if (rtnl->ops->link_stacked && rtnl_parse_stack(message, &info) > 0)
		rtnl->ops->link_stacked(&info, rtnl->userdata);
}

static void hand_over_link(struct rtnl *rtnl, struct link_info *info,
			   uint16_t type)
{
	if (type == RTM_DELLINK) {
		rtnl->ops->link_removed(info->ifindex, rtnl->userdata);
		return;
	}
	info->seen_usec = now_usec(CLOCK_MONOTONIC);
	rtnl->ops->link_changed(info, rtnl->userdata);
}

static void handle_message(struct rtnl *rtnl, const struct nlmsghdr *message,
			   void *data)
{
	union {
		struct link_info link;
		struct address_info address;
		struct neighbor_info neighbor;
	} info;
	int r = 0;

	(void)data;
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
		hand_over_stack(rtnl, message);
		/* fall through */
	case RTM_DELLINK:
		r = rtnl_parse_link(message, &info.link);
		if (r > 0)
			hand_over_link(rtnl, &info.link, message->nlmsg_type);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		r = rtnl_parse_address(message, &info.address);
		if (r > 0)
			rtnl->ops->address_changed(&info.address, rtnl->userdata);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		r = rtnl_parse_neighbor(message, &info.neighbor);
		if (r > 0)
			rtnl->ops->neighbor_changed(&info.neighbor,
						    rtnl->userdata);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		if (rtnl->ops->gateways_changed)
			rtnl->ops->gateways_changed(rtnl->userdata);
		break;
	}
	if (r < 0 && !rtnl->malformed) {
		rtnl->malformed = true;
		log_warning("rtnetlink: malformed message of type %u skipped; more of them are not reported",
			    message->nlmsg_type);
	}
}

/*
 * Until the answer to @request is complete: 0, -EINTR if a dump was
 * interrupted by a change, or the kernel's error.
 */
static int receive(struct rtnl *rtnl, uint32_t sequence,
		   rtnl_message_handler handle, void *data)
{
	const struct nlmsghdr *message;
	const struct nlmsgerr *error;
	bool interrupted = false;
	ssize_t received;
	int length, r;

	for (;;) {
		received = mnl_socket_recvfrom(rtnl->ask, rtnl->answer,
					       sizeof(rtnl->answer));
		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;

		message = (const struct nlmsghdr *)rtnl->answer;
		for (length = received; rtnl_message_ok(message, length);
		     message = mnl_nlmsg_next(message, &length)) {
			if (message->nlmsg_seq != sequence)
				continue;
			interrupted |= !!(message->nlmsg_flags & NLM_F_DUMP_INTR);
			if (message->nlmsg_type != NLMSG_ERROR &&
			    message->nlmsg_type != NLMSG_DONE) {
				handle(rtnl, message, data);
				continue;
			}
			/* both begin with the error */
			error = mnl_nlmsg_get_payload(message);
			r = 0;
			if (mnl_nlmsg_get_payload_len(message) >=
			    sizeof(error->error))
				r = error->error;
			return r < 0 ? r : interrupted ? -EINTR : 0;
		}
	}
}

struct nlmsghdr *rtnl_start_request(char *buffer, uint16_t type,
				    uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	return request;
}

/* One request at a time: handlers only note down, they do not ask. */
int rtnl_ask(struct rtnl *rtnl, struct nlmsghdr *request,
	     rtnl_message_handler handle, void *data)
{
	int r;

	if (rtnl->asking)
		return -EBUSY;
	request->nlmsg_seq = ++rtnl->sequence;
	if (mnl_socket_sendto(rtnl->ask, request, request->nlmsg_len) < 0)
		return -errno;
	rtnl->asking = true;
	r = receive(rtnl, request->nlmsg_seq, handle, data);
	rtnl->asking = false;
	return r;
}

static void ignore_message(struct rtnl *rtnl, const struct nlmsghdr *message,
			   void *data)
{
	(void)rtnl;
	(void)message;
	(void)data;
}

static int dump_links(struct rtnl *rtnl)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;

	request = rtnl_start_request(buffer, RTM_GETLINK, NLM_F_DUMP);
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return rtnl_ask(rtnl, request, handle_message, NULL);
}

static int dump_other(struct rtnl *rtnl, uint16_t type, size_t header)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;

	request = rtnl_start_request(buffer, type, NLM_F_DUMP);
	mnl_nlmsg_put_extra_header(request, header);
	return rtnl_ask(rtnl, request, handle_message, NULL);
}

static int dump_all_once(struct rtnl *rtnl)
{
	int r;

	rtnl->ops->dump_begin(rtnl->userdata);
	r = dump_links(rtnl);
	if (r == 0)
		r = dump_other(rtnl, RTM_GETADDR, sizeof(struct ifaddrmsg));
	if (r == 0)
		r = dump_other(rtnl, RTM_GETNEIGH, sizeof(struct ndmsg));
	if (r == 0)
		rtnl->ops->dump_end(rtnl->userdata);
	if (r == 0 && rtnl->ops->gateways_changed)
		rtnl->ops->gateways_changed(rtnl->userdata);
	return r;
}

static int dump_all(struct rtnl *rtnl)
{
	int r = -EINTR;

	for (int i = 0; i < DUMP_ATTEMPTS && r == -EINTR; i++)
		r = dump_all_once(rtnl);
	rtnl->incomplete = r < 0;
	return r;
}

static bool is_loss(int error)
{
	return error == ENOBUFS || error == ENOSPC;	/* ENOSPC: cut off */
}

/*
 * Handle what is queued: 1 if more may be left, 0 if all was read, -ENOBUFS
 * if events were lost, or another error.
 */
static int read_events(struct rtnl *rtnl)
{
	const struct nlmsghdr *message;
	ssize_t received;
	int length;

	for (int i = 0; i < READS_PER_BATCH; i++) {
		received = mnl_socket_recvfrom(rtnl->listen, rtnl->heard,
					       sizeof(rtnl->heard));
		if (received < 0 && errno == EAGAIN)
			return 0;
		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return is_loss(errno) ? -ENOBUFS : -errno;
		message = (const struct nlmsghdr *)rtnl->heard;
		for (length = received; rtnl_message_ok(message, length);
		     message = mnl_nlmsg_next(message, &length))
			handle_message(rtnl, message, NULL);
	}
	return 1;
}

/* To the last one: only then does the kernel report the next loss. */
static int discard_events(struct rtnl *rtnl)
{
	for (;;) {
		if (mnl_socket_recvfrom(rtnl->listen, rtnl->heard,
					sizeof(rtnl->heard)) >= 0)
			continue;
		if (errno == EAGAIN)
			return 0;
		if (errno != EINTR && !is_loss(errno))
			return -errno;
	}
}

/*
 * Handle what is queued, and make good what was lost: 1 if more may be left,
 * 0 if all was read, or an error.
 */
static int catch_up(struct rtnl *rtnl)
{
	int r = read_events(rtnl);

	if (r != -ENOBUFS)
		return r;
	log_info("rtnetlink: events were lost, reading all links again");
	rtnl->incomplete = true;
	r = discard_events(rtnl);
	return r < 0 ? r : dump_all(rtnl);
}

static int on_event(sd_event_source *source, int fd, uint32_t revents,
		    void *userdata)
{
	struct rtnl *rtnl = userdata;
	int r;

	(void)source;
	(void)fd;
	(void)revents;
	r = catch_up(rtnl);
	if (r < 0)
		log_warning("rtnetlink: reading events failed: %s",
			    strerror(-r));
	return 0;
}

static int listen_open(struct rtnl *rtnl)
{
	static const int groups[] = {
		RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_NEIGH, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
	};
	int size = LISTEN_BUFFER, fd, r;

	rtnl->listen = mnl_socket_open2(NETLINK_ROUTE,
					SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!rtnl->listen || mnl_socket_bind(rtnl->listen, 0, MNL_SOCKET_AUTOPID))
		return -errno;
	fd = mnl_socket_get_fd(rtnl->listen);
	r = rtnl_filter_routes(fd);
	if (r < 0)
		return r;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		log_debug("rtnetlink: small receive buffer: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])) < 0)
			return -errno;
	return 0;
}

static int ask_open(struct rtnl *rtnl)
{
	struct timeval limit = { .tv_sec = ANSWER_SEC };

	rtnl->ask = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!rtnl->ask || mnl_socket_bind(rtnl->ask, 0, MNL_SOCKET_AUTOPID) ||
	    setsockopt(mnl_socket_get_fd(rtnl->ask), SOL_SOCKET, SO_RCVTIMEO,
		       &limit, sizeof(limit)) < 0)
		return -errno;
	return 0;
}

DEFINE_CLEANUP(rtnl, rtnl_free)

int rtnl_new(struct rtnl **rtnl, struct sd_event *event,
	     const struct rtnl_ops *ops, void *userdata)
{
	_cleanup_(rtnl_freep) struct rtnl *new = NULL;
	int r;

	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->ops = ops;
	new->userdata = userdata;

	r = listen_open(new);
	if (r == 0)
		r = ask_open(new);
	if (r == 0)
		r = sd_event_add_io(event, &new->source,
				    mnl_socket_get_fd(new->listen), EPOLLIN,
				    on_event, new);
	if (r < 0)
		return r;

	r = dump_all(new);
	if (r < 0 && r != -EINTR)
		return r;
	*rtnl = new;
	new = NULL;
	return 0;
}

struct rtnl *rtnl_free(struct rtnl *rtnl)
{
	if (!rtnl)
		return NULL;
	sd_event_source_disable_unref(rtnl->source);
	if (rtnl->listen)
		mnl_socket_close(rtnl->listen);
	if (rtnl->ask)
		mnl_socket_close(rtnl->ask);
	free(rtnl);
	return NULL;
}

int rtnl_refresh(struct rtnl *rtnl)
{
	int r = catch_up(rtnl);

	/* without a sweep it does not matter if the dump was interrupted */
	if (r == 0)
		r = rtnl->incomplete ? dump_all(rtnl) : dump_links(rtnl);
	return r == -EINTR ? 0 : r;
}

static struct nlmsghdr *start_link_request(char *buffer, uint16_t type,
					   int ifindex)
{
	struct nlmsghdr *request = rtnl_start_request(buffer, type, NLM_F_ACK);
	struct ifinfomsg *header;

	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ifi_index = ifindex;
	return request;
}

int rtnl_set_broadcast_neighbor(struct rtnl *rtnl, int ifindex, bool on)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlattr *linkinfo, *data;
	struct nlmsghdr *request;

	request = start_link_request(buffer, RTM_NEWLINK, ifindex);
	linkinfo = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "bond");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	mnl_attr_put_u8(request, DUALHOME_IFLA_BOND_BROADCAST_NEIGH, on);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, linkinfo);
	return rtnl_ask(rtnl, request, ignore_message, NULL);
}

int rtnl_set_up(struct rtnl *rtnl, int ifindex, bool up)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	struct ifinfomsg *header;

	request = start_link_request(buffer, RTM_NEWLINK, ifindex);
	header = mnl_nlmsg_get_payload(request);
	header->ifi_change = IFF_UP;
	header->ifi_flags = up ? IFF_UP : 0;
	return rtnl_ask(rtnl, request, ignore_message, NULL);
}

static void keep_link(struct rtnl *rtnl, const struct nlmsghdr *message,
		      void *data)
{
	struct link_info *info = data;

	(void)rtnl;
	if (message->nlmsg_type == RTM_NEWLINK &&
	    rtnl_parse_link(message, info) > 0)
		info->seen_usec = now_usec(CLOCK_MONOTONIC);
}

int rtnl_get_link(struct rtnl *rtnl, int ifindex, struct link_info *info)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	int r;

	memset(info, 0, sizeof(*info));
	request = start_link_request(buffer, RTM_GETLINK, ifindex);
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	r = rtnl_ask(rtnl, request, keep_link, info);
	if (r < 0)
		return r;
	return info->ifindex == ifindex ? 0 : -EBADMSG;
}

int rtnl_resolve(struct rtnl *rtnl, int ifindex, const struct address *address)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	struct ndmsg *header;

	request = rtnl_start_request(buffer, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE);
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ndm_family = address->family;
	header->ndm_ifindex = ifindex;
	header->ndm_flags = NTF_USE;
	mnl_attr_put(request, NDA_DST, address_length(address), &address->in6);
	return rtnl_ask(rtnl, request, ignore_message, NULL);
}
