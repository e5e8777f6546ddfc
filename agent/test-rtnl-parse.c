// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "rtnl-parse.h"

/* Numbers below are in the byte order of x86 and arm64: little endian. */
#define U16(n) (n) & 0xff, (n) >> 8
#define U32(n) U16((n) & 0xffff), U16((n) >> 16)
/* nlmsghdr: length, type, flags, sequence, port ID */
#define HEADER(length, type) U32(length), U16(type), U16(0), U32(1), U32(0)
#define ATTR(length, type) U16(length), U16(type)

static const _Alignas(4) uint8_t bond_bytes[] = {
	HEADER(192, RTM_NEWLINK),
	/* ifinfomsg: unspec, ether, index 5, up|broadcast|running|master */
	0, 0, U16(1), U32(5), U32(0x1443), U32(0),
	ATTR(10, 3), 'b', 'o', 'n', 'd', '0', 0, 0, 0,	/* IFLA_IFNAME */
	ATTR(8, 4), U32(9000),				/* IFLA_MTU */
	ATTR(5, 33), 1, 0, 0, 0,			/* IFLA_CARRIER */
	ATTR(10, 1), 2, 0, 0, 0, 0, 9, 0, 0,		/* IFLA_ADDRESS */
	ATTR(120, 18),					/* IFLA_LINKINFO */
	ATTR(9, 1), 'b', 'o', 'n', 'd', 0, 0, 0, 0,	/* IFLA_INFO_KIND */
	ATTR(104, 2),					/* IFLA_INFO_DATA */
	ATTR(5, 1), 4, 0, 0, 0,				/* mode 802.3ad */
	ATTR(8, 3), U32(100),				/* miimon */
	ATTR(5, 14), 1, 0, 0, 0,			/* layer3+4 */
	ATTR(8, 18), U32(2),				/* min_links */
	ATTR(5, 21), 1, 0, 0, 0,			/* LACP rate fast */
	ATTR(52, 0x8000 | 23),				/* AD_INFO, nested */
	ATTR(6, 1), U16(3), 0, 0,			/* aggregator */
	ATTR(6, 2), U16(2), 0, 0,			/* its ports */
	ATTR(6, 3), U16(15), 0, 0,			/* actor key */
	ATTR(6, 4), U16(1000), 0, 0,			/* partner key */
	ATTR(10, 5), 2, 0, 0, 0, 0, 1, 0, 0,		/* partner MAC */
	ATTR(4, 6),					/* of the future */
	ATTR(5, 33), 1, 0, 0, 0,			/* broadcast_neighbor */
};

static const _Alignas(4) uint8_t port_bytes[] = {
	HEADER(160, RTM_NEWLINK),
	/* up|broadcast|running|slave */
	0, 0, U16(1), U32(3), U32(0x843), U32(0),
	ATTR(9, 3), 'e', 't', 'h', '1', 0, 0, 0, 0,	/* IFLA_IFNAME */
	ATTR(8, 4), U32(1500),				/* IFLA_MTU */
	ATTR(8, 10), U32(5),				/* IFLA_MASTER */
	ATTR(5, 33), 1, 0, 0, 0,			/* IFLA_CARRIER */
	ATTR(92, 18),					/* IFLA_LINKINFO */
	ATTR(9, 4), 'b', 'o', 'n', 'd', 0, 0, 0, 0,	/* SLAVE_KIND */
	ATTR(76, 5),					/* SLAVE_DATA */
	ATTR(5, 1), 0, 0, 0, 0,				/* active */
	ATTR(5, 2), 0, 0, 0, 0,				/* MII up */
	ATTR(8, 3), U32(7),				/* link failures */
	ATTR(10, 4), 2, 0, 0, 0, 0, 3, 0, 0,		/* permanent MAC */
	ATTR(6, 5), U16(0), 0, 0,			/* queue */
	ATTR(6, 6), U16(3), 0, 0,			/* aggregator */
	ATTR(5, 7), 0x3f, 0, 0, 0,			/* actor state */
	ATTR(6, 8), U16(0x3d), 0, 0,			/* partner state */
	ATTR(4, 9),					/* of the future */
};

static const struct nlmsghdr *message(const void *bytes)
{
	return bytes;
}

