// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>			/* must come before those of the kernel */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "attr-table.h"
#include "rtnl-stack.h"

#define PARSE(message, header, list) \
	mnl_attr_parse(message, sizeof(header), attr_note, \
		       &(struct attr_table) { list, sizeof(list) / sizeof(*(list)) - 1 })
#define PARSE_NESTED(attr, list) \
	mnl_attr_parse_nested(attr, attr_note, \
		       &(struct attr_table) { list, sizeof(list) / sizeof(*(list)) - 1 })

/* False if it is absent or of another size. */
static bool read_attr(const struct nlattr *attr, void *value, size_t size)
{
	if (!attr || mnl_attr_get_payload_len(attr) != size)
		return false;
	memcpy(value, mnl_attr_get_payload(attr), size);
	return true;
}

#define READ(attr, value) read_attr(attr, &(value), sizeof(value))

static bool is_kind(const struct nlattr *attr, const char *kind)
{
	size_t length = strlen(kind);

	return attr && mnl_attr_get_payload_len(attr) >= length &&
	       strncmp(mnl_attr_get_payload(attr), kind,
		       mnl_attr_get_payload_len(attr)) == 0;
}

static void parse_vlan(const struct nlattr *data, struct stack_info *info)
{
	const struct nlattr *attrs[IFLA_VLAN_PROTOCOL + 1] = {};
	uint16_t protocol = htons(ETH_P_8021Q);

	if (PARSE_NESTED(data, attrs) < 0 ||
	    !READ(attrs[IFLA_VLAN_ID], info->tag.id))
		return;
	(void)READ(attrs[IFLA_VLAN_PROTOCOL], protocol);
	info->tag.protocol = ntohs(protocol);
	info->kind = LINK_VLAN;
}

static void parse_bridge(const struct nlattr *data, struct stack_info *info)
{
	const struct nlattr *attrs[IFLA_BR_VLAN_FILTERING + 1] = {};
	uint8_t filters = 0;

	info->kind = LINK_BRIDGE;
	if (PARSE_NESTED(data, attrs) >= 0 &&
	    READ(attrs[IFLA_BR_VLAN_FILTERING], filters))
		info->filters_vlans = filters;
}

static void parse_kind(const struct nlattr *linkinfo, struct stack_info *info)
{
	const struct nlattr *attrs[IFLA_INFO_DATA + 1] = {};

	if (PARSE_NESTED(linkinfo, attrs) < 0)
		return;
	if (is_kind(attrs[IFLA_INFO_KIND], "bond"))
		info->kind = LINK_BOND;
	else if (is_kind(attrs[IFLA_INFO_KIND], "dummy"))
		info->kind = LINK_HOST;
	else if (is_kind(attrs[IFLA_INFO_KIND], "openvswitch"))
		info->kind = LINK_SWITCH;
	else if (is_kind(attrs[IFLA_INFO_KIND], "vlan") && attrs[IFLA_INFO_DATA])
		parse_vlan(attrs[IFLA_INFO_DATA], info);
	else if (is_kind(attrs[IFLA_INFO_KIND], "bridge") &&
		 attrs[IFLA_INFO_DATA])
		parse_bridge(attrs[IFLA_INFO_DATA], info);
}

/* Entry @index of an array of 32-bit numbers, 0 if it is shorter. */
static uint32_t entry(const struct nlattr *attr, unsigned int index)
{
	uint32_t value = 0;

	if (attr && mnl_attr_get_payload_len(attr) >= (index + 1) * sizeof(value))
		memcpy(&value, (const char *)mnl_attr_get_payload(attr) +
		       index * sizeof(value), sizeof(value));
	return value;
}

/* Both are arrays of sysctls; that of IPv4 begins with number 1. */
static void parse_families(const struct nlattr *families,
			   struct stack_info *info)
{
	const struct nlattr *attrs[AF_INET6 + 1] = {};
	const struct nlattr *inet[IFLA_INET_CONF + 1] = {};
	const struct nlattr *inet6[IFLA_INET6_CONF + 1] = {};

	if (PARSE_NESTED(families, attrs) < 0)
		return;
	if (attrs[AF_INET] && PARSE_NESTED(attrs[AF_INET], inet) >= 0)
		info->arp_ignore = entry(inet[IFLA_INET_CONF],
					 IPV4_DEVCONF_ARP_IGNORE - 1);
	if (attrs[AF_INET6] && PARSE_NESTED(attrs[AF_INET6], inet6) >= 0)
		info->router = entry(inet6[IFLA_INET6_CONF], DEVCONF_FORWARDING);
}

