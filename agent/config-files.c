// SPDX-License-Identifier: GPL-2.0
/*
 * dualhome.conf first, then the drop-ins of all folders in the order of their
 * names. Of equal names only the one in the first folder counts, so that an
 * empty file or a link to /dev/null there masks the others.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "config-files.h"
#include "util.h"

#define FILE_MAX (1 << 20)	/* whatever is larger is no configuration */

static const char *const folders[] = { "/etc", "/run", "/usr/lib" };

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

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The one dualhome.conf that counts, if there is one. */
static int add_main(struct config_files *files, const char *root)
{
	char folder[4096], path[4096 + sizeof("/dualhome.conf")];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(folder, sizeof(folder), "%s%s/dualhome", root,
			 folders[i]);
		snprintf(path, sizeof(path), "%s/dualhome.conf", folder);
		if (exists(path) || errno != ENOENT)
			return add(files, folder, "dualhome.conf");
	}
	return 0;
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
	snprintf(folder, sizeof(folder), "%s", root);
	r = add_main(files, root);
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
	if (files->count > first)
		qsort(files->list + first, files->count - first,
		      sizeof(*files->list), compare);
	return 0;
}

static bool is_dev_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Not more than FILE_MAX, whatever stat() said of its size. */
static const char *read_all(int fd, char **text, size_t *length)
{
	ssize_t n;

	*length = 0;
	*text = malloc(FILE_MAX + 1);
	if (!*text)
		return "out of memory";
	do {
		n = read(fd, *text + *length, FILE_MAX + 1 - *length);
		if (n < 0)
			return strerror(errno);
		*length += n;
	} while (n > 0 && *length <= FILE_MAX);
	if (*length > FILE_MAX)
		return "larger than 1 MiB: this is no configuration";
	(*text)[*length] = '\0';
	return NULL;
}

const char *config_file_read(const char *path, char **text, size_t *length)
{
	const char *what;
	struct stat st;
	int fd;

	*text = NULL;
	*length = 0;
	/* a FIFO must not hold the daemon up */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return exists(path) ? "a link to nothing; /dev/null masks a file" :
				      NULL;
	if (fd < 0 && errno == EACCES)
		return "Permission denied; the service reads it as user dualhome";
	if (fd < 0 || fstat(fd, &st) < 0)
		what = strerror(errno);
	else if (S_ISREG(st.st_mode))
		what = read_all(fd, text, length);
	else if (is_dev_null(&st))
		what = NULL;
	else
		what = S_ISDIR(st.st_mode) ? "Is a directory" :
					     "not a regular file";
	if (fd >= 0)
		close(fd);
	return what;
}

void config_files_release(struct config_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->list[i]);
	free(files->list);
}
