/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_JOURNAL_H
#define DUALHOME_JOURNAL_H

/*
 * Structured entries, to filter by (journalctl CODE=port-down) and to explain
 * (journalctl -x). The fields and ids are an interface: dualhomed(8).
 */

#include <stdbool.h>

#include "health.h"

/* A fault that is over, whatever it was. */
#define JOURNAL_ID_CLEARED "e81b64d03c7f4a52b0f9d5a3367c18ee"

struct journal_entry {
	const char *bond;
	const struct problem *problem;
	bool is_port;			/* else it is about the bond itself */
	bool raised;			/* or cleared */
	int priority;			/* of syslog(3) */
	const char *message;
};

void journal_send(const struct journal_entry *entry);

/* MESSAGE_ID= of a raised fault of that code, NULL if there is no such code. */
const char *journal_id(const char *code);

#endif
