/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_CONFIG_H
#define DUALHOME_TEST_CONFIG_H

/* A root of our own, in which a test writes the files that it loads. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "util.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

struct fixture {
	char root[32];
	struct config *config;
	char error[CONFIG_ERROR_MAX];
};

static inline int remove_entry(const char *path, const struct stat *st,
			       int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	strcpy(f.root, "/tmp/test-config.XXXXXX");
	*state = &f;
	return mkdtemp(f.root) ? 0 : -1;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	f->config = config_free(f->config);
	return nftw(f->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void write_bytes(struct fixture *f, const char *name,
			       const void *bytes, size_t length)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", f->root, name);
	for (char *slash = path + strlen(f->root) + 1;
	     (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0700);
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static inline void write_file(struct fixture *f, const char *name,
			      const char *text)
{
	write_bytes(f, name, text, strlen(text));
}

#define MAIN "/etc/dualhome/dualhome.conf"
#define DROPIN "/dualhome/dualhome.conf.d/"

static inline int load(struct fixture *f)
{
	f->config = config_free(f->config);
	return config_load(f->root, &f->config, f->error, sizeof(f->error));
}

#endif
