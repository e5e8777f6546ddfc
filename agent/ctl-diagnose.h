/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_CTL_DIAGNOSE_H
#define DUALHOME_CTL_DIAGNOSE_H

/*
 * diagnose: a report to attach to a ticket. Each part is collected on its own,
 * so that what is missing (the daemon, the bus, a permission) takes its own
 * part away and no other, and is named. Text for people; the same in JSON.
 */

#include <net/if.h>

#include "ctl.h"
#include "proc-bonding.h"

/* A port as the kernel itself shows it, without the daemon. */
struct host_port {
	char name[IFNAMSIZ];
	size_t bond;			/* index */
	bool has_proc;
	struct proc_port proc;
};

struct host_bond {
	char name[IFNAMSIZ];
	char *proc;			/* /proc/net/bonding, NULL = unreadable */
};

struct host {
	struct host_bond *bonds;
	size_t bond_count;
	struct host_port *ports;
	size_t port_count;
};

struct diagnosis {
	struct ctl *ctl;
	const char *root;		/* of /sys and /proc: "" but in tests */
	const char *bond;		/* this one only, NULL = all */
	struct json json;		/* to here, if ctl->json */
	struct host host;
	bool has_view;			/* the daemon has answered */
	struct view view;
	char *missing;			/* in JSON: a line for each */
};

/* ctl-section.c: the writer. @key is for JSON, @title for people. */
void section_open(struct diagnosis *d, const char *key, const char *title);
void section_close(struct diagnosis *d);
/* NULL or "" is not shown. */
void section_fact(struct diagnosis *d, const char *key, const char *value);
/* Many lines, as they are but for control characters. */
void section_text(struct diagnosis *d, const char *key, const char *text);
/* Prints and frees it; NULL is out of memory. */
void section_table(struct diagnosis *d, const char *key, struct table *table);
void section_missing(struct diagnosis *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * ctl-command.c: what a program prints; the caller frees it. NULL with the
 * reason in @why, the program's own if it has one, if it cannot be run, fails
 * or does not end in time.
 */
#define COMMAND_USEC (10 * USEC_PER_SEC)	/* systemctl may wait for PID 1 */
char *command_run(const char *const argv[], uint64_t timeout_usec, char *why,
		  size_t size);

/* ctl-host.c. The first line of a file, "" if it cannot be read. */
int host_read(struct host *host, const char *root);
void host_clear(struct host *host);
const char *host_line(const char *root, char line[256], const char *format, ...)
	__attribute__((format(printf, 3, 4)));
char *host_file(const char *root, const char *path);

/* The parts. */
void diagnose_host(struct diagnosis *d);	/* ctl-diagnose-host.c */
void diagnose_service(struct diagnosis *d);
void diagnose_module(struct diagnosis *d);
void diagnose_config(struct diagnosis *d);
void diagnose_options(struct diagnosis *d);	/* ctl-diagnose-bond.c */
void diagnose_lacp(struct diagnosis *d);
void diagnose_lldp(struct diagnosis *d);
void diagnose_links(struct diagnosis *d);
void diagnose_proc(struct diagnosis *d);
void diagnose_addresses(struct diagnosis *d);	/* ctl-diagnose-net.c */
void diagnose_events(struct diagnosis *d);	/* ctl-diagnose-journal.c */

#endif
