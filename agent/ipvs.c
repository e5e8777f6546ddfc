// SPDX-License-Identifier: GPL-2.0
/*
 * Three kinds of questions: which number generic netlink gives the family, all
 * services, the destinations of one service. A service is named in the last
 * one by the attributes that the second one answered with.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "attr-table.h"
#include "ipvs.h"
#include "util.h"

#define ANSWER_SEC 1			/* the kernel answers at once */
#define SERVICES_MAX 4096

/* What names a service: a firewall mark, or the other three. */
struct service {
	uint16_t family;
	bool has_fwmark;
	uint32_t fwmark;
	uint16_t protocol;
	uint16_t port;
	uint8_t address[16];
};

struct ipvs {
	struct mnl_socket *socket;
	uint16_t type;			/* of the family IPVS */
	uint32_t sequence;
	struct service *services;
	size_t count;
	const struct service *service;	/* whose destinations are asked for */
	void (*handle)(const struct address *server, void *userdata);
	void *userdata;
};

/* The attributes within the one of @type in @message, if that is there. */
static bool parse(const struct nlmsghdr *message, uint16_t type,
		  const struct nlattr **list, unsigned int max)
{
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct genlmsghdr))
		return false;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == type)
			return mnl_attr_parse_nested(attr, attr_note,
				&(struct attr_table) { list, max }) >= 0;
	return false;
}

static bool read_attr(const struct nlattr *attr, void *value, size_t size)
{
	if (!attr || mnl_attr_get_payload_len(attr) < size)
		return false;
	memcpy(value, mnl_attr_get_payload(attr), size);
	return true;
}

static struct nlmsghdr *start(struct ipvs *ipvs, char *buffer, uint16_t type,
			      uint16_t flags, uint8_t command)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = ++ipvs->sequence;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return request;
}

static int ask(struct ipvs *ipvs, const struct nlmsghdr *request, mnl_cb_t handle)
{
	_Alignas(struct nlmsghdr) char buffer[16 * 1024];
	ssize_t length;
	int r;

	if (mnl_socket_sendto(ipvs->socket, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		length = mnl_socket_recvfrom(ipvs->socket, buffer, sizeof(buffer));
		if (length < 0)
			return -errno;
		r = mnl_cb_run(buffer, length, ipvs->sequence,
			       mnl_socket_get_portid(ipvs->socket), handle, ipvs);
	} while (r > 0);
	return r < 0 ? -errno : 0;
}

static int on_family(const struct nlmsghdr *message, void *data)
{
	struct ipvs *ipvs = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			read_attr(attr, &ipvs->type, sizeof(ipvs->type));
	return MNL_CB_OK;
}

static int on_service(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[IPVS_SVC_ATTR_FWMARK + 1] = {};
	struct service service = {};
	struct service *list;
	struct ipvs *ipvs = data;

	if (ipvs->count == SERVICES_MAX ||
	    !parse(message, IPVS_CMD_ATTR_SERVICE, attrs, IPVS_SVC_ATTR_FWMARK) ||
	    !read_attr(attrs[IPVS_SVC_ATTR_AF], &service.family,
		       sizeof(service.family)))
		return MNL_CB_OK;
	service.has_fwmark = read_attr(attrs[IPVS_SVC_ATTR_FWMARK],
				       &service.fwmark, sizeof(service.fwmark));
	if (!service.has_fwmark &&
	    (!read_attr(attrs[IPVS_SVC_ATTR_PROTOCOL], &service.protocol,
			sizeof(service.protocol)) ||
	     !read_attr(attrs[IPVS_SVC_ATTR_PORT], &service.port,
			sizeof(service.port)) ||
	     !read_attr(attrs[IPVS_SVC_ATTR_ADDR], service.address,
			sizeof(service.address))))
		return MNL_CB_OK;
	list = reallocarray(ipvs->services, ipvs->count + 1, sizeof(*list));
	if (!list)
		return MNL_CB_OK;
	ipvs->services = list;
	ipvs->services[ipvs->count++] = service;
	return MNL_CB_OK;
}

/* The address is a union of the size of an IPv6 address. */
static int on_server(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[IPVS_DEST_ATTR_ADDR_FAMILY + 1] = {};
	struct address server = {};
	struct ipvs *ipvs = data;
	uint32_t method;
	uint16_t family = ipvs->service->family;

	if (!parse(message, IPVS_CMD_ATTR_DEST, attrs, IPVS_DEST_ATTR_ADDR_FAMILY) ||
	    !read_attr(attrs[IPVS_DEST_ATTR_FWD_METHOD], &method, sizeof(method)) ||
	    (method & IP_VS_CONN_F_FWD_MASK) != IP_VS_CONN_F_DROUTE)
		return MNL_CB_OK;
	read_attr(attrs[IPVS_DEST_ATTR_ADDR_FAMILY], &family, sizeof(family));
	server.family = family;
	if (address_is_ip(&server) &&
	    read_attr(attrs[IPVS_DEST_ATTR_ADDR], &server.in6,
		      address_length(&server)))
		ipvs->handle(&server, ipvs->userdata);
	return MNL_CB_OK;
}

static int find_family(struct ipvs *ipvs)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	int r;

	request = start(ipvs, buffer, GENL_ID_CTRL, NLM_F_ACK,
			CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME);
	r = ask(ipvs, request, on_family);
	return r == 0 && !ipvs->type ? -ENOENT : r;
}

