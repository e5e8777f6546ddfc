/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_KEEPALIVE_H
#define DUALHOME_TEST_KEEPALIVE_H

/* Two ports of a bond, one of another, and probes that are due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>

#include "keepalive.h"
#include "siphash.h"
#include "util.h"

#define BOND 10
#define PORT_A 1
#define PORT_B 2
#define OTHER_BOND 20
#define PORT_C 3

#define GAP (10 * USEC_PER_MSEC)
#define INTERVAL (60 * USEC_PER_SEC)
#define START (1000 * USEC_PER_SEC)

static inline struct address peer(uint32_t n)
{
	return (struct address) {
		.family = AF_INET, .in.s_addr = htonl(0x0a000000 + n),
	};
}

static inline int setup(void **state)
{
	return keepalive_new((struct keepalive **)state, INTERVAL, 42);
}

static inline int teardown(void **state)
{
	assert_null(keepalive_free(*state));
	return 0;
}

static inline void add(struct keepalive *k, int bond, int port, uint32_t n)
{
	struct keepalive_target target = { .interface = bond, .peer = peer(n) };

	assert_int_equal(keepalive_path_added(k, bond, port, &target, START), 1);
}

static inline void usable(struct keepalive *k, int port, bool is, uint64_t now)
{
	assert_int_equal(keepalive_port_usable(k, port, is, now), 1);
}

/* Two usable ports, one peer. */
static inline void add_pair(struct keepalive *k)
{
	usable(k, PORT_A, true, START);
	usable(k, PORT_B, true, START);
	add(k, BOND, PORT_A, 1);
	add(k, BOND, PORT_B, 1);
}

/* Sleep until something is due, send it. */
static inline const struct keepalive_path *probe(struct keepalive *k, uint64_t *now)
{
	const struct keepalive_path *path;
	uint64_t next = keepalive_next_usec(k);

	if (next > *now) {
		assert_null(keepalive_due(k, *now));
		assert_null(keepalive_due(k, next - 1));
		*now = next;
	}
	path = keepalive_due(k, *now);
	assert_non_null(path);
	keepalive_sent(k, path, KEEPALIVE_SENT);
	return path;
}

static inline const struct keepalive_path *answer(struct keepalive *k, int port,
					   const struct keepalive_path *to,
					   uint64_t now)
{
	return keepalive_answer(k, port, &to->peer, to->identifier,
				to->sequence, to->cookie, now);
}

static inline size_t count_paths(const struct keepalive *k, int bond)
{
	size_t i = 0, count = 0;

	while (keepalive_path(k, bond, &i))
		count++;
	return count;
}

#endif