static void test_bond(void **state)
{
	static const uint8_t partner[] = { 2, 0, 0, 0, 0, 1 };
	struct link_info info;

	(void)state;
	assert_int_equal(sizeof(bond_bytes), message(bond_bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_link(message(bond_bytes), &info), 1);
	assert_int_equal(info.ifindex, 5);
	assert_string_equal(info.name, "bond0");
	assert_int_equal(info.mtu, 9000);
	assert_int_equal(info.mac[5], 9);
	assert_true(info.up && info.carrier && info.is_bond && !info.is_port);
	assert_int_equal(info.bond.mode, BOND_MODE_8023AD);
	assert_int_equal(info.bond.miimon, 100);
	assert_int_equal(info.bond.xmit_hash_policy, 1);
	assert_int_equal(info.bond.min_links, 2);
	assert_int_equal(info.bond.lacp_rate, 1);
	assert_true(info.bond.has_ad_info);
	assert_int_equal(info.bond.aggregator, 3);
	assert_int_equal(info.bond.aggregator_ports, 2);
	assert_int_equal(info.bond.partner_key, 1000);
	assert_memory_equal(info.bond.partner_mac, partner, MAC_LEN);
	assert_true(info.bond.has_broadcast_neighbor);
	assert_true(info.bond.broadcast_neighbor);
}

static void test_port(void **state)
{
	struct link_info info;

	(void)state;
	assert_int_equal(sizeof(port_bytes), message(port_bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_link(message(port_bytes), &info), 1);
	assert_int_equal(info.ifindex, 3);
	assert_int_equal(info.master, 5);
	assert_true(info.is_port && !info.is_bond);
	assert_true(info.port.active && info.port.mii_up && info.port.has_ad);
	assert_int_equal(info.port.link_failures, 7);
	assert_int_equal(info.port.perm_mac[5], 3);
	assert_int_equal(info.port.aggregator, 3);
	assert_int_equal(info.port.actor_state, 0x3f);
	assert_int_equal(info.port.partner_state, 0x3d);
}

/* Since Linux 7.1; older ones show churn in procfs only. */
static void test_churn(void **state)
{
	static const _Alignas(4) uint8_t bytes[] = {
		HEADER(92, RTM_NEWLINK), 0, 0, U16(1), U32(3), U32(1), U32(0),
		ATTR(9, 3), 'e', 't', 'h', '1', 0, 0, 0, 0,
		ATTR(8, 35), U32(7),			/* CARRIER_CHANGES */
		ATTR(40, 18),				/* IFLA_LINKINFO */
		ATTR(9, 4), 'b', 'o', 'n', 'd', 0, 0, 0, 0,
		ATTR(24, 5),				/* SLAVE_DATA */
		ATTR(5, 11), 1, 0, 0, 0,		/* actor churned */
		ATTR(5, 12), 2, 0, 0, 0,		/* partner not */
		ATTR(4, 13),				/* of the future */
	};
	struct link_info info;

	(void)state;
	assert_int_equal(sizeof(bytes), message(bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_link(message(bytes), &info), 1);
	assert_true(info.port.has_churn);
	assert_int_equal(info.port.actor_churn, LACP_CHURNED);
	assert_int_equal(info.port.partner_churn, LACP_NO_CHURN);
	assert_true(info.has_carrier_changes);
	assert_int_equal(info.carrier_changes, 7);
	rtnl_parse_link(message(port_bytes), &info);
	assert_false(info.port.has_churn || info.has_carrier_changes);
}

#define U64(n) U32(n), U32(0)

static const _Alignas(4) uint8_t stats_bytes[] = {
	HEADER(104, 92),				/* RTM_NEWSTATS */
	0, 0, U16(0), U32(3), U32(4),			/* if_stats_msg */
	ATTR(76, 0x8000 | 3),				/* XSTATS_SLAVE */
	ATTR(72, 0x8000 | 2),				/* TYPE_BOND */
	ATTR(68, 0x8000 | 1),				/* BOND_XSTATS_3AD */
	ATTR(4, 9),					/* PAD */
	ATTR(12, 0), U64(300),				/* LACPDU_RX */
	ATTR(12, 1), U64(400),				/* TX */
	ATTR(12, 2), U64(5),				/* UNKNOWN_RX */
	ATTR(12, 3), U64(6),				/* ILLEGAL_RX */
	ATTR(12, 4), U64(7),				/* MARKER_RX */
};

static void test_counters(void **state)
{
	_Alignas(4) uint8_t bytes[sizeof(stats_bytes)];
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	struct lacp_counters counters;

	(void)state;
	assert_int_equal(sizeof(bytes), message(stats_bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_lacp_counters(message(stats_bytes),
						  &counters), 1);
	assert_true(counters.known);
	assert_int_equal(counters.rx, 300);
	assert_int_equal(counters.tx, 400);
	assert_int_equal(counters.unknown_rx, 5);
	assert_int_equal(counters.illegal_rx, 6);

	/* cut anywhere, or of another kind of device, it is unknown */
	for (size_t length = 16; length < sizeof(bytes); length++) {
		memcpy(bytes, stats_bytes, sizeof(bytes));
		header->nlmsg_len = length;
		assert_in_range(rtnl_parse_lacp_counters(header, &counters) + 200,
				200 - EBADMSG, 200);
		assert_false(counters.known);
	}
	for (size_t nest = 28; nest <= 36; nest += 4) {
		memcpy(bytes, stats_bytes, sizeof(bytes));
		bytes[nest + 2]++;
		assert_int_equal(rtnl_parse_lacp_counters(message(bytes),
							  &counters), 0);
	}
}

/* A bridge's word on its port, and a link that is switched off. */
static void test_link_header(void **state)
{
	_Alignas(4) uint8_t bytes[sizeof(port_bytes)];
	struct link_info info;

	(void)state;
	memcpy(bytes, port_bytes, sizeof(bytes));
	bytes[16] = AF_BRIDGE;
	assert_int_equal(rtnl_parse_link(message(bytes), &info), 0);
	bytes[16] = AF_UNSPEC;
	bytes[24] &= ~IFF_UP;
	assert_int_equal(rtnl_parse_link(message(bytes), &info), 1);
	assert_false(info.up || info.carrier);
	memset(&bytes[20], 0, 4);
	assert_int_equal(rtnl_parse_link(message(bytes), &info), -EBADMSG);
}

/* "bone" and "bon" are no bond. */
static void test_other_kind(void **state)
{
	_Alignas(4) uint8_t bytes[sizeof(bond_bytes)];
	struct link_info info;

	(void)state;
	memcpy(bytes, bond_bytes, sizeof(bytes));
	bytes[83] = 'e';
	assert_int_equal(rtnl_parse_link(message(bytes), &info), 1);
	assert_false(info.is_bond || info.bond.has_ad_info);
	bytes[83] = 0;
	assert_int_equal(rtnl_parse_link(message(bytes), &info), 1);
	assert_false(info.is_bond);
}

static void test_name_too_long(void **state)
{
	static const _Alignas(4) uint8_t bytes[] = {
		HEADER(56, RTM_NEWLINK),
		0, 0, U16(1), U32(5), U32(0x1443), U32(0),
		ATTR(21, 3), 's', 'i', 'x', 't', 'e', 'e', 'n', '.',
			     'l', 'e', 't', 't', 'e', 'r', 's', '.', 0,
		0, 0, 0,
	};
	struct link_info info;

	(void)state;
	assert_int_equal(sizeof(bytes), message(bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_link(message(bytes), &info), -EBADMSG);
}

/*
 * Cut anywhere and changed anywhere: no crash, nothing read beyond the end
 * (the copy is exactly as long as it says, for ASan to see). A cut inside the
 * last attribute, which begins at @last, is always noticed.
 */
static void test_damage(const uint8_t *bytes, size_t size, size_t last)
{
	struct link_info info;

	for (size_t length = sizeof(struct nlmsghdr); length < size; length++) {
		uint8_t *copy = malloc(length);

		memcpy(copy, bytes, length);
		((struct nlmsghdr *)copy)->nlmsg_len = length;
		if (rtnl_parse_link(message(copy), &info) >= 0 && length > last)
			fail_msg("cut at %zu passed", length);
		free(copy);
	}
	for (size_t i = sizeof(struct nlmsghdr); i < size; i++) {
		for (int value = 0; value < 256; value++) {
			uint8_t *copy = malloc(size);

			memcpy(copy, bytes, size);
			copy[i] = value;
			rtnl_parse_link(message(copy), &info);
			assert_int_equal(info.name[IFNAMSIZ - 1], 0);
			free(copy);
		}
	}
}

static void test_damaged_bond(void **state)
{
	(void)state;
	test_damage(bond_bytes, sizeof(bond_bytes), 72);
}

static void test_damaged_port(void **state)
{
	(void)state;
	test_damage(port_bytes, sizeof(port_bytes), 68);
}

/* Byte to change, its new value: each makes the message malformed. */
/* What a later kernel may widen is as if it was not there; the rest counts. */
static void test_odd_sizes(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t at;
		uint8_t value;
	} rows[] = {
		{ bond_bytes, 44, 7 },		/* MTU of 3 bytes */
		{ bond_bytes, 52, 6 },		/* carrier of 2 bytes */
		{ bond_bytes, 92, 8 },		/* mode of 4 bytes */
		{ bond_bytes, 136, 5 },		/* aggregator of 1 byte */
		{ port_bytes, 148, 5 },		/* partner state of 1 byte */
	};
	_Alignas(4) uint8_t bytes[256];
	struct link_info infos[sizeof(rows) / sizeof(rows[0])];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = message(rows[i].bytes)->nlmsg_len;

		memcpy(bytes, rows[i].bytes, size);
		bytes[rows[i].at] = rows[i].value;
		if (rtnl_parse_link(message(bytes), &infos[i]) != 1)
			fail_msg("row %zu is refused", i);
		assert_true(infos[i].is_bond || infos[i].is_port);
	}
	assert_int_equal(infos[0].mtu, 0);
	assert_false(infos[1].carrier);
	assert_int_equal(infos[2].bond.mode, 0);
	assert_int_equal(infos[3].bond.aggregator, 0);
	assert_int_equal(infos[4].port.partner_state, 0);
	assert_true(infos[0].carrier && infos[1].mtu > 0);
	assert_int_equal(infos[0].bond.mode, BOND_MODE_8023AD);
}

static void test_wrong_lengths(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t at;
		uint8_t value;
	} rows[] = {
		{ bond_bytes, 32, 3 },		/* shorter than its header */
		{ bond_bytes, 32, 255 },	/* longer than the message */
		{ bond_bytes, 32, 5 },		/* name without its NUL */
		{ bond_bytes, 38, 0 },		/* name with a NUL inside */
		{ bond_bytes, 72, 121 },	/* LINKINFO beyond the end */
		{ bond_bytes, 88, 105 },	/* INFO_DATA beyond LINKINFO */
		{ bond_bytes, 132, 53 + 8 },	/* AD_INFO beyond INFO_DATA */
	};
	_Alignas(4) uint8_t bytes[256];
	struct link_info info;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = message(rows[i].bytes)->nlmsg_len;

		memcpy(bytes, rows[i].bytes, size);
		bytes[rows[i].at] = rows[i].value;
		if (rtnl_parse_link(message(bytes), &info) != -EBADMSG)
			fail_msg("row %zu passed", i);
	}
}

/* A last message is whole only with its padding, which libmnl looks into. */
static void test_message_ok(void **state)
{
	static const struct {
		uint32_t length;
		int left;
		bool ok;
	} rows[] = {
		{ 20, 20, true },	{ 20, 24, true },	{ 20, 19, false },
		{ 17, 20, true },	{ 17, 19, false },	{ 19, 19, false },
		{ 15, 20, false },	{ UINT32_MAX, 20, false },
		{ UINT32_MAX - 2, 20, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nlmsghdr header = { .nlmsg_len = rows[i].length };

		if (rtnl_message_ok(&header, rows[i].left) != rows[i].ok)
			fail_msg("row %zu", i);
	}
}

static const _Alignas(4) uint8_t address_bytes[] = {
	HEADER(48, RTM_NEWADDR),
	AF_INET, 24, 0, RT_SCOPE_UNIVERSE, U32(5),	/* ifaddrmsg */
	ATTR(8, 1), 192, 0, 2, 254,			/* IFA_ADDRESS: peer */
	ATTR(8, 2), 192, 0, 2, 10,			/* IFA_LOCAL */
	ATTR(8, 8), U32(0x80),				/* IFA_FLAGS: permanent */
};

static void test_address(void **state)
{
	_Alignas(4) uint8_t bytes[sizeof(address_bytes)];
	struct address_info info;

	(void)state;
	memcpy(bytes, address_bytes, sizeof(bytes));
	assert_int_equal(sizeof(bytes), message(bytes)->nlmsg_len);
	assert_int_equal(rtnl_parse_address(message(bytes), &info), 1);
	assert_int_equal(info.ifindex, 5);
	assert_int_equal(info.address.family, AF_INET);
	assert_int_equal(info.address.in.s_addr, inet_addr("192.0.2.10"));
	assert_int_equal(info.prefix_len, 24);
	assert_true(info.usable && !info.removed);

	/* the attributes may come in any order */
	memcpy(&bytes[24], &address_bytes[32], 8);
	memcpy(&bytes[32], &address_bytes[24], 8);
	assert_int_equal(rtnl_parse_address(message(bytes), &info), 1);
	assert_int_equal(info.address.in.s_addr, inet_addr("192.0.2.10"));

	bytes[44] = IFA_F_TENTATIVE;
	assert_int_equal(rtnl_parse_address(message(bytes), &info), 1);
	assert_false(info.usable);
	bytes[4] = RTM_DELADDR;
	assert_int_equal(rtnl_parse_address(message(bytes), &info), 1);
	assert_true(info.removed);

	bytes[17] = 33;		/* no IPv4 prefix is that long */
	assert_int_equal(rtnl_parse_address(message(bytes), &info), -EBADMSG);
	bytes[17] = 24;
	bytes[16] = AF_INET6;	/* of 4 bytes */
	assert_int_equal(rtnl_parse_address(message(bytes), &info), -EBADMSG);
	bytes[16] = AF_PACKET;
	assert_int_equal(rtnl_parse_address(message(bytes), &info), 0);
}

static const _Alignas(4) uint8_t neighbor_bytes[] = {
	HEADER(60, RTM_NEWNEIGH),
	/* ndmsg: family, padding, index, state, flags, type */
	AF_INET6, 0, U16(0), U32(5), U16(NUD_STALE), 0, 1,
	ATTR(20, 1), 0xfe, 0x80, 0, 0, 0, 0, 0, 0,	/* NDA_DST fe80::1 */
		     0, 0, 0, 0, 0, 0, 0, 1,
	ATTR(10, 2), 2, 0, 0, 0, 0, 1, 0, 0,		/* NDA_LLADDR */
};

static void test_neighbor(void **state)
{
	_Alignas(4) uint8_t bytes[sizeof(neighbor_bytes)];
	struct neighbor_info info;

	(void)state;
	memcpy(bytes, neighbor_bytes, sizeof(bytes));
	((struct nlmsghdr *)bytes)->nlmsg_len = sizeof(bytes);
	assert_int_equal(rtnl_parse_neighbor(message(bytes), &info), 1);
	assert_int_equal(info.ifindex, 5);
	assert_int_equal(info.address.family, AF_INET6);
	assert_int_equal(info.address.in6.s6_addr[15], 1);
	assert_true(info.has_mac && !info.removed);
	assert_int_equal(info.mac[5], 1);

	bytes[24] = NUD_FAILED;	/* the MAC is what it was */
	assert_int_equal(rtnl_parse_neighbor(message(bytes), &info), 1);
	assert_false(info.has_mac);
	bytes[26] = NTF_PROXY;
	assert_int_equal(rtnl_parse_neighbor(message(bytes), &info), 0);
	bytes[26] = 0;
	bytes[16] = AF_BRIDGE;
	assert_int_equal(rtnl_parse_neighbor(message(bytes), &info), 0);
	bytes[16] = AF_INET;	/* of 16 bytes */
	assert_int_equal(rtnl_parse_neighbor(message(bytes), &info), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bond),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_churn),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_link_header),
		cmocka_unit_test(test_other_kind),
		cmocka_unit_test(test_name_too_long),
		cmocka_unit_test(test_damaged_bond),
		cmocka_unit_test(test_damaged_port),
		cmocka_unit_test(test_odd_sizes),
		cmocka_unit_test(test_wrong_lengths),
		cmocka_unit_test(test_message_ok),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_neighbor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
