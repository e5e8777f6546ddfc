// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "rtnl-stack.h"
#include "util.h"

#define GATEWAY "\xc0\x00\x02\x01"
#define GATEWAY6 "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"

static _Alignas(struct nlmsghdr) char buffer[4096];

/* A message of that type with a header of zeros of that size. */
static struct nlmsghdr *start(uint16_t type, size_t header, void **extra)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	*extra = mnl_nlmsg_put_extra_header(message, header);
	return message;
}

static struct nlmsghdr *start_link(const char *name)
{
	struct nlmsghdr *message;
	struct ifinfomsg *header;
	void *extra;

	message = start(RTM_NEWLINK, sizeof(*header), &extra);
	header = extra;
	header->ifi_index = 7;
	header->ifi_flags = IFF_UP;
	if (name)
		mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return message;
}

static struct nlmsghdr *start_route(int family, uint8_t length, uint8_t type)
{
	struct nlmsghdr *message;
	struct rtmsg *header;
	void *extra;

	message = start(RTM_NEWROUTE, sizeof(*header), &extra);
	header = extra;
	header->rtm_family = family;
	header->rtm_dst_len = length;
	header->rtm_type = type;
	return message;
}

/* bond0.10 of bond0, in 802.1ad, that forwards IPv6 and has arp_ignore 2. */
static struct nlmsghdr *vlan_link(void)
{
	struct nlmsghdr *message = start_link("bond0.10");
	const uint32_t sysctls6[2] = { 1 };
	uint32_t sysctls[32] = {};
	struct nlattr *outer, *inner;

	sysctls[18] = 2;			/* number 19 of linux/ip.h */
	mnl_attr_put(message, IFLA_ADDRESS, 6, "\2\0\0\0\0\x0a");
	mnl_attr_put_u32(message, IFLA_MTU, 1496);
	mnl_attr_put_u32(message, IFLA_LINK, 5);
	mnl_attr_put_u32(message, IFLA_MASTER, 9);
	outer = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "vlan");
	inner = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u16(message, IFLA_VLAN_ID, 10);
	mnl_attr_put_u16(message, IFLA_VLAN_PROTOCOL, htons(ETH_P_8021AD));
	mnl_attr_nest_end(message, inner);
	mnl_attr_nest_end(message, outer);
	outer = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	inner = mnl_attr_nest_start(message, AF_INET);
	mnl_attr_put(message, IFLA_INET_CONF, sizeof(sysctls), sysctls);
	mnl_attr_nest_end(message, inner);
	inner = mnl_attr_nest_start(message, AF_INET6);
	mnl_attr_put(message, IFLA_INET6_CONF, sizeof(sysctls6), sysctls6);
	mnl_attr_nest_end(message, inner);
	mnl_attr_nest_end(message, outer);
	return message;
}

static void test_vlan(void **state)
{
	struct stack_info info;

	(void)state;
	assert_int_equal(rtnl_parse_stack(vlan_link(), &info), 1);
	assert_int_equal(info.ifindex, 7);
	assert_int_equal(info.kind, LINK_VLAN);
	assert_int_equal(info.lower, 5);
	assert_int_equal(info.master, 9);
	assert_int_equal(info.tag.protocol, ETH_P_8021AD);
	assert_int_equal(info.tag.id, 10);
	assert_int_equal(info.mac[5], 10);
	assert_int_equal(info.mtu, 1496);
	assert_true(info.up);
	assert_true(info.router);
	assert_int_equal(info.arp_ignore, 2);
	assert_string_equal(info.name, "bond0.10");
}

