// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "log.h"
#include "report.h"
#include "util.h"

#define ID_RAISED "5d2a0f7c9b3e4f1d8a64c1e07b92f3a8"
#define ID_CLEARED "e81b64d03c7f4a52b0f9d5a3367c18ee"

#define STATUS_BONDS 4			/* described one by one */

struct report {
	char status[1024];
};

int report_new(struct report **report)
{
	*report = calloc(1, sizeof(**report));
	return *report ? 0 : -ENOMEM;
}

struct report *report_free(struct report *report)
{
	free(report);
	return NULL;
}

static int level_of(enum severity severity, bool raised)
{
	if (!raised)
		return LOG_NOTICE;
	return severity == SEVERITY_CRITICAL ? LOG_ERR : LOG_WARNING;
}

/* One entry with fields to filter by: journalctl CODE=port-down. */
static void send_entry(const struct bond *bond, const struct problem *problem,
		       bool raised, int level, const char *message)
{
	const char *code = fault_code_to_string(problem->code);
	const char *severity = severity_to_string(problem->severity);
	const char *id = raised ? ID_RAISED : ID_CLEARED;

	if (problem->ifindex == bond->ifindex)
		sd_journal_send("MESSAGE=%s", message, "MESSAGE_ID=%s", id,
				"PRIORITY=%i", level, "BOND=%s", bond->name,
				"CODE=%s", code, "SEVERITY=%s", severity, NULL);
	else
		sd_journal_send("MESSAGE=%s", message, "MESSAGE_ID=%s", id,
				"PRIORITY=%i", level, "BOND=%s", bond->name,
				"PORT=%s", problem->object,
				"CODE=%s", code, "SEVERITY=%s", severity, NULL);
}

void report_problem(const struct bond *bond, const struct problem *problem,
		    bool raised, struct moment now)
{
	const char *code = fault_code_to_string(problem->code);
	bool is_port = problem->ifindex != bond->ifindex;
	int level = level_of(problem->severity, raised);
	char message[512], prefix[IFNAMSIZ + 2] = "";

	if (is_port)
		snprintf(prefix, sizeof(prefix), "%s: ", bond->name);
	if (raised)
		snprintf(message, sizeof(message), "%s%s [%s, %s]", prefix,
			 problem->text, code,
			 severity_to_string(problem->severity));
	else
		snprintf(message, sizeof(message),
			 "%s%s of %s is over after %llu s", prefix, code,
			 problem->object,
			 (now.mono_usec - problem->since.mono_usec) /
			 USEC_PER_SEC);

	if (getenv("JOURNAL_STREAM"))
		send_entry(bond, problem, raised, level, message);
	else
		log_print(level, "%s", message);
}

void report_describe(const struct bonds *bonds, char *text, size_t size)
{
	unsigned int total = 0, named = 0;
	const struct bond *bond;
	size_t used = 0;

	snprintf(text, size, "no bonds");
	for (int health = _HEALTH_MAX - 1; health >= 0; health--) {
		TAILQ_FOREACH(bond, &bonds->list, entry) {
			if ((int)health_of_bond(bond) != health)
				continue;
			total++;
			if (named == STATUS_BONDS || used >= size)
				continue;
			named++;
			if (used)
				used += snprintf(text + used, size - used, "; ");
			if (used < size)
				used += health_describe(bond, text + used,
							size - used);
		}
	}
	if (total > named && used < size)
		snprintf(text + used, size - used, "; and %u more",
			 total - named);
}

void report_status(struct report *report, const struct bonds *bonds)
{
	char text[sizeof(report->status)];

	report_describe(bonds, text, sizeof(text));
	if (strcmp(text, report->status) == 0)
		return;
	memcpy(report->status, text, sizeof(text));
	sd_notifyf(0, "STATUS=%s", text);
}
