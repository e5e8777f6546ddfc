// SPDX-License-Identifier: GPL-2.0
/* senders.c with sockets that hand out what a test puts into them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "senders.h"
#include "test-clock.h"
#include "util.h"

#define LAN 5
#define MINUTE (60 * USEC_PER_SEC)

static struct world {
	uint64_t now;
	int bound;			/* ifindex of the last bind() */
	unsigned int opened, filters, changes;
	uint32_t limit;			/* of the last filter */
	int bind_error;
	uint32_t first;			/* MACs from here on, each once, ... */
	unsigned int waiting;		/* ... so many of them */
	bool same;			/* or all from the first one */
} world;

DEFINE_TEST_CLOCK(world.now)

int socket(int domain, int type, int protocol)
{
	assert_int_equal(domain, AF_PACKET);
	assert_int_equal(type, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_equal(protocol, 0);		/* hears nothing before bind() */
	world.opened++;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	const struct sock_fprog *program = value;

	(void)fd, (void)size;
	if (level != SOL_SOCKET || name != SO_ATTACH_FILTER)
		return 0;
	world.filters++;
	for (size_t i = 0; i < program->len; i++)
		if (program->filter[i].code == (BPF_JMP | BPF_JGT))
			world.limit = program->filter[i].k;
	return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd, (void)size;
	assert_true(world.filters > 0);
	world.bound = ((const struct sockaddr_ll *)address)->sll_ifindex;
	errno = world.bind_error;
	return errno ? -1 : 0;
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags,
		 struct sockaddr *address, socklen_t *length)
{
	struct sockaddr_ll *from = (struct sockaddr_ll *)address;
	uint32_t number = world.first;

	(void)fd, (void)bytes, (void)size, (void)flags, (void)length;
	if (!world.waiting) {
		errno = EAGAIN;
		return -1;
	}
	world.waiting--;
	world.first += !world.same;
	from->sll_halen = MAC_LEN;
	from->sll_addr[0] = 2;
	from->sll_addr[1] = 0;
	memcpy(from->sll_addr + 2, &number, sizeof(number));
	return 1;
}

struct fixture {
	sd_event *event;
	struct senders *senders;
};

static void on_changed(void *userdata)
{
	(void)userdata;
	world.changes++;
}

static void watch(struct fixture *f, int interface)
{
	senders_begin(f->senders);
	if (interface)
		senders_watch(f->senders, interface);
	senders_end(f->senders);
}

static int setup(void **state)
{
	static struct fixture f;

	memset(&world, 0, sizeof(world));
	world.now = 1000 * USEC_PER_SEC;
	if (sd_event_new(&f.event) < 0 ||
	    senders_new(&f.senders, f.event, on_changed, NULL) < 0)
		return -1;
	watch(&f, LAN);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	assert_null(senders_free(f->senders));
	sd_event_unref(f->event);
	return 0;
}

/* A second passes in which @count MACs from @first on are seen. */
static void second(struct fixture *f, uint32_t first, unsigned int count)
{
	world.first = first;
	world.waiting = count;
	world.now += USEC_PER_SEC + 100 * USEC_PER_MSEC;
	assert_true(sd_event_run(f->event, 0) > 0);
	world.waiting = 0;
}

static size_t count(struct fixture *f, uint64_t age)
{
	size_t i = 0, found = 0;

	while (senders_next(f->senders, age, &i))
		found++;
	return found;
}

/* Once may be a stray frame that a switch flooded. */
static void test_twice(void **state)
{
	struct fixture *f = *state;
	const struct sender *sender;
	size_t i = 0;

	assert_int_equal(world.bound, LAN);
	second(f, 1, 2);
	assert_int_equal(count(f, MINUTE), 0);
	assert_int_equal(world.changes, 0);
	second(f, 2, 1);
	assert_int_equal(world.changes, 1);
	second(f, 2, 1);
	assert_int_equal(world.changes, 1);
	sender = senders_next(f->senders, MINUTE, &i);
	assert_int_equal(sender->interface, LAN);
	assert_int_equal(sender->mac[2], 2);
	assert_null(senders_next(f->senders, MINUTE, &i));
	world.now += MINUTE + 1;
	assert_int_equal(count(f, MINUTE), 0);	/* it has gone */
}

/* Many frames of one second are one sighting. */
static void test_one_second(void **state)
{
	struct fixture *f = *state;

	world.same = true;
	second(f, 1, 10);
	assert_int_equal(count(f, MINUTE), 0);
	second(f, 1, 10);
	assert_int_equal(count(f, MINUTE), 1);
}

static void test_known(void **state)
{
	struct fixture *f = *state;
	const uint8_t mac[MAC_LEN] = { 2, 0, 1, 0, 0, 0 };

	second(f, 1, 1);
	second(f, 1, 1);
	assert_int_equal(count(f, MINUTE), 1);
	senders_known(f->senders, LAN + 1, mac);
	assert_int_equal(count(f, MINUTE), 1);
	senders_known(f->senders, LAN, mac);
	assert_int_equal(count(f, MINUTE), 0);
	watch(f, LAN);				/* said anew each time */
	assert_int_equal(count(f, MINUTE), 1);
}

/* Load lowers the limit of the sample, calm raises it again. */
static void test_adapts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(world.limit, UINT32_MAX);
	second(f, 1, 64);
	assert_int_equal(world.limit, UINT32_MAX / 4);
	second(f, 1, 1000);
	assert_int_equal(world.limit, UINT32_MAX / 16);
	second(f, 1, 30);
	assert_int_equal(world.limit, UINT32_MAX / 16);
	for (int i = 0; i < 4; i++)
		second(f, 1, 3);
	assert_int_equal(world.limit, UINT32_MAX);
}

/* Whoever invents MACs fills a table, and drives out nobody who is there. */
static void test_bounded(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < 20; i++) {
		second(f, i * 100 + 1, 100);
		second(f, i * 100 + 1, 100);
	}
	assert_int_equal(count(f, 3600 * USEC_PER_SEC), 512);
	second(f, 50000, 1);
	second(f, 50000, 1);
	assert_int_equal(count(f, 2 * USEC_PER_SEC), 0);
	world.now += MINUTE;
	second(f, 50000, 1);
	second(f, 50000, 1);
	assert_int_equal(count(f, 2 * USEC_PER_SEC), 1);
}

static void test_watches(void **state)
{
	struct fixture *f = *state;

	watch(f, LAN);
	assert_int_equal(world.opened, 1);
	watch(f, 0);
	second(f, 1, 1);			/* nobody listens */
	second(f, 1, 1);
	assert_int_equal(count(f, MINUTE), 0);
	world.bind_error = ENODEV;
	watch(f, 6);
	assert_int_equal(world.opened, 2);
	world.bind_error = 0;
	watch(f, 6);
	assert_int_equal(world.opened, 3);
	assert_int_equal(world.bound, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_twice),
		TEST(test_one_second),
		TEST(test_known),
		TEST(test_adapts),
		TEST(test_bounded),
		TEST(test_watches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
