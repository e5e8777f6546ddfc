// SPDX-License-Identifier: GPL-2.0
/* diagnose: the parts of the report, in the order in which they are read. */

#include "ctl-diagnose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util.h"

/* The daemon's bonds; why not is a line of the report. */
static void ask(struct diagnosis *d, char told[CTL_TOLD_MAX])
{
	d->ctl->told = told;
	d->has_view = ctl_connect(d->ctl) == 0 &&
		      view_read(&d->view, d->ctl, NULL) == 0;
	d->ctl->told = NULL;
}

/* One bond with its ports moves to the front; the rest is dropped. */
static bool narrow_host(struct host *host, const char *name)
{
	char clean[BUS_NAME_TEXT_MAX];
	struct host_bond one;
	size_t found, count = 0;

	for (found = 0; found < host->bond_count; found++)
		if (strcmp(text_clean(clean, sizeof(clean),
				      host->bonds[found].name), name) == 0)
			break;
	if (found == host->bond_count)
		return false;
	one = host->bonds[found];
	host->bonds[found] = host->bonds[0];
	host->bonds[0] = one;
	while (host->bond_count > 1)
		free(host->bonds[--host->bond_count].proc);
	for (size_t i = 0; i < host->port_count; i++) {
		if (host->ports[i].bond != found)
			continue;
		host->ports[count] = host->ports[i];
		host->ports[count++].bond = 0;
	}
	host->port_count = count;
	return true;
}

static int unknown_bond(const struct host *host, const char *name)
{
	char clean[BUS_NAME_TEXT_MAX];
	_cleanup_(freep) char *known = NULL;
	size_t size;
	FILE *out = open_memstream(&known, &size);

	if (!out)
		return ctl_fail(CTL_USAGE, "no bond '%s'", name);
	for (size_t i = 0; i < host->bond_count; i++)
		fprintf(out, "%s%s", i ? ", " : "",
			text_clean(clean, sizeof(clean), host->bonds[i].name));
	fclose(out);
	return ctl_fail(CTL_USAGE, "no bond '%s'; known: %s", name,
			host->bond_count ? known : "none");
}

/* It is enough if the kernel or the daemon has it. */
static int narrow(struct diagnosis *d, char told[CTL_TOLD_MAX])
{
	const bool in_host = narrow_host(&d->host, d->bond);

	if (!in_host && !d->has_view)
		return unknown_bond(&d->host, d->bond);
	if (in_host && d->has_view && !view_has(&d->view, d->bond)) {
		d->has_view = false;
		snprintf(told, CTL_TOLD_MAX, "dualhomed does not know %s",
			 d->bond);
	}
	if (!in_host)
		host_clear(&d->host);
	return d->has_view ? view_narrow(&d->view, d->bond) : 0;
}

static void diagnose_description(struct diagnosis *d)
{
	_cleanup_(freep) char *text = NULL;

	if (ctl_get_description(d->ctl, d->bond ? d->view.bonds[0].path : BUS_ROOT,
				d->bond ? BUS_BOND : BUS_MANAGER, &text) != 0)
		section_missing(d, "the description of dualhomed");
	else if (d->ctl->json)
		json_raw(&d->json, "description", text);
	else
		json_format(stdout, text, JSON_PRETTY);
}

/* What the daemon knows: status and peers, or its own description. */
static void diagnose_daemon(struct diagnosis *d, const char *told)
{
	section_open(d, "daemon", "Verdict, faults, peers");
	if (!d->has_view) {
		section_missing(d, "health, faults, peers: %s", told);
	} else if (!d->ctl->json) {
		ctl_print_status(d->ctl, &d->view);
		putchar('\n');
		ctl_print_peers(d->ctl, &d->view);
	} else {
		diagnose_description(d);
	}
	section_close(d);
}

/* The LACPDUs that it heard, and all that has no column elsewhere. */
static void diagnose_rest(struct diagnosis *d)
{
	if (!d->has_view || d->ctl->json)
		return;
	section_open(d, "description", "All that dualhomed knows, as JSON");
	diagnose_description(d);
	section_close(d);
}

static void diagnose(struct diagnosis *d, const char *told)
{
	static void (*const parts[])(struct diagnosis *d) = {
		diagnose_links, diagnose_lacp, diagnose_lldp, diagnose_options,
		diagnose_module, diagnose_service, diagnose_config,
		diagnose_events, diagnose_addresses, diagnose_proc,
		diagnose_rest,
	};

	diagnose_host(d);
	diagnose_daemon(d, told);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		parts[i](d);
}

/* "missing" at the end: a program need not look everywhere for it. */
static void list_missing(struct diagnosis *d)
{
	char *save = d->missing, *line;

	json_open(&d->json, "missing", '[');
	while (save && (line = strsep(&save, "\n")))
		if (*line)
			json_string(&d->json, NULL, line);
	json_close(&d->json, ']');
}

static int diagnose_as_json(struct diagnosis *d, const char *told)
{
	_cleanup_(freep) char *text = NULL;
	size_t size;

	d->json.out = open_memstream(&text, &size);
	if (!d->json.out)
		return ctl_fail(CTL_UNKNOWN, "out of memory");
	json_open(&d->json, NULL, '{');
	diagnose(d, told);
	list_missing(d);
	json_close(&d->json, '}');
	if (fclose(d->json.out) != 0)
		return ctl_fail(CTL_UNKNOWN, "out of memory");
	json_format(stdout, text, d->ctl->json);
	return 0;
}

int ctl_diagnose(struct ctl *ctl, int argc, char **argv)
{
	struct diagnosis d = {
		.ctl = ctl, .root = "", .bond = argc > 1 ? argv[1] : NULL,
	};
	char told[CTL_TOLD_MAX] = "";
	int code = 0;

	if (host_read(&d.host, d.root) < 0)
		code = ctl_fail(CTL_UNKNOWN, "out of memory");
	if (!code)
		ask(&d, told);
	if (!code && d.bond)
		code = narrow(&d, told);
	if (!code && ctl->json) {
		code = diagnose_as_json(&d, told);
	} else if (!code) {
		puts("dualhome diagnosis");
		diagnose(&d, told);
	}
	host_clear(&d.host);
	view_clear(&d.view);
	free(d.missing);
	return code;
}
