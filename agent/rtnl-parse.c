// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "rtnl-parse.h"

#define NUD_VALID (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | \
		   NUD_STALE | NUD_DELAY)

typedef int (*attr_handler)(const struct nlattr *attr, void *info);

/* Hands each attribute over; what does not fit its container is malformed. */
static int walk(const char *bytes, size_t length, attr_handler handle,
		void *info)
{
	const struct nlattr *attr;
	size_t step;
	int r;

	while (length > 0) {
		attr = (const struct nlattr *)bytes;
		if (length < sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
		    attr->nla_len > length)
			return -EBADMSG;
		r = handle(attr, info);
		if (r < 0)
			return r;
		step = MNL_ALIGN(attr->nla_len);
		if (step >= length)
			break;
		bytes += step;
		length -= step;
	}
	return 0;
}

static int walk_nested(const struct nlattr *attr, attr_handler handle,
		       void *info)
{
	return walk(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr),
		    handle, info);
}

static int walk_message(const struct nlmsghdr *message, size_t header,
			attr_handler handle, void *info)
{
	return walk(mnl_nlmsg_get_payload_offset(message, header),
		    mnl_nlmsg_get_payload_len(message) - MNL_ALIGN(header),
		    handle, info);
}

static int copy(const struct nlattr *attr, void *value, size_t size)
{
	if (mnl_attr_get_payload_len(attr) != size)
		return -EBADMSG;
	memcpy(value, mnl_attr_get_payload(attr), size);
	return 0;
}

#define COPY(attr, value) copy(attr, &(value), sizeof(value))

/* One of another size is one that we do not know: as if it was not there. */
#define COPY_IF_FITS(attr, value) (COPY(attr, value) == 0)

static bool copy_flag(const struct nlattr *attr, bool *value)
{
	uint8_t byte;

	if (!COPY_IF_FITS(attr, byte))
		return false;
	*value = byte != 0;
	return true;
}

/* The kernel's 0 is "up" and "active". */
static void copy_zero(const struct nlattr *attr, bool *value)
{
	if (copy_flag(attr, value))
		*value = !*value;
}

/* Links without a MAC, or with a longer one, are none of ours. */
static void copy_mac(const struct nlattr *attr, uint8_t *mac, bool *has_mac)
{
	bool fits = mnl_attr_get_payload_len(attr) == MAC_LEN;

	if (fits)
		memcpy(mac, mnl_attr_get_payload(attr), MAC_LEN);
	if (has_mac)
		*has_mac = fits;
}

static bool is_word(const struct nlattr *attr, const char *word)
{
	return mnl_attr_get_payload_len(attr) >= strlen(word) &&
	       strnlen(mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr)) == strlen(word) &&
	       memcmp(mnl_attr_get_payload(attr), word, strlen(word)) == 0;
}

static int handle_ad_info(const struct nlattr *attr, void *data)
{
	struct bond_attrs *bond = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_BOND_AD_INFO_AGGREGATOR:
		(void)COPY_IF_FITS(attr, bond->aggregator);
		break;
	case IFLA_BOND_AD_INFO_NUM_PORTS:
		(void)COPY_IF_FITS(attr, bond->aggregator_ports);
		break;
	case IFLA_BOND_AD_INFO_PARTNER_KEY:
		(void)COPY_IF_FITS(attr, bond->partner_key);
		break;
	case IFLA_BOND_AD_INFO_PARTNER_MAC:
		(void)COPY_IF_FITS(attr, bond->partner_mac);
		break;
	}
	return 0;
}

