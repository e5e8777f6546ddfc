// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "frame-neighbor.h"
#include "frame-sum.h"
#include "util.h"

#define HOST_MAC 0x52, 0x54, 0x00, 0x00, 0x00, 0x10
#define PEER_MAC 0x00, 0x00, 0x5e, 0x00, 0x01, 0x01
#define EVERYBODY 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define ETHER_IP 0x00, 0x01, 0x08, 0x00, 6, 4
#define HOST6 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10
#define PEER6 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define ALL_NODES 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

static const uint8_t arp_request[] = {
	PEER_MAC, HOST_MAC, 0x08, 0x06, ETHER_IP, 0, 1,
	HOST_MAC, 192, 0, 2, 10,
	0, 0, 0, 0, 0, 0, 192, 0, 2, 1,
};

static const uint8_t garp_request[] = {
	EVERYBODY, HOST_MAC, 0x08, 0x06, ETHER_IP, 0, 1,
	HOST_MAC, 192, 0, 2, 10,
	0, 0, 0, 0, 0, 0, 192, 0, 2, 10,
};

static const uint8_t garp_reply[] = {
	EVERYBODY, HOST_MAC, 0x08, 0x06, ETHER_IP, 0, 2,
	HOST_MAC, 192, 0, 2, 10,
	EVERYBODY, 192, 0, 2, 10,
};

static const uint8_t solicitation[] = {
	PEER_MAC, HOST_MAC, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, 32, 58, 255, HOST6, PEER6,
	135, 0, 0x9c, 0x02, 0, 0, 0, 0, PEER6,
	1, 1, HOST_MAC,				/* source link-layer address */
};

static const uint8_t advertisement[] = {
	0x33, 0x33, 0, 0, 0, 1, HOST_MAC, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, 32, 58, 255, HOST6, ALL_NODES,
	136, 0, 0xa8, 0xa9, 0x20, 0, 0, 0, HOST6,	/* override */
	2, 1, HOST_MAC,				/* target link-layer address */
};

static const uint8_t rarp[] = {
	EVERYBODY, HOST_MAC, 0x80, 0x35, ETHER_IP, 0, 3,
	HOST_MAC, 0, 0, 0, 0,
	HOST_MAC, 0, 0, 0, 0,
};

static struct frame_neighbor neighbor(enum frame_neighbor_kind kind, int family)
{
	static const uint8_t host[] = { HOST_MAC }, peer[] = { PEER_MAC };
	static const struct in6_addr host6 = { { { HOST6 } } };
	static const struct in6_addr peer6 = { { { PEER6 } } };
	struct frame_neighbor n = {
		.kind = kind, .source.family = family, .target.family = family,
	};

	memcpy(n.source_mac, host, MAC_LEN);
	memcpy(n.destination_mac, kind == FRAME_SOLICIT ? peer :
	       frame_everybody(family), MAC_LEN);
	if (family == AF_INET) {
		n.source.in.s_addr = htonl(0xc000020a);
		n.target.in.s_addr = htonl(0xc0000201);
	} else {
		n.source.in6 = host6;
		n.target.in6 = peer6;
	}
	return n;
}

