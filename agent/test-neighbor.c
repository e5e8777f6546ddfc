// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "neighbor.h"
#include "rtnl.h"

/* A kernel that acknowledges everything. */
static struct {
	bool has_option;
	bool obeys;
	bool on;
	bool is_bond;
	int set_error;
	unsigned int requests;
} kernel;

int rtnl_set_broadcast_neighbor(struct rtnl *rtnl, int ifindex, bool on)
{
	(void)rtnl;
	assert_int_equal(ifindex, 5);
	kernel.requests++;
	if (kernel.obeys)
		kernel.on = on;
	return kernel.set_error;
}

int rtnl_get_link(struct rtnl *rtnl, int ifindex, struct link_info *info)
{
	(void)rtnl;
	memset(info, 0, sizeof(*info));
	info->ifindex = ifindex;
	strcpy(info->name, "bond0");
	info->is_bond = kernel.is_bond;
	info->bond.mode = BOND_MODE_8023AD;
	info->bond.has_broadcast_neighbor = kernel.has_option;
	info->bond.broadcast_neighbor = kernel.on;
	return 0;
}

/* The files that say which driver runs, and which one is installed. */
static struct {
	const char *running;		/* NULL = no such file */
	const char *installed;		/* where the link of dkms leads */
} files;

FILE *fopen(const char *path, const char *mode)
{
	(void)mode;
	assert_string_equal(path, "/sys/module/bonding/version");
	return files.running ? fmemopen((char *)files.running,
					strlen(files.running), "r") : NULL;
}

int glob(const char *pattern, int flags, int (*error)(const char *, int),
	 glob_t *found)
{
	static char *path[] = { "/link" };

	(void)flags, (void)error;
	assert_non_null(strstr(pattern, "/dualhome-bonding/kernel-"));
	found->gl_pathv = path;
	return files.installed ? 0 : GLOB_NOMATCH;
}

void globfree(glob_t *found)
{
	(void)found;
}

ssize_t readlink(const char *path, char *text, size_t size)
{
	assert_string_equal(path, "/link");
	return snprintf(text, size, "%s", files.installed);
}

static void test_driver(void **state)
{
	static const struct {
		const char *running, *installed;
		bool runs, is_installed, stale;
	} rows[] = {
		{ NULL, NULL, false, false, false },
		{ "3.7.1\n", NULL, false, false, false },
		{ "0.4.0\n", NULL, true, false, false },
		{ "0.4.0\n", "0.4.0/6.1.0/x86_64", true, true, false },
		{ "0.4.0\n", "0.5.0/6.1.0/x86_64", true, true, true },
		{ "3.7.1\n", "0.5.0/6.1.0/x86_64", false, true, true },
		{ NULL, "0.5.0/6.1.0/x86_64", false, true, true },
	};
	struct neighbor_driver read;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		files.running = rows[i].running;
		files.installed = rows[i].installed;
		read = neighbor_read_driver();
		if (read.ours_runs != rows[i].runs ||
		    read.ours_installed != rows[i].is_installed ||
		    read.is_stale != rows[i].stale)
			fail_msg("row %zu", i);
	}
}

static const struct neighbor_driver driver;
static struct bonds bonds;

static int setup(void **state)
{
	struct link_info info;

	memset(&kernel, 0, sizeof(kernel));
	kernel.has_option = kernel.obeys = kernel.is_bond = true;
	bonds_init(&bonds, NULL, NULL);
	rtnl_get_link(NULL, 5, &info);
	*state = NULL;
	return bonds_link_changed(&bonds, &info) == 1 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	bonds_clear(&bonds);
	return 0;
}

static void test_on_and_off(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	assert_int_equal(neighbor_state(bond), NEIGHBOR_OFF);
	assert_non_null(strstr(neighbor_remedy(bond, &driver),
			       "it is off; systemctl reload"));
	assert_int_equal(neighbor_set(NULL, bond, true), 0);
	assert_int_equal(neighbor_state(bond), NEIGHBOR_ON);
	assert_null(neighbor_remedy(bond, &driver));
	assert_int_equal(neighbor_set(NULL, bond, false), 0);
	assert_int_equal(neighbor_state(bond), NEIGHBOR_OFF);
	assert_int_equal(kernel.requests, 2);
}

/* 6.1.175 and later acknowledge attribute 33 and ignore it. */
static void test_ack_proves_nothing(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	kernel.has_option = kernel.obeys = false;
	assert_int_equal(neighbor_set(NULL, bond, true), -EOPNOTSUPP);
	assert_int_equal(neighbor_state(bond), NEIGHBOR_UNSUPPORTED);
	assert_int_equal(neighbor_source(bond, &driver), NEIGHBOR_SOURCE_NONE);
	assert_non_null(strstr(neighbor_remedy(bond, &driver), "reboot"));
}

static void test_option_shown_but_not_set(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	kernel.obeys = false;
	assert_int_equal(neighbor_set(NULL, bond, true), -EOPNOTSUPP);
	assert_int_equal(neighbor_state(bond), NEIGHBOR_OFF);
}

static void test_kernel_refuses(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	kernel.set_error = -EPERM;
	assert_int_equal(neighbor_set(NULL, bond, true), -EPERM);
}

static void test_other_mode(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	bond->attrs.mode = 1;
	assert_int_equal(neighbor_set(NULL, bond, true), -EACCES);
	assert_int_equal(kernel.requests, 0);
}

/* The ifindex belongs to something else by now: the model is left alone. */
static void test_bond_is_gone(void **state)
{
	struct bond *bond = bonds_find(&bonds, 5);

	(void)state;
	kernel.is_bond = false;
	assert_int_equal(neighbor_set(NULL, bond, true), -ENODEV);
	assert_ptr_equal(bonds_find(&bonds, 5), bond);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver),
		TEST(test_on_and_off),
		TEST(test_ack_proves_nothing),
		TEST(test_option_shown_but_not_set),
		TEST(test_kernel_refuses),
		TEST(test_other_mode),
		TEST(test_bond_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