static int handle_bond(const struct nlattr *attr, void *data)
{
	struct bond_attrs *bond = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_BOND_MODE:
		(void)COPY_IF_FITS(attr, bond->mode);
		break;
	case IFLA_BOND_MIIMON:
		(void)COPY_IF_FITS(attr, bond->miimon);
		break;
	case IFLA_BOND_XMIT_HASH_POLICY:
		(void)COPY_IF_FITS(attr, bond->xmit_hash_policy);
		break;
	case IFLA_BOND_MIN_LINKS:
		(void)COPY_IF_FITS(attr, bond->min_links);
		break;
	case IFLA_BOND_AD_LACP_RATE:
		(void)COPY_IF_FITS(attr, bond->lacp_rate);
		break;
	case IFLA_BOND_AD_ACTOR_SYSTEM:
		copy_mac(attr, bond->actor_system, NULL);
		break;
	case IFLA_BOND_AD_INFO:
		bond->has_ad_info = true;
		return walk_nested(attr, handle_ad_info, bond);
	case DUALHOME_IFLA_BOND_BROADCAST_NEIGH:
		bond->has_broadcast_neighbor =
			copy_flag(attr, &bond->broadcast_neighbor);
		break;
	}
	return 0;
}

static int handle_port(const struct nlattr *attr, void *data)
{
	struct port_attrs *port = data;
	uint16_t state;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_BOND_SLAVE_STATE:
		copy_zero(attr, &port->active);
		break;
	case IFLA_BOND_SLAVE_MII_STATUS:
		copy_zero(attr, &port->mii_up);
		break;
	case IFLA_BOND_SLAVE_LINK_FAILURE_COUNT:
		(void)COPY_IF_FITS(attr, port->link_failures);
		break;
	case IFLA_BOND_SLAVE_PERM_HWADDR:
		copy_mac(attr, port->perm_mac, NULL);
		break;
	case IFLA_BOND_SLAVE_AD_AGGREGATOR_ID:
		port->has_ad = COPY_IF_FITS(attr, port->aggregator);
		break;
	case IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE:
		(void)COPY_IF_FITS(attr, port->actor_state);
		break;
	case IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE:
		/* 8 bits of state in a 16-bit attribute */
		if (COPY_IF_FITS(attr, state))
			port->partner_state = state;
		break;
	case DUALHOME_IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE:
		port->has_churn = COPY_IF_FITS(attr, port->actor_churn);
		break;
	case DUALHOME_IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE:
		(void)COPY_IF_FITS(attr, port->partner_churn);
		break;
	}
	return 0;
}

/* The kind comes before its data, but nothing promises that it does. */
struct linkinfo {
	struct link_info *info;
	const struct nlattr *data;
	const struct nlattr *slave_data;
};

static int handle_linkinfo(const struct nlattr *attr, void *data)
{
	struct linkinfo *linkinfo = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_INFO_KIND:
		linkinfo->info->is_bond = is_word(attr, "bond");
		break;
	case IFLA_INFO_SLAVE_KIND:
		linkinfo->info->is_port = is_word(attr, "bond");
		break;
	case IFLA_INFO_DATA:
		linkinfo->data = attr;
		break;
	case IFLA_INFO_SLAVE_DATA:
		linkinfo->slave_data = attr;
		break;
	}
	return 0;
}

static int parse_linkinfo(const struct nlattr *attr, struct link_info *info)
{
	struct linkinfo linkinfo = { .info = info };
	int r;

	r = walk_nested(attr, handle_linkinfo, &linkinfo);
	if (r == 0 && info->is_bond && linkinfo.data)
		r = walk_nested(linkinfo.data, handle_bond, &info->bond);
	if (r == 0 && info->is_port && linkinfo.slave_data)
		r = walk_nested(linkinfo.slave_data, handle_port, &info->port);
	return r;
}

static int copy_name(const struct nlattr *attr, char *name)
{
	size_t length = mnl_attr_get_payload_len(attr);

	if (length < 2 || length > IFNAMSIZ ||
	    strnlen(mnl_attr_get_payload(attr), length) != length - 1)
		return -EBADMSG;
	memcpy(name, mnl_attr_get_payload(attr), length);
	return 0;
}

static int handle_link(const struct nlattr *attr, void *data)
{
	struct link_info *info = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		return copy_name(attr, info->name);
	case IFLA_ADDRESS:
		copy_mac(attr, info->mac, NULL);
		return 0;
	case IFLA_MTU:
		(void)COPY_IF_FITS(attr, info->mtu);
		break;
	case IFLA_MASTER:
		return COPY(attr, info->master);
	case IFLA_CARRIER:
		copy_flag(attr, &info->carrier);
		break;
	case IFLA_CARRIER_CHANGES:
		info->has_carrier_changes =
			COPY_IF_FITS(attr, info->carrier_changes);
		break;
	case IFLA_LINKINFO:
		return parse_linkinfo(attr, info);
	}
	return 0;
}

