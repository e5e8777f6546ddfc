/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_REPORT_H
#define DUALHOME_REPORT_H

/* What people read: the journal and the STATUS line of the service. */

#include "bond.h"

struct report;

int report_new(struct report **report);
struct report *report_free(struct report *report);

void report_problem(const struct bond *bond, const struct problem *problem,
		    bool raised, struct moment now);

/* STATUS=, if it says something new. */
void report_status(struct report *report, const struct bonds *bonds);

/* "bond0 degraded: ...; bond1 ok, ...", worst first, at most four bonds. */
void report_describe(const struct bonds *bonds, char *text, size_t size);

#endif
