// SPDX-License-Identifier: GPL-2.0
/* What one daemon leaves for the next; the file is a real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "since.h"
#include "util.h"

#define NOW (1000 * USEC_PER_SEC)
#define BOND 5
#define PORT 2

struct fixture {
	int fd;
	struct bonds bonds;
	struct bond *bond;
	struct since since;
	struct problems before;
};

static int setup(void **state)
{
	const struct link_info links[] = {
		{ .ifindex = BOND, .name = "bond0", .is_bond = true, .up = true },
		{ .ifindex = PORT, .name = "eth0", .is_port = true,
		  .master = BOND },
	};
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.fd = memfd_create("since", MFD_CLOEXEC);
	if (f.fd < 0)
		return -1;
	bonds_init(&f.bonds, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (bonds_link_changed(&f.bonds, &links[i]) != 1)
			return -1;
	f.bond = bonds_find(&f.bonds, BOND);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	bonds_clear(&f->bonds);
	return close(f->fd);
}

static struct problem *add(struct fixture *f, enum fault_code code, int ifindex,
			   uint64_t since)
{
	struct problem *problem = &f->bond->problems.list[f->bond->problems.count++];

	problem->code = code;
	problem->ifindex = ifindex;
	problem->since = (struct moment){ since, 2 * since };
	return problem;
}

static void write_file(struct fixture *f, const char *text)
{
	assert_int_equal(ftruncate(f->fd, 0), 0);
	assert_int_equal(pwrite(f->fd, text, strlen(text), 0), strlen(text));
}

static void test_kept(void **state)
{
	struct fixture *f = *state;

	add(f, FAULT_PORT_DOWN, PORT, 7);
	add(f, FAULT_CONFIG_DRIFT, BOND, 8);
	assert_int_equal(since_save(f->fd, &f->bonds, &f->since), 0);
	f->bond->problems.count = 1;
	assert_int_equal(since_save(f->fd, &f->bonds, &f->since), 0);	/* shorter */
	f->bond->problems.count = 0;

	since_load(&f->since, f->fd, NOW);
	assert_int_equal(f->since.count, 1);
	since_recall(&f->since, f->bond, &f->before, NOW);
	assert_int_equal(f->before.waiting_count, 1);
	assert_int_equal(f->before.waiting[0].code, FAULT_PORT_DOWN);
	assert_int_equal(f->before.waiting[0].ifindex, PORT);
	assert_int_equal(f->before.waiting[0].since.mono_usec, 7);
	assert_int_equal(f->before.waiting[0].since.real_usec, 14);

	/* waiting already, for it was seen to begin: it had begun before */
	f->before.waiting[0].since.mono_usec = NOW;
	since_recall(&f->since, f->bond, &f->before, NOW);
	assert_int_equal(f->before.waiting_count, 1);
	assert_int_equal(f->before.waiting[0].since.mono_usec, 7);
}

static void test_has(void **state)
{
	struct fixture *f = *state;

	write_file(f, "port-drained 2 7 14\n");
	since_load(&f->since, f->fd, NOW);
	assert_true(since_has(&f->since, FAULT_PORT_DRAINED, PORT));
	assert_false(since_has(&f->since, FAULT_PORT_DRAINED, BOND));
	assert_false(since_has(&f->since, FAULT_PORT_DOWN, PORT));
}

/* Raised again: when it comes back after that, it is a new one. */
static void test_forgotten(void **state)
{
	struct fixture *f = *state;

	write_file(f, "port-down 2 7 14\nconfig-drift 5 8 16\n");
	since_load(&f->since, f->fd, NOW);
	add(f, FAULT_PORT_DOWN, PORT, 7);
	since_forget(&f->since, f->bond);
	/* stopped before all has shown again: the rest is kept for the next */
	assert_int_equal(since_save(f->fd, &f->bonds, &f->since), 0);
	since_load(&f->since, f->fd, NOW);
	assert_int_equal(f->since.count, 2);
	since_forget(&f->since, f->bond);
	assert_int_equal(f->since.count, 1);
	assert_int_equal(f->since.list[0].code, FAULT_CONFIG_DRIFT);
	write_file(f, "config-drift 5 8 16\npeer-unreachable 5 9 18\n");
	since_load(&f->since, f->fd, NOW);
	since_recall(&f->since, f->bond, &f->before, NOW + 90 * USEC_PER_SEC - 1);
	assert_int_equal(f->before.waiting_count, 2);
	f->before.waiting_count = 0;
	since_recall(&f->since, f->bond, &f->before, NOW + 90 * USEC_PER_SEC);
	assert_int_equal(f->before.waiting_count, 1);	/* that of the path */
	f->before.waiting_count = 0;
	since_recall(&f->since, f->bond, &f->before, NOW + 300 * USEC_PER_SEC);
	assert_int_equal(f->before.waiting_count, 0);
}

/* Another bond's, one that is raised, and what is no line of ours */
static void test_not_ours(void **state)
{
	static const char *const bad[] = {
		"", "port-down\n", "port-down 2 7\n", "port-down 2 7 14 x\n",
		"no-such-fault 2 7 14\n", "port-down 2 1000000001 14\n",
		"port-down 3 7 14\n", "\xff\xfe 2 7 14\n", "port-down two 7 14\n",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		write_file(f, bad[i]);
		since_load(&f->since, f->fd, NOW);
		since_recall(&f->since, f->bond, &f->before, NOW);
		if (f->before.waiting_count)
			fail_msg("taken: %s", bad[i]);
	}
	write_file(f, "port-down 2 7 14\n");
	since_load(&f->since, f->fd, NOW);
	f->before.count = 1;
	f->before.list[0].code = FAULT_PORT_DOWN;
	f->before.list[0].ifindex = PORT;
	since_recall(&f->since, f->bond, &f->before, NOW);
	assert_int_equal(f->before.waiting_count, 0);
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	char line[64];
	off_t end = 0;
	int length;

	for (int i = 0; i < 3 * SINCE_MAX; i++) {
		length = snprintf(line, sizeof(line), "port-down %d 7 14\n", i + 2);
		assert_int_equal(pwrite(f->fd, line, length, end), length);
		end += length;
	}
	since_load(&f->since, f->fd, NOW);
	assert_int_equal(f->since.count, SINCE_MAX);
	since_recall(&f->since, f->bond, &f->before, NOW);
	assert_int_equal(f->before.waiting_count, 2);	/* the port, the bond */
}

static void test_no_file(void **state)
{
	struct fixture *f = *state;

	add(f, FAULT_PORT_DOWN, PORT, 7);
	assert_true(since_save(-1, &f->bonds, &f->since) < 0);
	since_load(&f->since, -1, NOW);
	assert_int_equal(f->since.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kept),
		TEST(test_has),
		TEST(test_forgotten),
		TEST(test_not_ours),
		TEST(test_many),
		TEST(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