static void test_build(void **state)
{
	static const struct {
		enum frame_neighbor_kind kind;
		int family;
		const uint8_t *bytes;
		int length;
	} cases[] = {
		{ FRAME_SOLICIT, AF_INET, arp_request, sizeof(arp_request) },
		{ FRAME_ANNOUNCE_REQUEST, AF_INET, garp_request, sizeof(garp_request) },
		{ FRAME_ANNOUNCE_REPLY, AF_INET, garp_reply, sizeof(garp_reply) },
		{ FRAME_SOLICIT, AF_INET6, solicitation, sizeof(solicitation) },
		{ FRAME_ANNOUNCE_REQUEST, AF_INET6, advertisement, sizeof(advertisement) },
		{ FRAME_ANNOUNCE_REPLY, AF_INET6, advertisement, sizeof(advertisement) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct frame_neighbor n = neighbor(cases[i].kind, cases[i].family);
		uint8_t bytes[128];

		assert_int_equal(frame_build_neighbor(&n, bytes, cases[i].length - 1),
				 -EMSGSIZE);
		assert_int_equal(frame_build_neighbor(&n, bytes, cases[i].length),
				 cases[i].length);
		assert_memory_equal(bytes, cases[i].bytes, cases[i].length);
	}
}

static void test_build_rarp(void **state)
{
	static const uint8_t host[] = { HOST_MAC };
	uint8_t bytes[64];

	(void)state;
	assert_int_equal(frame_build_rarp(host, bytes, sizeof(rarp) - 1), -EMSGSIZE);
	assert_int_equal(frame_build_rarp(host, bytes, sizeof(rarp)), sizeof(rarp));
	assert_memory_equal(bytes, rarp, sizeof(rarp));
}

/* The others take us for a router only as long as we say so. */
static void test_router(void **state)
{
	struct frame_neighbor n = neighbor(FRAME_ANNOUNCE_REQUEST, AF_INET6);
	uint8_t bytes[86];

	(void)state;
	n.router = true;
	assert_int_equal(frame_build_neighbor(&n, bytes, sizeof(bytes)), 86);
	assert_int_equal(bytes[58], 0xa0);	/* router, override */
	assert_int_equal(frame_sum_icmp6(bytes + 22, bytes + 54, 32), 0);
}

static void test_invalid(void **state)
{
	struct frame_neighbor n = neighbor(FRAME_SOLICIT, AF_INET);
	uint8_t bytes[128];

	(void)state;
	n.target.family = AF_INET6;
	assert_int_equal(frame_build_neighbor(&n, bytes, sizeof(bytes)), -EINVAL);
	n.target.family = n.source.family = AF_PACKET;
	assert_int_equal(frame_build_neighbor(&n, bytes, sizeof(bytes)), -EINVAL);
}

static void test_tags(void **state)
{
	static const uint8_t tagged[] = {
		EVERYBODY, HOST_MAC, 0x88, 0xa8, 0, 100, 0x81, 0x00, 0x0f, 0xfe,
		0x80, 0x35, ETHER_IP, 0, 3,
	};
	const struct frame_tags tags = {
		2, { { 0x88a8, 100 }, { 0x8100, 4094 } }
	};
	struct frame_tags found, none = {};
	uint8_t bytes[64];
	int length = sizeof(rarp);

	(void)state;
	memcpy(bytes, rarp, length);
	assert_int_equal(frame_add_tags(&tags, bytes, 11, 64), -EINVAL);
	assert_int_equal(frame_add_tags(&tags, bytes, length, length + 7), -EMSGSIZE);
	assert_int_equal(frame_add_tags(&none, bytes, length, length), length);
	assert_memory_equal(bytes, rarp, length);
	assert_int_equal(frame_add_tags(&tags, bytes, length, 64), length + 8);
	assert_memory_equal(bytes, tagged, sizeof(tagged));

	bytes[14] |= 0xe0;			/* a priority is none of the id */
	assert_int_equal(frame_strip_tags(bytes, length + 8, &found), length);
	assert_memory_equal(bytes, rarp, length);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.list[0].protocol, 0x88a8);
	assert_int_equal(found.list[0].id, 100);
	assert_int_equal(found.list[1].id, 4094);
	assert_int_equal(frame_strip_tags(bytes, length, &found), length);
	assert_int_equal(found.count, 0);
}

/* Exactly that many bytes on the heap, so that ASan sees any read beyond. */
static void test_strip_truncated(void **state)
{
	(void)state;
	for (size_t length = 0; length < 22; length++) {
		uint8_t *bytes = malloc(length ?: 1);
		struct frame_tags found;

		for (size_t i = 0; i < length; i++)
			bytes[i] = i % 4 ? 0x00 : 0x81;
		assert_int_equal(frame_strip_tags(bytes, length, &found), -EBADMSG);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_build_rarp),
		cmocka_unit_test(test_router),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_strip_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
