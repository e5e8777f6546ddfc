// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "peers.h"
#include "util.h"

#define BOND 10
#define OTHER 11
#define LO 1

static struct address address(const char *text)
{
	struct address a = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	assert_int_equal(inet_pton(a.family, text, &a.in), 1);
	return a;
}

static int set(struct peers *p, int ifindex, const char *text, int prefix_len,
	       bool usable, bool removed)
{
	return peers_address_changed(p, &(struct address_info) {
		.ifindex = ifindex,
		.address = address(text),
		.prefix_len = prefix_len,
		.scope = ifindex == LO ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
		.usable = usable,
		.removed = removed,
	});
}

static int add(struct peers *p, int ifindex, const char *text, int prefix_len)
{
	return set(p, ifindex, text, prefix_len, true, false);
}

/* @mac 0 = the entry has none. */
static int neighbor(struct peers *p, int ifindex, const char *text, uint8_t mac)
{
	return peers_neighbor_changed(p, &(struct neighbor_info) {
		.ifindex = ifindex,
		.address = address(text),
		.has_mac = mac,
		.mac = { 2, 0, 0, 0, 0, mac },
	});
}

static int source(struct peers *p, const char *peer, struct address *from)
{
	const struct address a = address(peer);

	return peers_source(p, BOND, &a, from);
}

/* Last byte of the MAC, or -errno. */
static int mac(struct peers *p, int ifindex, const char *peer)
{
	const struct address a = address(peer);
	uint8_t bytes[MAC_LEN];
	int r = peers_mac(p, ifindex, &a, bytes);

	return r < 0 ? r : bytes[MAC_LEN - 1];
}

static int setup(void **state)
{
	return peers_new((struct peers **)state);
}

static int teardown(void **state)
{
	assert_null(peers_free(*state));
	return 0;
}

static void test_source(void **state)
{
	static const struct {
		const char *peer;
		const char *source;		/* or NULL and ... */
		int result;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.10", 0 },		/* not the secondary */
		{ "192.0.2.129", "192.0.2.200", 0 },	/* longest prefix */
		{ "10.9.9.9", "10.0.0.1", 0 },
		{ "10.128.0.9", NULL, -ENETUNREACH },	/* /9 ends inside a byte */
		{ "2001:db8::1", "2001:db8::10", 0 },
		{ "2003::5", "2003::1", 0 },		/* no broadcast there */
		{ "fe80::1", "fe80::10", 0 },
		{ "2001:db9::1", NULL, -ENETUNREACH },
		{ "198.51.100.1", NULL, -ENETUNREACH },	/* on OTHER only */
		{ "192.0.2.10", NULL, -EADDRINUSE },
		{ "198.51.100.10", NULL, -EADDRINUSE },
		{ "203.0.113.7", NULL, -EADDRINUSE },	/* a VIP on lo */
		{ "fe80::99", "fe80::10", 0 },		/* ours, on OTHER's link */
		{ "fe80::10", NULL, -EADDRINUSE },
		{ "192.0.2.0", NULL, -EINVAL },
		{ "192.0.2.255", NULL, -EINVAL },
		{ "172.16.0.1", "172.16.0.0", 0 },		/* /31 has no broadcast */
		{ "0.0.0.0", NULL, -EINVAL },
		{ "0.1.2.3", NULL, -EINVAL },
		{ "127.0.0.2", NULL, -EINVAL },
		{ "224.0.0.1", NULL, -EINVAL },
		{ "255.255.255.255", NULL, -EINVAL },
		{ "::", NULL, -EINVAL },
		{ "::1", NULL, -EINVAL },
		{ "ff02::1", NULL, -EINVAL },
		{ "::ffff:192.0.2.1", NULL, -EINVAL },
	};
	struct peers *p = *state;

	assert_int_equal(add(p, BOND, "192.0.2.10", 24), 1);
	add(p, BOND, "192.0.2.11", 24);
	add(p, BOND, "192.0.2.200", 25);
	add(p, BOND, "10.0.0.1", 9);
	add(p, BOND, "172.16.0.0", 31);
	add(p, BOND, "2001:db8::10", 64);
	add(p, BOND, "2003::1", 16);
	add(p, BOND, "fe80::10", 64);
	add(p, OTHER, "198.51.100.10", 24);
	add(p, OTHER, "fe80::99", 64);
	add(p, LO, "203.0.113.7", 32);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct address from, want;
		int r = source(p, cases[i].peer, &from);

		if (r != cases[i].result)
			fail_msg("%s: %d", cases[i].peer, r);
		if (r < 0)
			continue;
		want = address(cases[i].source);
		if (!address_equal(&from, &want))
			fail_msg("%s: wrong source", cases[i].peer);
	}
}

