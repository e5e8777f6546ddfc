// SPDX-License-Identifier: GPL-2.0
/*
 * dualhome.conf first, then the drop-ins of all folders in the order of their
 * names. Of equal names only the one in the first folder counts.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-files.h"
#include "util.h"

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static int add(struct config_files *files, const char *folder, const char *name)
{
	char **list;

	list = reallocarray(files->list, files->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	files->list = list;
	if (asprintf(&list[files->count], "%s/%s", folder, name) < 0)
		return -ENOMEM;
	files->count++;
	return 0;
}

/* Hidden files and those of editors and packages (.bak, .dpkg-new) are none. */
static int is_dropin(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && dot != entry->d_name && strcmp(dot, ".conf") == 0 &&
	       entry->d_name[0] != '.';
}

static int scan(struct config_files *files, size_t first, const char *folder)
{
	struct dirent *entry;
	int r = 0;
	size_t i;
	DIR *dir;

	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (entry = readdir(dir))) {
		if (!is_dropin(entry))
			continue;
		for (i = first; i < files->count; i++)
			if (strcmp(name_of(files->list[i]), entry->d_name) == 0)
				break;
		if (i == files->count)
			r = add(files, folder, entry->d_name);
	}
	closedir(dir);
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(name_of(*(char *const *)a), name_of(*(char *const *)b));
}

int config_files_find(struct config_files *files, const char *root,
		      char *error, size_t size)
{
	static const char *const folders[] = { "/etc", "/run", "/usr/lib" };
	char folder[4096];
	size_t first;
	DIR *dir;
	int r;

	/* a missing one would be a valid, empty configuration */
	dir = opendir(*root ? root : "/");
	if (!dir) {
		r = -errno;
		snprintf(error, size, "%s: %s", root, strerror(-r));
		return r;
	}
	closedir(dir);
	snprintf(folder, sizeof(folder), "%s/etc/dualhome", root);
	r = add(files, folder, "dualhome.conf");
	first = files->count;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(folders); i++) {
		snprintf(folder, sizeof(folder), "%s%s/dualhome/dualhome.conf.d",
			 root, folders[i]);
		r = scan(files, first, folder);
	}
	if (r < 0) {
		snprintf(error, size, "%s: %s", folder, strerror(-r));
		return r;
	}
	qsort(files->list + first, files->count - first, sizeof(*files->list),
	      compare);
	return 0;
}

void config_files_release(struct config_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->list[i]);
	free(files->list);
}
