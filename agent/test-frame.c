// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "frame.h"
#include "util.h"

#define HOST_MAC 0x52, 0x54, 0x00, 0x00, 0x00, 0x10
#define GATEWAY_MAC 0x00, 0x00, 0x5e, 0x00, 0x01, 0x01
#define PAYLOAD								\
	'd', 'u', 'a', 'l', 'h', 'o', 'm', 'e',				\
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,	/* cookie */	\
	0x00, 0x00, 0x00, 0x00, 0x00, 0xf4, 0x24, 0x00	/* 16 s */

static const uint8_t request4[] = {
	GATEWAY_MAC, HOST_MAC, 0x08, 0x00,
	0x45, 0x00, 0x00, 52,			/* version, IHL; length */
	0x00, 0x00, 0x40, 0x00,			/* id; don't fragment */
	64, 1, 0xb6, 0xbd,			/* TTL, ICMP, checksum */
	192, 0, 2, 10,
	192, 0, 2, 1,
	8, 0, 0xda, 0x38,			/* echo request, checksum */
	0xbe, 0xef, 0x00, 0x07,			/* identifier, sequence */
	PAYLOAD
};

static const uint8_t reply4[] = {
	HOST_MAC, GATEWAY_MAC, 0x08, 0x00,
	0x45, 0x00, 0x00, 52,
	0x00, 0x00, 0x00, 0x00,
	64, 1, 0xf6, 0xbd,
	192, 0, 2, 1,
	192, 0, 2, 10,
	0, 0, 0xe2, 0x38,			/* echo reply */
	0xbe, 0xef, 0x00, 0x07,
	PAYLOAD
};

#define HOST6 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10
#define GATEWAY6 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

static const uint8_t request6[] = {
	GATEWAY_MAC, HOST_MAC, 0x86, 0xdd,
	0x60, 0x00, 0x00, 0x00,			/* version, class, flow */
	0x00, 32, 58, 64,			/* length, ICMPv6, hop limit */
	HOST6,
	GATEWAY6,
	128, 0, 0x06, 0x5b,			/* echo request, checksum */
	0xbe, 0xef, 0x00, 0x07,
	PAYLOAD
};

static const uint8_t reply6[] = {
	HOST_MAC, GATEWAY_MAC, 0x86, 0xdd,
	0x60, 0x00, 0x00, 0x00,
	0x00, 32, 58, 64,
	GATEWAY6,
	HOST6,
	129, 0, 0x05, 0x5b,			/* echo reply */
	0xbe, 0xef, 0x00, 0x07,
	PAYLOAD
};

static const uint8_t lacpdu[124] = {
	0x01, 0x80, 0xc2, 0x00, 0x00, 0x02, GATEWAY_MAC, 0x88, 0x09,
	0x01, 0x01,				/* LACP, version 1 */
	0x01, 0x14, 0x80, 0x00,			/* actor, system priority */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01,	/* system */
	0x00, 0x0f, 0x00, 0xff, 0x80, 0x01,	/* key, port priority, port */
	0x3d, 0, 0, 0,				/* state, reserved */
	0x02, 0x14, 0xff, 0xff,			/* partner, system priority */
	HOST_MAC,
	0x00, 0x09, 0x00, 0xfe, 0x00, 0x02,
	0x3f, 0, 0, 0,
	0x03, 0x10, 0x80, 0x00,			/* collector, maximum delay */
};

static const struct sample {
	const char *name;
	const uint8_t *bytes;
	size_t length;
	const char *source;
	const char *destination;
	bool reply;
} echoes[] = {
	{ "request4", request4, sizeof(request4), "192.0.2.10", "192.0.2.1", false },
	{ "reply4", reply4, sizeof(reply4), "192.0.2.1", "192.0.2.10", true },
	{ "request6", request6, sizeof(request6), "2001:db8::10", "2001:db8::1", false },
	{ "reply6", reply6, sizeof(reply6), "2001:db8::1", "2001:db8::10", true },
};

static struct address address(const char *text)
{
	struct address a = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	assert_int_equal(inet_pton(a.family, text, &a.in), 1);
	return a;
}

static struct frame_echo expected(const struct sample *sample)
{
	static const uint8_t host[] = { HOST_MAC }, gateway[] = { GATEWAY_MAC };
	struct frame_echo echo = {
		.source = address(sample->source),
		.destination = address(sample->destination),
		.reply = sample->reply,
		.identifier = 0xbeef,
		.sequence = 7,
		.cookie = 0x0123456789abcdef,
		.sent_usec = 16000000,
	};

	memcpy(echo.source_mac, sample->reply ? gateway : host, MAC_LEN);
	memcpy(echo.destination_mac, sample->reply ? host : gateway, MAC_LEN);
	return echo;
}

/* All but the MACs: nothing in the frame protects those. */
static bool same_echo(const struct frame_echo *a, const struct frame_echo *b)
{
	return address_equal(&a->source, &b->source) &&
	       address_equal(&a->destination, &b->destination) &&
	       a->reply == b->reply && a->identifier == b->identifier &&
	       a->sequence == b->sequence && a->cookie == b->cookie &&
	       a->sent_usec == b->sent_usec;
}

