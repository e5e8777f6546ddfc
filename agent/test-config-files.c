// SPDX-License-Identifier: GPL-2.0
/* Which files count, and what may be wrong with one as a whole. */
#include "test-config.h"

#include <net/if.h>
#include <linux/if_bonding.h>	/* gives way to net/if.h only after it */

#define NOBODY 65534

/* Order of names over all folders; /etc shadows /run shadows /usr/lib. */
static void test_dropins(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Keepalive]\nIntervalSec=2\n"
		   "[Bond b]\nPeers=192.0.2.1\n");
	write_file(f, "/usr/lib" DROPIN "50-a.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "10-b.conf", "[Keepalive]\nIntervalSec=4\n"
		   "[Bond b]\nPeers=192.0.2.2\nPeers=192.0.2.3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 2);

	write_file(f, "/run" DROPIN "50-a.conf", "[Keepalive]\nIntervalSec=5\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 5 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "50-a.conf", "");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 4 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "60-c.conf", "[Keepalive]\nIntervalSec=6\n");
	write_file(f, "/usr/lib" DROPIN "55-d.conf",
		   "[Keepalive]\nIntervalSec=7\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 6 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "99-z.conf.bak", "[Nonsense]\nx=y\n");
	assert_int_equal(load(f), 0);
}

static void link_file(struct fixture *f, const char *name, const char *target)
{
	char path[256];

	write_file(f, name, "");
	snprintf(path, sizeof(path), "%s%s", f->root, name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(target, path), 0);
}

/* A link to /dev/null hides the file of that name in the other folders. */
static void test_masked(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/usr/lib" DROPIN "50-a.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	link_file(f, "/run" DROPIN "50-a.conf", "/dev/null");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 60 * USEC_PER_SEC);

	link_file(f, "/run" DROPIN "40-b.conf", "50-c.conf");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "40-b.conf: a link to nothing; /dev/null masks a file"));
}

/* Of the main file as well only the first one counts. */
static void test_main_file(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/usr/lib/dualhome/dualhome.conf",
		   "[Keepalive]\nIntervalSec=2\n[Bond *]\nMode=802.3ad\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 2 * USEC_PER_SEC);
	write_file(f, "/run/dualhome/dualhome.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);
	assert_int_equal(config_bond(f->config, "b")->mode, -1);
	link_file(f, MAIN, "/dev/null");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 60 * USEC_PER_SEC);
}

/* As editors of other systems leave them */
static void test_odd_files(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *error;
	} rows[] = {
#define TEXT(text) text, sizeof(text) - 1
		{ TEXT("[Bond b]\nMode=802.3ad"), NULL },
		{ TEXT("[Bond b]\r\nMode=802.3ad\r\n"), NULL },
		{ TEXT("\xef\xbb\xbf[Bond b]\nMode=802.3ad\n"), NULL },
		{ TEXT("  [Bond b]\n\tMode\t=\t802.3ad  \n"), NULL },
		{ TEXT("[Bond b]\nMode: 802.3ad ; as ordered\n"), NULL },
		{ TEXT("[Bond b]\n# caf\xc3\xa9\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\n[Bond c]\n[Bond b]\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\nMode=balance-rr\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\nMode=802.3ad\0\n"),
		  ":2: a NUL byte: this is no text" },
		{ TEXT("\xff\xfe[\0B\0"), ":1: a NUL byte: this is no text" },
#undef TEXT
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		write_bytes(f, MAIN, rows[i].text, rows[i].length);
		if (load(f) == (rows[i].error ? 0 : -EINVAL) ||
		    (rows[i].error && !strstr(f->error, rows[i].error)))
			fail_msg("row %zu: %s", i, f->error);
		if (!rows[i].error)
			assert_int_equal(config_bond(f->config, "b")->mode,
					 BOND_MODE_8023AD);
	}
}

static void test_no_such_root(void **state)
{
	struct fixture *f = *state;
	char error[256];

	assert_int_equal(config_load("/nonexistent", &f->config, error,
				     sizeof(error)), -ENOENT);
	assert_string_equal(error, "/nonexistent: No such file or directory");
}

static void test_mistake_in_dropin(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Keepalive]\nIntervalSec=2\n");
	write_file(f, "/run" DROPIN "a.conf", "[Bond *]\nFoo=1\n");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "/run" DROPIN "a.conf:2: unknown key"));
}

/* inih reads 200 bytes with the newline and a NUL; none is ever lost. */
static void test_long_line(void **state)
{
	struct fixture *f = *state;
	char text[512] = "[Bond b]\nPeers=";
	size_t longest;

	while (strlen(text) < 300)
		strcat(text, "192.0.2.1 ");
	strcat(text, "1\n");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	assert_int_equal(sscanf(strrchr(f->error, ':'), ": line is longer than %zu bytes; repeat the key",
				&longest), 1);

	sprintf(text, "[Bond b]\nPeers=%*s\n", (int)(longest - 6), "192.0.2.1");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), 0);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 1);
	sprintf(text, "[Bond b]\nPeers=%*s\n", (int)(longest - 5), "192.0.2.1");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
}

/* As the service is no root, either. */
static void test_no_permission(void **state)
{
	struct fixture *f = *state;
	char path[256];
	int r;

	write_file(f, MAIN, "");
	snprintf(path, sizeof(path), "%s" MAIN, f->root);
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() == 0) {
		chmod(f->root, 0755);
		snprintf(path, sizeof(path), "%s/etc", f->root);
		chmod(path, 0755);
		strcat(path, "/dualhome");
		chmod(path, 0755);
		assert_int_equal(seteuid(NOBODY), 0);
	}
	r = load(f);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(r, -EINVAL);
	assert_non_null(strstr(f->error, MAIN ": Permission denied; the service reads it as user dualhome"));
}

static void test_unreadable(void **state)
{
	struct fixture *f = *state;
	char path[256];
	char *large;

	write_file(f, MAIN "/file", "");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, MAIN ": Is a directory"));

	/* nobody writes to it: to open it in earnest would take forever */
	snprintf(path, sizeof(path), "%s/run/dualhome/dualhome.conf.d", f->root);
	write_file(f, "/run" DROPIN "x", "");
	strcat(path, "/fifo.conf");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "fifo.conf: not a regular file"));

	large = calloc(1, (1 << 20) + 1);
	assert_non_null(large);
	memset(large, '\n', 1 << 20);
	write_bytes(f, "/run" DROPIN "large.conf", large, 1 << 20);
	assert_int_equal(load(f), -EINVAL);
	assert_null(strstr(f->error, "large.conf"));
	write_bytes(f, "/run" DROPIN "large.conf", large, (1 << 20) + 1);
	free(large);
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "large.conf: larger than 1 MiB"));
}

static void test_folder_is_a_file(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/run/dualhome/dualhome.conf.d", "");
	assert_int_equal(load(f), -ENOTDIR);
	assert_non_null(strstr(f->error, "dualhome.conf.d: Not a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dropins),
		TEST(test_masked),
		TEST(test_main_file),
		TEST(test_odd_files),
		TEST(test_no_such_root),
		TEST(test_mistake_in_dropin),
		TEST(test_long_line),
		TEST(test_no_permission),
		TEST(test_unreadable),
		TEST(test_folder_is_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
