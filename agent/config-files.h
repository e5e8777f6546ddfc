/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_CONFIG_FILES_H
#define DUALHOME_CONFIG_FILES_H

#include <stddef.h>

/* The files of the configuration, in the order in which to read them. */
struct config_files {
	size_t count;
	char **list;
};

/* 0, or -errno with the folder and the reason in @error. */
int config_files_find(struct config_files *files, const char *root,
		      char *error, size_t size);
void config_files_release(struct config_files *files);

/*
 * The whole file with a NUL behind it; NULL, or what is wrong with it. Absent
 * or a link to /dev/null is as good as empty.
 */
const char *config_file_read(const char *path, char **text, size_t *length);

#endif