static void test_build(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++) {
		const struct sample *sample = &echoes[i];
		struct frame_echo echo = expected(sample);
		uint8_t bytes[FRAME_MAX];
		int length = sample->length;

		assert_int_equal(frame_build_echo(&echo, bytes, length - 1),
				 -EMSGSIZE);
		assert_int_equal(frame_build_echo(&echo, bytes, length), length);
		if (sample->reply)
			continue;	/* other hosts build those, without DF */
		assert_memory_equal(bytes, sample->bytes, length);
	}
}

static void test_build_invalid(void **state)
{
	struct frame_echo echo = expected(&echoes[0]);
	uint8_t bytes[FRAME_MAX];

	(void)state;
	echo.destination.family = AF_INET6;
	assert_int_equal(frame_build_echo(&echo, bytes, FRAME_MAX), -EINVAL);
	echo.source.family = echo.destination.family = AF_UNSPEC;
	assert_int_equal(frame_build_echo(&echo, bytes, FRAME_MAX), -EINVAL);
}

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++) {
		const struct frame_echo want = expected(&echoes[i]);
		uint8_t padded[128] = {};
		struct frame_echo echo;

		memcpy(padded, echoes[i].bytes, echoes[i].length);
		assert_int_equal(frame_parse_echo(padded, sizeof(padded), &echo), 0);
		assert_true(same_echo(&echo, &want));
		assert_memory_equal(echo.source_mac, want.source_mac, MAC_LEN);
		assert_memory_equal(echo.destination_mac, want.destination_mac,
				    MAC_LEN);
	}
}

/* One or two bytes off, checksums aside: what it is then, and why. */
static void test_parse_refusals(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t length;
		size_t offset;
		uint8_t value[2];
		int result;
	} cases[] = {
		{ reply4, 66, 12, { 0x81, 0x00 }, -ENOMSG },	/* VLAN tag */
		{ reply4, 66, 12, { 0x08, 0x06 }, -ENOMSG },	/* ARP */
		{ reply4, 66, 14, { 0x55, 0x00 }, -EBADMSG },	/* version 5 */
		{ reply4, 66, 14, { 0x44, 0x00 }, -EBADMSG },	/* IHL < 20 */
		{ reply4, 66, 14, { 0x46, 0x00 }, -ENOMSG },	/* options */
		{ reply4, 66, 16, { 0x00, 19 }, -EBADMSG },	/* length < header */
		{ reply4, 66, 16, { 0x00, 53 }, -EBADMSG },	/* length > frame */
		{ reply4, 66, 16, { 0x00, 51 }, -ENOMSG },	/* shorter echo */
		{ reply4, 66, 20, { 0x20, 0x00 }, -ENOMSG },	/* more fragments */
		{ reply4, 66, 20, { 0x00, 0x01 }, -ENOMSG },	/* fragment offset */
		{ reply4, 66, 22, { 64, 17 }, -ENOMSG },	/* UDP */
		{ reply4, 66, 24, { 0xf6, 0xbe }, -EBADMSG },	/* IP checksum */
		{ reply4, 66, 36, { 0xe2, 0x39 }, -EBADMSG },	/* ICMP checksum */
		{ reply6, 86, 14, { 0x40, 0x00 }, -EBADMSG },	/* version 4 */
		{ reply6, 86, 18, { 0x00, 33 }, -EBADMSG },	/* length > frame */
		{ reply6, 86, 18, { 0x00, 31 }, -ENOMSG },	/* shorter echo */
		{ reply6, 86, 20, { 0x00, 64 }, -ENOMSG },	/* hop-by-hop */
		{ reply6, 86, 20, { 0x2c, 64 }, -ENOMSG },	/* fragment */
		{ reply6, 86, 56, { 0x05, 0x5c }, -EBADMSG },	/* checksum */
		{ lacpdu, 124, 12, { 0x88, 0x09 }, -ENOMSG },	/* no echo at all */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct frame_echo echo;
		uint8_t bytes[124];

		memcpy(bytes, cases[i].bytes, cases[i].length);
		memcpy(bytes + cases[i].offset, cases[i].value, 2);
		if (frame_parse_echo(bytes, cases[i].length, &echo) !=
		    cases[i].result)
			fail_msg("case %zu", i);
	}
}

/* The checksums hold, and yet it is not our echo. */
static void test_parse_sound_checksums(void **state)
{
	uint8_t bytes[sizeof(reply4)];
	struct frame_echo echo;

	(void)state;
	memcpy(bytes, reply4, sizeof(bytes));
	memcpy(bytes + 42, "aldu", 4);		/* magic with words swapped */
	assert_int_equal(frame_parse_echo(bytes, sizeof(bytes), &echo), -ENOMSG);

	memcpy(bytes, reply4, sizeof(bytes));
	bytes[34] = 3;				/* unreachable, ... */
	bytes[36] -= 3;				/* with its checksum */
	assert_int_equal(frame_parse_echo(bytes, sizeof(bytes), &echo), -ENOMSG);
	bytes[34] = 0;
	bytes[35] = 1;				/* code 1, ... */
	bytes[36] = reply4[36];
	bytes[37] = reply4[37] - 1;
	assert_int_equal(frame_parse_echo(bytes, sizeof(bytes), &echo), -ENOMSG);

	memcpy(bytes, reply4, sizeof(bytes));
	bytes[14] += 0x10;			/* version 5 */
	bytes[24] -= 0x10;
	assert_int_equal(frame_parse_echo(bytes, sizeof(bytes), &echo), -EBADMSG);
}

