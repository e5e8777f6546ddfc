// SPDX-License-Identifier: GPL-2.0
/* Addresses, neighbors and routes of the bonds and of what stands on them. */

#include "ctl-diagnose.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util.h"

#define DEVICES_MAX 128			/* of thousands of VLANs, the first */
#define LINES_MAX 200			/* of thousands of neighbors, likewise */

struct devices {
	char names[DEVICES_MAX][IFNAMSIZ];
	size_t count;
};

static void add(struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (strcmp(devices->names[i], name) == 0)
			return;
	if (devices->count < DEVICES_MAX)
		snprintf(devices->names[devices->count++], IFNAMSIZ, "%s", name);
}

/* VLANs, bridges and what else is on top, as the links upper_NAME say. */
static void add_uppers(struct devices *devices, const char *root,
		       const char *name)
{
	static const char prefix[] = "upper_";
	struct dirent *entry;
	char path[512];
	DIR *folder;

	snprintf(path, sizeof(path), "%s/sys/class/net/%s", root, name);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			add(devices, entry->d_name + strlen(prefix));
	closedir(folder);
}

/* Cut @text off after LINES_MAX lines; says how many are left out. */
static size_t shorten(char *text)
{
	size_t lines = 0, left_out = 0;
	char *end = text;

	while (*end && lines < LINES_MAX)
		lines += *end++ == '\n';
	for (const char *rest = end; *rest; rest++)
		left_out += *rest == '\n';
	*end = '\0';
	return left_out;
}

static void show(struct diagnosis *d, const char *const argv[])
{
	char why[256], title[256];
	_cleanup_(freep) char *text = NULL;
	size_t used = 0, left_out;

	text = command_run(argv, COMMAND_USEC, why, sizeof(why));
	if (!text) {
		section_missing(d, "%s", why);
		return;
	}
	if (!*text)
		return;
	for (size_t i = 0; argv[i] && used < sizeof(title); i++)
		used += snprintf(title + used, sizeof(title) - used, "%s%s",
				 i ? " " : "", argv[i]);
	left_out = shorten(text);
	section_text(d, title, text);
	if (left_out)
		section_missing(d, "%zu more lines of %s", left_out, title);
}

static void show_device(struct diagnosis *d, const char *name)
{
	const char *const commands[][8] = {
		{ "ip", "-d", "-s", "address", "show", "dev", name, NULL },
		{ "ip", "neighbor", "show", "dev", name, NULL },
		{ "ip", "-4", "route", "show", "dev", name, NULL },
		{ "ip", "-6", "route", "show", "dev", name, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		show(d, commands[i]);
}

void diagnose_addresses(struct diagnosis *d)
{
	struct devices *devices = calloc(1, sizeof(*devices));

	section_open(d, "addresses", "Addresses, neighbors, routes");
	for (size_t i = 0; devices && i < d->host.bond_count; i++)
		add(devices, d->host.bonds[i].name);
	/* the list grows while it is walked: what stands on what stands on it */
	for (size_t i = 0; devices && i < devices->count; i++)
		add_uppers(devices, d->root, devices->names[i]);
	for (size_t i = 0; devices && i < d->host.port_count; i++)
		add(devices, d->host.ports[i].name);
	for (size_t i = 0; devices && i < devices->count; i++)
		show_device(d, devices->names[i]);
	section_close(d);
	free(devices);
}