static void test_kinds(void **state)
{
	static const struct {
		const char *word;
		bool data;
		enum link_kind kind;
		bool filters;
	} cases[] = {
		{ "bond", false, LINK_BOND, false },
		{ "bridge", true, LINK_BRIDGE, true },
		{ "vlan", false, LINK_OTHER, false },	/* without its tag */
		{ "dummy", false, LINK_HOST, false },
		{ "openvswitch", false, LINK_SWITCH, false },
		{ "bonding", false, LINK_OTHER, false },
		{ "macvlan", true, LINK_OTHER, false },
	};
	struct nlattr *outer, *inner;
	struct nlmsghdr *message;
	struct stack_info info;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		message = start_link("x");
		outer = mnl_attr_nest_start(message, IFLA_LINKINFO);
		mnl_attr_put_strz(message, IFLA_INFO_KIND, cases[i].word);
		if (cases[i].data) {
			inner = mnl_attr_nest_start(message, IFLA_INFO_DATA);
			mnl_attr_put_u8(message, IFLA_BR_VLAN_FILTERING, 1);
			mnl_attr_nest_end(message, inner);
		}
		mnl_attr_nest_end(message, outer);
		assert_int_equal(rtnl_parse_stack(message, &info), 1);
		if (info.kind != cases[i].kind ||
		    info.filters_vlans != cases[i].filters)
			fail_msg("%s", cases[i].word);
	}
}

/* Its number means a link of another namespace, not of this one. */
static void test_other_namespace(void **state)
{
	struct nlmsghdr *message = vlan_link();
	struct stack_info info;

	(void)state;
	mnl_attr_put_u32(message, IFLA_LINK_NETNSID, 0);
	assert_int_equal(rtnl_parse_stack(message, &info), 1);
	assert_int_equal(info.lower, 0);
}

static void test_bad_links(void **state)
{
	struct nlmsghdr *message;
	struct stack_info info;
	void *extra;

	(void)state;
	message = start(RTM_NEWLINK, 4, &extra);
	assert_int_equal(rtnl_parse_stack(message, &info), -EBADMSG);
	assert_int_equal(rtnl_parse_stack(start_link(NULL), &info), -EBADMSG);
	assert_int_equal(rtnl_parse_stack(start_link(""), &info), -EBADMSG);
	message = start_link("a-name-of-16-abc");
	assert_int_equal(rtnl_parse_stack(message, &info), -EBADMSG);
	message = start_link("br0");
	((struct ifinfomsg *)mnl_nlmsg_get_payload(message))->ifi_family = AF_BRIDGE;
	assert_int_equal(rtnl_parse_stack(message, &info), 0);
}

/*
 * Cut off anywhere, on the heap, so that ASan sees any read beyond; libmnl takes
 * the kernel's padding to 4 bytes for granted.
 */
static void test_truncated(void **state)
{
	const struct nlmsghdr *whole = vlan_link();

	(void)state;
	for (uint32_t length = sizeof(*whole); length < whole->nlmsg_len; length++) {
		struct nlmsghdr *copy = calloc(1, MNL_ALIGN(length));
		struct stack_info info;

		memcpy(copy, whole, length);
		copy->nlmsg_len = length;
		rtnl_parse_stack(copy, &info);
		free(copy);
	}
}

static void test_gateway(void **state)
{
	struct gateway_info info[2];
	struct nlmsghdr *message;

	(void)state;
	message = start_route(AF_INET, 0, RTN_UNICAST);
	mnl_attr_put(message, RTA_GATEWAY, 4, GATEWAY);
	assert_int_equal(rtnl_parse_gateways(message, info, 2), 0);	/* no link */
	mnl_attr_put_u32(message, RTA_OIF, 5);
	assert_int_equal(rtnl_parse_gateways(message, info, 2), 1);
	assert_int_equal(info[0].ifindex, 5);
	assert_int_equal(info[0].address.family, AF_INET);
	assert_memory_equal(&info[0].address.in, GATEWAY, 4);
	assert_int_equal(rtnl_parse_gateways(message, info, 0), 0);

	message = start_route(AF_INET, 0, RTN_UNICAST);
	mnl_attr_put_u32(message, RTA_OIF, 5);
	assert_int_equal(rtnl_parse_gateways(message, info, 2), 0);
	mnl_attr_put(message, RTA_VIA, 18, "\x0a\0" GATEWAY6);
	assert_int_equal(rtnl_parse_gateways(message, info, 2), 1);
	assert_int_equal(info[0].address.family, AF_INET6);
	assert_memory_equal(&info[0].address.in6, GATEWAY6, 16);
}