/* Exactly @length bytes on the heap, so that ASan sees any read beyond. */
static int parse_echo(const uint8_t *bytes, size_t length, struct frame_echo *echo)
{
	uint8_t *copy = malloc(length ?: 1);
	int r;

	memcpy(copy, bytes, length);
	r = frame_parse_echo(copy, length, echo);
	free(copy);
	return r;
}

static int parse_lacpdu(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ?: 1);
	struct frame_lacpdu pdu;
	int r;

	memcpy(copy, bytes, length);
	r = frame_parse_lacpdu(copy, length, &pdu);
	free(copy);
	return r;
}

static void test_truncated(void **state)
{
	struct frame_echo echo;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++)
		for (size_t length = 0; length < echoes[i].length; length++)
			assert_int_equal(parse_echo(echoes[i].bytes, length, &echo),
					 -EBADMSG);
	for (size_t length = 0; length < sizeof(lacpdu); length++)
		assert_int_equal(parse_lacpdu(lacpdu, length), -EBADMSG);
}

/* Every other value of every byte: refused, or the same echo all the same. */
static void test_corrupted(void **state)
{
	size_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++) {
		const struct frame_echo want = expected(&echoes[i]);

		for (size_t n = 0; n < echoes[i].length * 256; n++) {
			uint8_t bytes[sizeof(reply6)];
			struct frame_echo echo;

			memcpy(bytes, echoes[i].bytes, echoes[i].length);
			bytes[n / 256] = n % 256;
			if (parse_echo(bytes, echoes[i].length, &echo))
				continue;
			accepted++;
			if (!same_echo(&echo, &want))
				fail_msg("%s: byte %zu set to %zu passed",
					 echoes[i].name, n / 256, n % 256);
		}
	}
	/*
	 * Each byte's own value (2 * 66 + 2 * 86); 255 others of each MAC
	 * byte; in IPv6 of class, flow label and hop limit as well.
	 */
	assert_int_equal(accepted, 304 + 4 * 12 * 255 + 2 * (15 + 4 * 255));
}

static void test_lacpdu(void **state)
{
	struct frame_lacpdu pdu;

	(void)state;
	uint8_t built[FRAME_LACPDU_SIZE];

	assert_int_equal(frame_parse_lacpdu(lacpdu, sizeof(lacpdu), &pdu), 0);
	/* the same bytes, without the collector's delay */
	frame_build_lacpdu(&pdu, built);
	assert_memory_equal(built, lacpdu, 56);
	assert_memory_equal(built + 56, ((uint8_t [68]) { 3, 16 }), 68);
	assert_memory_equal(pdu.source_mac, lacpdu + 6, MAC_LEN);
	assert_int_equal(pdu.actor.system_priority, 0x8000);
	assert_memory_equal(pdu.actor.system, lacpdu + 20, MAC_LEN);
	assert_int_equal(pdu.actor.key, 15);
	assert_int_equal(pdu.actor.port_priority, 255);
	assert_int_equal(pdu.actor.port, 0x8001);
	assert_int_equal(pdu.actor.state, 0x3d);
	assert_int_equal(pdu.partner.system_priority, 0xffff);
	assert_memory_equal(pdu.partner.system, lacpdu + 40, MAC_LEN);
	assert_int_equal(pdu.partner.key, 9);
	assert_int_equal(pdu.partner.port_priority, 254);
	assert_int_equal(pdu.partner.port, 2);
	assert_int_equal(pdu.partner.state, 0x3f);
}

static void test_lacpdu_refusals(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
		int result;
	} cases[] = {
		{ 13, 0x08, -ENOMSG },		/* another ethertype */
		{ 14, 2, -ENOMSG },		/* marker protocol */
		{ 15, 0, -EBADMSG },		/* no such version */
		{ 15, 2, 0 },			/* later ones only append */
		{ 16, 2, -EBADMSG },		/* actor TLV: type */
		{ 17, 19, -EBADMSG },		/* length */
		{ 36, 1, -EBADMSG },		/* partner TLV: type */
		{ 37, 21, -EBADMSG },		/* length */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[sizeof(lacpdu)];

		memcpy(bytes, lacpdu, sizeof(bytes));
		bytes[cases[i].offset] = cases[i].value;
		if (parse_lacpdu(bytes, sizeof(bytes)) != cases[i].result)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_build_invalid),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refusals),
		cmocka_unit_test(test_parse_sound_checksums),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_corrupted),
		cmocka_unit_test(test_lacpdu),
		cmocka_unit_test(test_lacpdu_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