int rtnl_parse_link(const struct nlmsghdr *message, struct link_info *info)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	int r;

	memset(info, 0, sizeof(*info));
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	/* a bridge speaks of its ports with family AF_BRIDGE */
	if (header->ifi_family != AF_UNSPEC)
		return 0;

	info->ifindex = header->ifi_index;
	info->up = header->ifi_flags & IFF_UP;
	r = walk_message(message, sizeof(*header), handle_link, info);
	if (r < 0 || info->ifindex <= 0 || !info->name[0])
		return -EBADMSG;
	/* IFLA_CARRIER of a link that is switched off is what it was before */
	if (!info->up)
		info->carrier = false;
	return 1;
}

static int copy_address(const struct nlattr *attr, int family,
			struct address *address)
{
	address->family = family;
	return copy(attr, &address->in6, address_length(address));
}

struct address_message {
	struct address_info *info;
	int family;
	uint32_t flags;
	bool has_local;
};

static int handle_address(const struct nlattr *attr, void *data)
{
	struct address_message *message = data;

	switch (mnl_attr_get_type(attr)) {
	case IFA_LOCAL:
		message->has_local = true;
		return copy_address(attr, message->family,
				    &message->info->address);
	case IFA_ADDRESS:
		/* of a point-to-point link it is the other end */
		if (message->has_local)
			return 0;
		return copy_address(attr, message->family,
				    &message->info->address);
	case IFA_FLAGS:
		return COPY(attr, message->flags);
	}
	return 0;
}

int rtnl_parse_address(const struct nlmsghdr *message,
		       struct address_info *info)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	struct address_message parsed = { .info = info };
	int r;

	memset(info, 0, sizeof(*info));
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	if (header->ifa_family != AF_INET && header->ifa_family != AF_INET6)
		return 0;

	parsed.family = header->ifa_family;
	parsed.flags = header->ifa_flags;
	info->ifindex = header->ifa_index;
	info->prefix_len = header->ifa_prefixlen;
	info->scope = header->ifa_scope;
	info->removed = message->nlmsg_type == RTM_DELADDR;
	r = walk_message(message, sizeof(*header), handle_address, &parsed);
	if (r < 0 || info->ifindex <= 0 || !info->address.family ||
	    info->prefix_len > 8 * address_length(&info->address))
		return -EBADMSG;
	info->usable = !(parsed.flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
	return 1;
}

struct neighbor_message {
	struct neighbor_info *info;
	int family;
};

static int handle_neighbor(const struct nlattr *attr, void *data)
{
	struct neighbor_message *message = data;

	switch (mnl_attr_get_type(attr)) {
	case NDA_DST:
		return copy_address(attr, message->family,
				    &message->info->address);
	case NDA_LLADDR:
		copy_mac(attr, message->info->mac, &message->info->has_mac);
		return 0;
	}
	return 0;
}

int rtnl_parse_neighbor(const struct nlmsghdr *message,
			struct neighbor_info *info)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	struct neighbor_message parsed = { .info = info };
	int r;

	memset(info, 0, sizeof(*info));
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return -EBADMSG;
	/* a bridge's forwarding table and proxy entries are neighbors, too */
	if ((header->ndm_family != AF_INET && header->ndm_family != AF_INET6) ||
	    header->ndm_flags & NTF_PROXY)
		return 0;

	parsed.family = header->ndm_family;
	info->ifindex = header->ndm_ifindex;
	info->removed = message->nlmsg_type == RTM_DELNEIGH;
	r = walk_message(message, sizeof(*header), handle_neighbor, &parsed);
	if (r < 0 || info->ifindex <= 0 || !info->address.family)
		return -EBADMSG;
	if (!(header->ndm_state & NUD_VALID))
		info->has_mac = false;
	return 1;
}
