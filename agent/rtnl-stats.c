// SPDX-License-Identifier: GPL-2.0
/* RTM_GETSTATS: the counters of LACP sit four nests deep. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>			/* before that of the kernel */
#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "rtnl-parse.h"
#include "rtnl-private.h"

/* The attribute of that type in @nest, or NULL. */
static const struct nlattr *find(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static void fill(const struct nlattr *nest, struct lacp_counters *counters)
{
	const struct nlattr *attr;
	uint64_t value;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_payload_len(attr) != sizeof(value))
			continue;
		memcpy(&value, mnl_attr_get_payload(attr), sizeof(value));
		switch (mnl_attr_get_type(attr)) {
		case BOND_3AD_STAT_LACPDU_RX:
			counters->rx = value;
			break;
		case BOND_3AD_STAT_LACPDU_TX:
			counters->tx = value;
			break;
		case BOND_3AD_STAT_LACPDU_UNKNOWN_RX:
			counters->unknown_rx = value;
			break;
		case BOND_3AD_STAT_LACPDU_ILLEGAL_RX:
			counters->illegal_rx = value;
			break;
		}
	}
}

int rtnl_parse_lacp_counters(const struct nlmsghdr *message,
			     struct lacp_counters *counters)
{
	static const uint16_t path[] = {
		LINK_XSTATS_TYPE_BOND, BOND_XSTATS_3AD,
	};
	const size_t header = sizeof(struct if_stats_msg);
	const struct nlattr *attr, *found = NULL;

	memset(counters, 0, sizeof(*counters));
	/* libmnl rounds the length up; 64-bit numbers leave nothing to round */
	if (mnl_nlmsg_get_payload_len(message) < header ||
	    message->nlmsg_len != MNL_ALIGN(message->nlmsg_len))
		return -EBADMSG;
	mnl_attr_for_each(attr, message, header)
		if (mnl_attr_get_type(attr) == IFLA_STATS_LINK_XSTATS_SLAVE)
			found = attr;
	for (size_t i = 0; found && i < sizeof(path) / sizeof(path[0]); i++)
		found = find(found, path[i]);
	if (!found)
		return 0;
	fill(found, counters);
	counters->known = true;
	return 1;
}

static void keep_counters(struct rtnl *rtnl, const struct nlmsghdr *message,
			  void *data)
{
	(void)rtnl;
	if (message->nlmsg_type == RTM_NEWSTATS)
		(void)rtnl_parse_lacp_counters(message, data);
}

int rtnl_get_lacp_counters(struct rtnl *rtnl, int ifindex,
			   struct lacp_counters *counters)
{
	char buffer[MNL_SOCKET_BUFFER_SIZE];
	struct if_stats_msg *header;
	struct nlmsghdr *request;
	int r;

	memset(counters, 0, sizeof(*counters));
	request = rtnl_start_request(buffer, RTM_GETSTATS, NLM_F_ACK);
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ifindex = ifindex;
	header->filter_mask =
		IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS_SLAVE);
	r = rtnl_ask(rtnl, request, keep_counters, counters);
	if (r < 0)
		return r;
	return counters->known ? 0 : -ENODATA;
}