int rtnl_parse_stack(const struct nlmsghdr *message, struct stack_info *info)
{
	const struct nlattr *attrs[IFLA_LINK_NETNSID + 1] = {};
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const char *name;
	size_t length;

	memset(info, 0, sizeof(*info));
	/* libmnl rounds the length up; the kernel pads each attribute */
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    message->nlmsg_len != MNL_ALIGN(message->nlmsg_len))
		return -EBADMSG;
	if (header->ifi_family != AF_UNSPEC)
		return 0;
	if (PARSE(message, *header, attrs) < 0 || header->ifi_index <= 0 ||
	    !attrs[IFLA_IFNAME])
		return -EBADMSG;
	info->ifindex = header->ifi_index;
	info->up = header->ifi_flags & IFF_UP;
	if (header->ifi_flags & IFF_LOOPBACK)
		info->kind = LINK_HOST;
	name = mnl_attr_get_payload(attrs[IFLA_IFNAME]);
	length = strnlen(name, mnl_attr_get_payload_len(attrs[IFLA_IFNAME]));
	if (length == 0 || length >= sizeof(info->name))
		return -EBADMSG;
	memcpy(info->name, name, length);
	(void)READ(attrs[IFLA_MASTER], info->master);
	(void)READ(attrs[IFLA_MTU], info->mtu);
	(void)READ(attrs[IFLA_ADDRESS], info->mac);
	if (!attrs[IFLA_LINK_NETNSID])
		(void)READ(attrs[IFLA_LINK], info->lower);
	if (attrs[IFLA_LINKINFO])
		parse_kind(attrs[IFLA_LINKINFO], info);
	if (attrs[IFLA_AF_SPEC])
		parse_families(attrs[IFLA_AF_SPEC], info);
	return 1;
}

static bool read_address(const struct nlattr *attr, int family,
			 struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = family;
	return address_is_ip(address) &&
	       read_attr(attr, &address->in6, address_length(address));
}

/* RTA_VIA: IPv4 routed through an IPv6 gateway (RFC 5549). */
static bool read_gateway(const struct nlattr *gateway, const struct nlattr *via,
			 int family, struct address *address)
{
	const struct rtvia *other;
	size_t length;

	if (gateway)
		return read_address(gateway, family, address);
	if (!via || mnl_attr_get_payload_len(via) < sizeof(*other))
		return false;
	other = mnl_attr_get_payload(via);
	length = mnl_attr_get_payload_len(via) - sizeof(*other);
	memset(address, 0, sizeof(*address));
	address->family = other->rtvia_family;
	if (!address_is_ip(address) || length != address_length(address))
		return false;
	memcpy(&address->in6, other->rtvia_addr, length);
	return true;
}

static int parse_nexthops(const struct nlattr *multipath, int family,
			  struct gateway_info *info, size_t max)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);
	size_t count = 0;

	/* RTNH_OK() reads the length before it asks whether that is there */
	while (count < max && left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		const struct nlattr *attrs[RTA_VIA + 1] = {};

		if (mnl_attr_parse_payload((const char *)hop + sizeof(*hop),
					   hop->rtnh_len - sizeof(*hop), attr_note,
					   &(struct attr_table) { attrs, RTA_VIA }) < 0)
			return -EBADMSG;
		info[count].ifindex = hop->rtnh_ifindex;
		if (read_gateway(attrs[RTA_GATEWAY], attrs[RTA_VIA], family,
				 &info[count].address))
			count++;
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return count;
}

int rtnl_parse_gateways(const struct nlmsghdr *message,
			struct gateway_info *info, size_t max)
{
	const struct nlattr *attrs[RTA_VIA + 1] = {};
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	if (header->rtm_dst_len != 0 || header->rtm_type != RTN_UNICAST || !max ||
	    (header->rtm_family != AF_INET && header->rtm_family != AF_INET6))
		return 0;
	if (PARSE(message, *header, attrs) < 0)
		return -EBADMSG;
	if (attrs[RTA_MULTIPATH])
		return parse_nexthops(attrs[RTA_MULTIPATH], header->rtm_family,
				      info, max);
	if (!READ(attrs[RTA_OIF], info->ifindex))
		return 0;
	return read_gateway(attrs[RTA_GATEWAY], attrs[RTA_VIA],
			    header->rtm_family, &info->address);
}

int rtnl_parse_fdb(const struct nlmsghdr *message, struct fdb_info *info)
{
	const struct nlattr *attrs[NDA_MASTER + 1] = {};
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);

	memset(info, 0, sizeof(*info));
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	if (header->ndm_family != AF_BRIDGE)
		return 0;
	if (PARSE(message, *header, attrs) < 0)
		return -EBADMSG;
	if (!READ(attrs[NDA_LLADDR], info->mac))
		return 0;
	(void)READ(attrs[NDA_MASTER], info->bridge);
	(void)READ(attrs[NDA_VLAN], info->vlan);
	info->port = header->ndm_ifindex;
	info->local = header->ndm_state & NUD_PERMANENT;
	return 1;
}