static void test_source_not_usable(void **state)
{
	struct peers *p = *state;
	struct address from;

	assert_int_equal(source(p, "192.0.2.1", &from), -EADDRNOTAVAIL);
	add(p, BOND, "2001:db8::10", 64);
	assert_int_equal(source(p, "192.0.2.1", &from), -EADDRNOTAVAIL);
	assert_int_equal(source(p, "fe80::1", &from), -ENETUNREACH);
	add(p, BOND, "::2", 0);			/* holds all but link-local */
	assert_int_equal(source(p, "fe80::1", &from), -ENETUNREACH);

	assert_int_equal(set(p, BOND, "192.0.2.10", 24, false, false), 1);
	assert_int_equal(source(p, "192.0.2.1", &from), -EADDRNOTAVAIL);
	assert_int_equal(set(p, BOND, "192.0.2.10", 24, true, false), 1);
	assert_int_equal(set(p, BOND, "192.0.2.10", 24, true, false), 0);
	assert_int_equal(source(p, "192.0.2.1", &from), 0);
	assert_int_equal(set(p, BOND, "192.0.2.10", 25, true, true), 0);
	assert_int_equal(set(p, BOND, "192.0.2.10", 24, true, true), 1);
	assert_int_equal(source(p, "192.0.2.1", &from), -EADDRNOTAVAIL);

	peers_address_changed(p, &(struct address_info) {
		.ifindex = BOND, .address = address("192.0.2.10"),
		.prefix_len = 24, .scope = RT_SCOPE_HOST, .usable = true,
	});
	assert_int_equal(source(p, "192.0.2.1", &from), -EADDRNOTAVAIL);
}

static void test_mac(void **state)
{
	struct peers *p = *state;

	assert_int_equal(mac(p, BOND, "192.0.2.1"), -EHOSTUNREACH);
	assert_int_equal(neighbor(p, BOND, "192.0.2.1", 0), 0);
	assert_int_equal(neighbor(p, BOND, "192.0.2.1", 1), 1);
	assert_int_equal(neighbor(p, BOND, "192.0.2.1", 1), 0);
	assert_int_equal(neighbor(p, BOND, "fe80::1", 6), 1);
	assert_int_equal(neighbor(p, OTHER, "fe80::1", 7), 1);
	assert_int_equal(mac(p, BOND, "192.0.2.1"), 1);
	assert_int_equal(mac(p, OTHER, "192.0.2.1"), -EHOSTUNREACH);
	assert_int_equal(mac(p, BOND, "fe80::1"), 6);
	assert_int_equal(mac(p, OTHER, "fe80::1"), 7);

	assert_int_equal(neighbor(p, BOND, "192.0.2.1", 2), 1);
	assert_int_equal(mac(p, BOND, "192.0.2.1"), 2);
	assert_int_equal(neighbor(p, BOND, "192.0.2.1", 0), 1);	/* failed */
	assert_int_equal(mac(p, BOND, "192.0.2.1"), -EHOSTUNREACH);
	assert_int_equal(peers_neighbor_changed(p, &(struct neighbor_info) {
		.ifindex = BOND, .address = address("fe80::1"),
		.has_mac = true, .removed = true }), 1);
	assert_int_equal(mac(p, BOND, "fe80::1"), -EHOSTUNREACH);
}

static void test_dump_sweeps(void **state)
{
	struct peers *p = *state;
	struct address from;

	add(p, BOND, "192.0.2.10", 24);
	add(p, BOND, "198.51.100.10", 24);
	neighbor(p, BOND, "192.0.2.1", 1);
	neighbor(p, BOND, "192.0.2.2", 2);

	peers_dump_begin(p);
	add(p, BOND, "192.0.2.10", 24);
	neighbor(p, BOND, "192.0.2.1", 1);
	peers_dump_begin(p);			/* interrupted: again */
	add(p, BOND, "198.51.100.10", 24);
	neighbor(p, BOND, "192.0.2.2", 2);
	neighbor(p, BOND, "192.0.2.3", 3);
	peers_dump_end(p);

	assert_int_equal(source(p, "192.0.2.1", &from), -ENETUNREACH);
	assert_int_equal(source(p, "198.51.100.1", &from), 0);
	assert_int_equal(mac(p, BOND, "192.0.2.1"), -EHOSTUNREACH);
	assert_int_equal(mac(p, BOND, "192.0.2.2"), 2);
	assert_int_equal(mac(p, BOND, "192.0.2.3"), 3);
}

static void test_link_removed(void **state)
{
	struct peers *p = *state;
	struct address from;

	add(p, BOND, "192.0.2.10", 24);
	add(p, OTHER, "198.51.100.10", 24);
	assert_int_equal(add(p, OTHER, "192.0.2.10", 24), 1);
	neighbor(p, BOND, "192.0.2.1", 1);
	neighbor(p, OTHER, "192.0.2.1", 2);
	peers_link_removed(p, OTHER);
	assert_int_equal(source(p, "192.0.2.1", &from), 0);
	assert_int_equal(source(p, "198.51.100.10", &from), -ENETUNREACH);
	assert_int_equal(mac(p, BOND, "192.0.2.1"), 1);
	assert_int_equal(mac(p, OTHER, "192.0.2.1"), -EHOSTUNREACH);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_source),
		TEST(test_source_not_usable),
		TEST(test_mac),
		TEST(test_dump_sweeps),
		TEST(test_link_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
