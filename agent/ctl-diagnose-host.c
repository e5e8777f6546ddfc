// SPDX-License-Identifier: GPL-2.0
/* The machine, the service, the driver and the configuration. */

#include "ctl-diagnose.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config.h"
#include "config-files.h"
#include "util.h"

static void add_system(struct diagnosis *d)
{
	_cleanup_(freep) char *text = host_file(d->root, "/etc/os-release");
	static const char key[] = "PRETTY_NAME=";
	char *name = text ? strstr(text, key) : NULL;

	if (!name)
		return;
	name += strlen(key);
	name += *name == '"';
	name[strcspn(name, "\"\n")] = '\0';
	section_fact(d, "system", name);
}

void diagnose_host(struct diagnosis *d)
{
	char line[256], now[64];
	time_t seconds = time(NULL);
	struct utsname uts;
	struct tm tm;

	section_open(d, "host", "Host");
	localtime_r(&seconds, &tm);
	strftime(now, sizeof(now), "%Y-%m-%d %H:%M:%S %z", &tm);
	section_fact(d, "time", now);
	if (uname(&uts) == 0) {
		section_fact(d, "name", uts.nodename);
		section_fact(d, "kernel", uts.release);
		section_fact(d, "kernel_version", uts.version);
		section_fact(d, "machine", uts.machine);
	}
	add_system(d);
	host_line(d->root, line, "/proc/uptime");
	line[strcspn(line, ".")] = '\0';
	section_fact(d, "uptime_sec", line);
	snprintf(line, sizeof(line), "%u", (unsigned int)geteuid());
	section_fact(d, "asked_by_uid", line);
	section_fact(d, "dualhomectl", VERSION);
	if (geteuid() != 0)
		section_missing(d, "what only root may read: details of LACP, perhaps the journal; ask again as root");
	section_close(d);
}

/* Each line of @text that is KEY=VALUE or KEY: VALUE, if KEY is wanted. */
static void add_pairs(struct diagnosis *d, char *text, const char *separators,
		      const char *const wanted[])
{
	char *line, *value;

	while ((line = strsep(&text, "\n"))) {
		value = line + strcspn(line, separators);
		if (!*value)
			continue;
		*value++ = '\0';
		value += strspn(value, " ");
		for (size_t i = 0; wanted[i]; i++)
			if (strcmp(wanted[i], line) == 0)
				section_fact(d, line, value);
	}
}

static const char *const service_facts[] = {
	"LoadState", "ActiveState", "SubState", "Result", "StatusText", "UnitFileState",
	"ActiveEnterTimestamp", "ExecMainPID", "ExecMainCode", "ExecMainStatus",
	"NRestarts", "MemoryCurrent", "CPUUsageNSec", "FragmentPath",
	"DropInPaths", NULL
};

static void add_version(struct diagnosis *d)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_(freep) char *version = NULL;

	if (sd_bus_get_property_string(d->ctl->bus, BUS_NAME, BUS_ROOT,
				       BUS_MANAGER, "Version", &error,
				       &version) < 0)
		return;
	section_fact(d, "dualhomed", version);
	if (strcmp(version, VERSION) != 0)
		section_missing(d, "this dualhomectl is %s: the daemon was not restarted after an upgrade",
				VERSION);
}

void diagnose_service(struct diagnosis *d)
{
	static const char *const show[] = {
		"systemctl", "show", "dualhomed.service", NULL
	};
	_cleanup_(freep) char *text = NULL;
	char why[256];

	section_open(d, "service", "Service");
	if (d->has_view)
		add_version(d);
	text = command_run(show, COMMAND_USEC, why, sizeof(why));
	if (text)
		add_pairs(d, text, "=", service_facts);
	else
		section_missing(d, "the unit: %s", why);
	section_close(d);
}

static const char *const module_facts[] = {
	"filename", "version", "srcversion", "vermagic", "signer", NULL
};

static void compare_module(struct diagnosis *d, const char *loaded,
			   const char *installed)
{
	static const char key[] = "srcversion:";
	const char *value = strstr(installed, key);

	if (!*loaded || !value)
		return;
	value += strlen(key);
	value += strspn(value, " ");
	section_fact(d, "running_is_installed",
		     strncmp(value, loaded, strlen(loaded)) == 0 ? "yes" :
		     "no: another driver is installed than the one that runs; it is active after a reboot");
}

void diagnose_module(struct diagnosis *d)
{
	static const char *const modinfo[] = { "modinfo", "bonding", NULL };
	_cleanup_(freep) char *text = NULL, *copy = NULL;
	static const char folder[] = "/sys/module/bonding";
	char path[256], line[256], loaded[256], why[256];

	section_open(d, "module_loaded", "Bonding driver that runs");
	snprintf(path, sizeof(path), "%s%s", d->root, folder);
	section_fact(d, "loaded", access(path, F_OK) == 0 ? "yes" : "no");
	section_fact(d, "version", host_line(d->root, line, "%s/version", folder));
	section_fact(d, "srcversion",
		     host_line(d->root, loaded, "%s/srcversion", folder));
	section_fact(d, "taint", host_line(d->root, line, "%s/taint", folder));
	section_close(d);

	section_open(d, "module_installed", "Bonding driver that is installed");
	text = command_run(modinfo, COMMAND_USEC, why, sizeof(why));
	copy = text ? strdup(text) : NULL;
	if (copy) {
		add_pairs(d, copy, ":", module_facts);
		compare_module(d, loaded, text);
	} else {
		section_missing(d, "%s", why);
	}
	section_close(d);
}

static void add_file(struct diagnosis *d, const char *path)
{
	_cleanup_(freep) char *text = NULL;
	const char *wrong;
	size_t length;

	wrong = config_file_read(path, &text, &length);
	if (wrong)
		section_missing(d, "%s: %s", path, wrong);
	else
		section_text(d, path + strlen(d->root), text ? text : "");
}

/* The files in the order in which they are read, and what is wrong with them. */
void diagnose_config(struct diagnosis *d)
{
	struct config_files files = { 0 };
	struct config *config = NULL;
	char error[CONFIG_ERROR_MAX];

	section_open(d, "configuration", "Configuration");
	if (config_files_find(&files, d->root, error, sizeof(error)) < 0)
		section_missing(d, "%s", error);
	else if (files.count == 0)
		section_fact(d, "files", "none: the defaults are in force");
	for (size_t i = 0; i < files.count; i++)
		add_file(d, files.list[i]);
	config_files_release(&files);
	if (config_load(d->root, &config, error, sizeof(error)) < 0)
		section_text(d, "mistakes", error);
	config_free(config);
	section_close(d);
}
