/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_REPORT_H
#define DUALHOME_REPORT_H

/* What people read: the journal and the STATUS line of the service. */

#include <systemd/sd-event.h>

#include "bond.h"

struct report;

int report_new(struct report **report, sd_event *event);
struct report *report_free(struct report *report);

/* A problem was raised or cleared; one that flaps is summed up (throttle.h). */
void report_problem(struct report *report, const struct bond *bond,
		    const struct problem *problem, bool raised,
		    struct moment now);

/*
 * The sentence that bus, command line and journal have for that change:
 * "eth1 has no carrier", "port-down of eth1 is over after 12 s", or what it
 * has become, or that @bond is switched off and nothing is judged any more.
 */
char *report_sentence(char text[SENTENCE_MAX], const struct bond *bond,
		      const struct problem *problem, bool raised,
		      struct moment now);

/* STATUS=, if it says something new. */
void report_status(struct report *report, const struct bonds *bonds);

/* "bond0 degraded: ...; bond1 ok, ...", worst first, at most four bonds. */
void report_describe(const struct bonds *bonds, char *text, size_t size);

#endif