static void test_other_routes(void **state)
{
	static const struct { int family; uint8_t length, type; } cases[] = {
		{ AF_INET, 8, RTN_UNICAST }, { AF_INET, 0, RTN_BLACKHOLE },
		{ AF_MPLS, 0, RTN_UNICAST },
	};
	struct gateway_info info[2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nlmsghdr *message = start_route(cases[i].family,
				cases[i].length, cases[i].type);

		mnl_attr_put(message, RTA_GATEWAY, 4, GATEWAY);
		mnl_attr_put_u32(message, RTA_OIF, 5);
		assert_int_equal(rtnl_parse_gateways(message, info, 2), 0);
	}
}

static void test_multipath(void **state)
{
	static const uint8_t hops[] = {
		16, 0, 0, 0, 5, 0, 0, 0,	/* length, flags, hops, ifindex */
		8, 0, RTA_GATEWAY, 0, 192, 0, 2, 1,
		8, 0, 0, 0, 6, 0, 0, 0,		/* a device without a gateway */
		16, 0, 0, 0, 7, 0, 0, 0,
		8, 0, RTA_GATEWAY, 0, 192, 0, 2, 2,
	};
	struct gateway_info info[4];
	struct nlmsghdr *message;

	(void)state;
	message = start_route(AF_INET, 0, RTN_UNICAST);
	mnl_attr_put(message, RTA_MULTIPATH, sizeof(hops), hops);
	assert_int_equal(rtnl_parse_gateways(message, info, 4), 2);
	assert_int_equal(info[0].ifindex, 5);
	assert_int_equal(info[1].ifindex, 7);
	assert_int_equal(rtnl_parse_gateways(message, info, 1), 1);
	message = start_route(AF_INET, 0, RTN_UNICAST);
	mnl_attr_put(message, RTA_MULTIPATH, 15, hops);		/* cut off */
	assert_int_equal(rtnl_parse_gateways(message, info, 4), 0);
}

/* Nothing is read behind the last byte (ASan watches); found by fuzz-netlink. */
static void test_multipath_at_the_end(void **state)
{
	static const struct rtnexthop hop = { .rtnh_len = 8, .rtnh_ifindex = 5 };
	struct gateway_info info[4];
	struct nlmsghdr *message;
	void *copy;

	(void)state;
	for (size_t length = 0; length <= sizeof(hop); length += sizeof(hop)) {
		message = start_route(AF_INET, 0, RTN_UNICAST);
		mnl_attr_put(message, RTA_MULTIPATH, length, &hop);
		copy = malloc(message->nlmsg_len);
		assert_non_null(copy);
		memcpy(copy, message, message->nlmsg_len);
		assert_int_equal(rtnl_parse_gateways(copy, info, 4), 0);
		free(copy);
	}
}

static void test_fdb(void **state)
{
	struct nlmsghdr *message;
	struct fdb_info info;
	struct ndmsg *header;
	void *extra;

	(void)state;
	message = start(RTM_NEWNEIGH, sizeof(*header), &extra);
	header = extra;
	header->ndm_family = AF_BRIDGE;
	header->ndm_ifindex = 4;
	header->ndm_state = NUD_REACHABLE;
	mnl_attr_put(message, NDA_LLADDR, 6, "\2\0\0\0\0\1");
	assert_int_equal(rtnl_parse_fdb(message, &info), 1);
	assert_int_equal(info.bridge, 0);			/* NTF_SELF */
	mnl_attr_put_u32(message, NDA_MASTER, 30);
	mnl_attr_put_u16(message, NDA_VLAN, 12);
	assert_int_equal(rtnl_parse_fdb(message, &info), 1);
	assert_int_equal(info.bridge, 30);
	assert_int_equal(info.port, 4);
	assert_int_equal(info.vlan, 12);
	assert_int_equal(info.mac[5], 1);
	assert_false(info.local);
	header->ndm_state = NUD_PERMANENT;
	assert_int_equal(rtnl_parse_fdb(message, &info), 1);
	assert_true(info.local);
	header->ndm_family = AF_INET;
	assert_int_equal(rtnl_parse_fdb(message, &info), 0);
	message = start(RTM_NEWNEIGH, 4, &extra);
	assert_int_equal(rtnl_parse_fdb(message, &info), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vlan),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_other_namespace),
		cmocka_unit_test(test_bad_links),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_gateway),
		cmocka_unit_test(test_other_routes),
		cmocka_unit_test(test_multipath),
		cmocka_unit_test(test_multipath_at_the_end),
		cmocka_unit_test(test_fdb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