static int list_services(struct ipvs *ipvs)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];

	return ask(ipvs, start(ipvs, buffer, ipvs->type, NLM_F_DUMP,
			       IPVS_CMD_GET_SERVICE), on_service);
}

static int list_servers(struct ipvs *ipvs, const struct service *service)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *request;
	struct nlattr *nest;

	ipvs->service = service;
	memset(buffer, 0, sizeof(buffer));	/* libmnl leaves gaps as they are */
	request = start(ipvs, buffer, ipvs->type, NLM_F_DUMP, IPVS_CMD_GET_DEST);
	nest = mnl_attr_nest_start(request, IPVS_CMD_ATTR_SERVICE);
	mnl_attr_put_u16(request, IPVS_SVC_ATTR_AF, service->family);
	if (service->has_fwmark) {
		mnl_attr_put_u32(request, IPVS_SVC_ATTR_FWMARK, service->fwmark);
	} else {
		mnl_attr_put_u16(request, IPVS_SVC_ATTR_PROTOCOL,
				 service->protocol);
		mnl_attr_put_u16(request, IPVS_SVC_ATTR_PORT, service->port);
		mnl_attr_put(request, IPVS_SVC_ATTR_ADDR,
			     sizeof(service->address), service->address);
	}
	mnl_attr_nest_end(request, nest);
	return ask(ipvs, request, on_server);
}

static int open_socket(struct ipvs *ipvs)
{
	const struct timeval limit = { .tv_sec = ANSWER_SEC };

	ipvs->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!ipvs->socket ||
	    mnl_socket_bind(ipvs->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(mnl_socket_get_fd(ipvs->socket), SOL_SOCKET, SO_RCVTIMEO,
		       &limit, sizeof(limit)) < 0)
		return -errno;
	return 0;
}

int ipvs_list(void (*handle)(const struct address *server, void *userdata),
	      void *userdata)
{
	struct ipvs ipvs = { .handle = handle, .userdata = userdata };
	int r;

	/* to ask for the family would load the module */
	if (access("/proc/self/net/ip_vs", F_OK) < 0)
		return 0;
	r = open_socket(&ipvs);
	if (r == 0)
		r = find_family(&ipvs);
	if (r == 0)
		r = list_services(&ipvs);
	for (size_t i = 0; r == 0 && i < ipvs.count; i++)
		r = list_servers(&ipvs, &ipvs.services[i]);
	free(ipvs.services);
	if (ipvs.socket)
		mnl_socket_close(ipvs.socket);
	return r;
}
