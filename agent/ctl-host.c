// SPDX-License-Identifier: GPL-2.0
/* Bonds and ports from /sys and /proc, for when no daemon tells of them. */

#include "ctl-diagnose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define FILE_MAX (256 << 10)

char *host_file(const char *root, const char *path)
{
	char where[4096];
	size_t used = 0;
	ssize_t n = 1;
	char *text;
	int fd, error = 0;

	snprintf(where, sizeof(where), "%s%s", root, path);
	fd = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	text = malloc(FILE_MAX + 1);
	while (text && n > 0 && used < FILE_MAX) {
		n = read(fd, text + used, FILE_MAX - used);
		if (n > 0)
			used += n;
		else if (n < 0)
			error = errno;
	}
	close(fd);
	if (!text || error) {
		free(text);
		if (error)
			errno = error;
		return NULL;
	}
	text[used] = '\0';
	return text;
}

const char *host_line(const char *root, char line[256], const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	char path[512];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	text = host_file(root, path);
	snprintf(line, 256, "%.*s", text ? (int)strcspn(text, "\n") : 0,
		 text ? text : "");
	return line;
}

struct reading {
	struct host *host;
	size_t bond;
};

static void port_read(const char *name, const struct proc_port *proc,
		      void *userdata)
{
	const struct reading *reading = userdata;
	struct host_port *port = reading->host->ports;

	for (size_t i = 0; i < reading->host->port_count; i++, port++) {
		if (port->bond != reading->bond || strcmp(port->name, name) != 0)
			continue;
		port->proc = *proc;
		port->has_proc = true;
	}
}

static int add_port(struct host *host, size_t bond, const char *name)
{
	struct host_port *list;

	list = reallocarray(host->ports, host->port_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	host->ports = list;
	list += host->port_count++;
	memset(list, 0, sizeof(*list));
	snprintf(list->name, sizeof(list->name), "%s", name);
	list->bond = bond;
	return 0;
}

static int read_bond(struct host *host, const char *root, const char *name)
{
	struct reading reading = { .host = host, .bond = host->bond_count };
	_cleanup_(freep) char *ports = NULL, *copy = NULL;
	char path[128], *save, *word;
	struct host_bond *bond;
	struct proc_bond proc;
	int r = 0;

	bond = reallocarray(host->bonds, host->bond_count + 1, sizeof(*bond));
	if (!bond)
		return -ENOMEM;
	host->bonds = bond;
	bond += host->bond_count++;
	memset(bond, 0, sizeof(*bond));
	snprintf(bond->name, sizeof(bond->name), "%s", name);

	snprintf(path, sizeof(path), "/sys/class/net/%s/bonding/slaves", name);
	ports = host_file(root, path);
	save = ports;
	while (r == 0 && (word = strsep(&save, " \n")))
		if (*word)
			r = add_port(host, reading.bond, word);
	snprintf(path, sizeof(path), "/proc/net/bonding/%s", name);
	bond->proc = host_file(root, path);
	if (!bond->proc)
		return r;
	copy = strdup(bond->proc);	/* parsing changes it */
	if (copy)
		proc_bonding_parse(copy, &proc, port_read, &reading);
	return r;
}

int host_read(struct host *host, const char *root)
{
	_cleanup_(freep) char *names = NULL;
	char *save, *word;
	int r = 0;

	memset(host, 0, sizeof(*host));
	/* without the module there is none, and no bond either */
	names = host_file(root, "/sys/class/net/bonding_masters");
	save = names;
	while (r == 0 && (word = strsep(&save, " \n")))
		if (*word)
			r = read_bond(host, root, word);
	return r;
}

void host_clear(struct host *host)
{
	for (size_t i = 0; i < host->bond_count; i++)
		free(host->bonds[i].proc);
	free(host->bonds);
	free(host->ports);
	memset(host, 0, sizeof(*host));
}
