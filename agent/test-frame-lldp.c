// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "frame-lldp.h"
#include "util.h"

#define TLV(type, length) (type) << 1 | (length) >> 8, (length) & 0xff

static const uint8_t lldp_bytes[] = {
	0x01, 0x80, 0xc2, 0, 0, 0x0e,		/* nearest bridge */
	0x00, 0xd0, 0xf8, 0, 1, 0x11, 0x88, 0xcc,
	TLV(1, 7), 4, 0x00, 0xd0, 0xf8, 0, 1, 0x10,	/* chassis: MAC */
	TLV(2, 8), 5, 'T', 'e', 'n', '0', '/', '1', '7', /* port: name */
	TLV(3, 2), 0, 120,			/* time to live */
	TLV(4, 6), 's', 'e', 'r', 'v', 'e', 'r',	/* port description */
	TLV(5, 5), 'l', 'e', 'a', 'f', '1',	/* system name */
	TLV(127, 4), 0, 0x12, 0x0f, 1,		/* of some organization */
	TLV(0, 0),				/* end */
	0xff, 0xff,				/* padding */
};

#define CHASSIS 14				/* offsets of the TLVs */
#define PORT 23
#define TTL 33
#define END (sizeof(lldp_bytes) - 4)

static void test_parse(void **state)
{
	static const uint8_t mac[] = { 0x00, 0xd0, 0xf8, 0, 1, 0x11 };
	struct frame_lldp lldp;
	char text[32];

	(void)state;
	assert_int_equal(frame_parse_lldp(lldp_bytes, sizeof(lldp_bytes),
					  &lldp), 0);
	assert_memory_equal(lldp.source_mac, mac, MAC_LEN);
	assert_int_equal(lldp.scope, 0x0e);
	assert_int_equal(lldp.ttl_sec, 120);
	assert_string_equal(lldp.system_name, "leaf1");
	assert_string_equal(lldp.port_description, "server");
	assert_string_equal(lldp_switch_name(&lldp, text, sizeof(text)),
			    "leaf1");
	assert_string_equal(lldp_port_name(&lldp, text, sizeof(text)),
			    "Ten0/17");
	assert_string_equal(lldp_chassis_name(&lldp, text, sizeof(text)),
			    "00:d0:f8:00:01:10");
	lldp.system_name[0] = '\0';
	assert_string_equal(lldp_switch_name(&lldp, text, sizeof(text)),
			    "00:d0:f8:00:01:10");
}

/* The end need not be marked, and a shutdown has no more than three TLVs. */
static void test_short(void **state)
{
	uint8_t bytes[TTL + 4];
	struct frame_lldp lldp;

	(void)state;
	assert_int_equal(frame_parse_lldp(lldp_bytes, END, &lldp), 0);
	memcpy(bytes, lldp_bytes, sizeof(bytes));
	bytes[TTL + 3] = 0;
	assert_int_equal(frame_parse_lldp(bytes, sizeof(bytes), &lldp), 0);
	assert_int_equal(lldp.ttl_sec, 0);
	assert_string_equal(lldp.system_name, "");
}

/* Cut anywhere but between two TLVs, it is malformed; nothing is written. */
static void test_truncated(void **state)
{
	static const size_t sound[] = { TTL + 4, TTL + 12, TTL + 19 };
	struct frame_lldp lldp;
	size_t next = 0;
	int r;

	(void)state;
	for (size_t length = 0; length < END; length++) {
		uint8_t bytes[sizeof(lldp_bytes)];

		memcpy(bytes, lldp_bytes, length);
		memset(&lldp, 0xaa, sizeof(lldp));
		r = frame_parse_lldp(bytes, length, &lldp);
		if (next < ARRAY_SIZE(sound) && length == sound[next]) {
			assert_int_equal(r, 0);
			next++;
			continue;
		}
		if (r != -EBADMSG)
			fail_msg("length %zu: %d", length, r);
		assert_int_equal(lldp.ttl_sec, 0xaaaa);
	}
	assert_int_equal(next, ARRAY_SIZE(sound));
}

static void test_bytes(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint8_t value;
		int result;
	} cases[] = {
		{ "nearest customer bridge", 5, 0x00, 0 },
		{ "nearest non-TPMR bridge", 5, 0x03, 0 },
		{ "unicast", 0, 0x02, -ENOMSG },
		{ "LACP", 13, 0x09, -ENOMSG },
		{ "port first", CHASSIS, 2 << 1, -EBADMSG },
		{ "chassis twice", PORT, 1 << 1, -EBADMSG },
		{ "no TTL", TTL, 5 << 1, -EBADMSG },
		{ "end instead of TTL", TTL, 0 << 1, -EBADMSG },
		{ "empty chassis", CHASSIS + 1, 1, -EBADMSG },
		{ "short TTL", TTL + 1, 1, -EBADMSG },
		{ "TTL again", TTL + 4, 3 << 1, -EBADMSG },
		{ "longer than the frame", TTL + 5, 255, -EBADMSG },
	};
	struct frame_lldp lldp;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[sizeof(lldp_bytes)];
		int r;

		memcpy(bytes, lldp_bytes, sizeof(bytes));
		bytes[cases[i].offset] = cases[i].value;
		r = frame_parse_lldp(bytes, sizeof(bytes), &lldp);
		if (r != cases[i].result)
			fail_msg("%s: %d", cases[i].name, r);
	}
}

/* A chassis of the longest length, and one octet more. */
static void test_longest(void **state)
{
	uint8_t bytes[14 + 2 + 257 + 5 + 4] = {};
	struct frame_lldp lldp;

	(void)state;
	for (unsigned int length = 256; length <= 257; length++) {
		memset(bytes, 'x', sizeof(bytes));
		memcpy(bytes, lldp_bytes, CHASSIS);
		bytes[CHASSIS] = 1 << 1 | length >> 8;
		bytes[CHASSIS + 1] = length;
		memcpy(bytes + CHASSIS + 2 + length, "\x04\x03\x05xy\x06\x02\x00",
		       9);
		bytes[CHASSIS + 2 + length + 8] = 9;
		assert_int_equal(frame_parse_lldp(bytes, CHASSIS + 2 + length + 9,
						  &lldp),
				 length == 256 ? 0 : -EBADMSG);
	}
	assert_int_equal(lldp.chassis.length, 255);
	assert_int_equal(lldp.ttl_sec, 9);
}

static void test_words(void **state)
{
	static const struct {
		struct lldp_id id;
		const char *chassis, *port;
	} cases[] = {
		{ { 4, 6, { 2, 0, 0, 0, 0, 1 } }, "02:00:00:00:00:01", NULL },
		{ { 3, 6, { 2, 0, 0, 0, 0, 1 } }, NULL, "02:00:00:00:00:01" },
		{ { 5, 5, { 1, 192, 0, 2, 1 } }, "192.0.2.1", NULL },
		{ { 4, 5, { 1, 192, 0, 2, 1 } }, NULL, "192.0.2.1" },
		{ { 5, 17, { 2, 0x20, 1, 0xd, 0xb8, [16] = 1 } },
		  "2001:db8::1", NULL },
		{ { 5, 3, "Et1" }, "Et1", "Et1" },
		{ { 7, 4, { 'a', '\n', 'b', 0xff } }, "a\\x0ab\\xff",
		  "a\\x0ab\\xff" },
		/* U+202E would show what follows from right to left */
		{ { 7, 5, { 'a', 0xe2, 0x80, 0xae, 'b' } },
		  "a\\xe2\\x80\\xaeb", "a\\xe2\\x80\\xaeb" },
	};
	struct frame_lldp lldp = {};
	char text[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		lldp.chassis = lldp.port = cases[i].id;
		lldp_chassis_name(&lldp, text, sizeof(text));
		if (cases[i].chassis)
			assert_string_equal(text, cases[i].chassis);
		lldp_port_name(&lldp, text, sizeof(text));
		if (cases[i].port)
			assert_string_equal(text, cases[i].port);
	}
}

static void test_equal(void **state)
{
	const struct lldp_id a = { 4, 2, { 1, 2, 3 } };
	struct lldp_id b = { 4, 2, { 1, 2, 9 } };

	(void)state;
	assert_true(lldp_id_equal(&a, &b));
	b.value[1] = 3;
	assert_false(lldp_id_equal(&a, &b));
	b = a;
	b.subtype = 7;
	assert_false(lldp_id_equal(&a, &b));
	b = a;
	b.length = 3;
	assert_false(lldp_id_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
