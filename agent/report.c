// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "journal.h"
#include "log.h"
#include "report.h"
#include "text.h"
#include "throttle.h"
#include "util.h"

#define STATUS_BONDS 4			/* described one by one */

struct report {
	char status[1024];
	struct throttle *throttle;
	sd_event_source *timer;		/* for what the throttle has kept */
};

static int level_of(enum severity severity, bool raised)
{
	if (!raised)
		return LOG_NOTICE;
	return severity == SEVERITY_CRITICAL ? LOG_ERR : LOG_WARNING;
}

/* The port's problem of now; a port has one at most. */
static const struct problem *successor(const struct bond *bond,
				       const struct problem *cleared)
{
	for (size_t i = 0; i < bond->problems.count; i++)
		if (bond->problems.list[i].ifindex == cleared->ifindex &&
		    cleared->ifindex != bond->ifindex)
			return &bond->problems.list[i];
	return NULL;
}

char *report_sentence(char text[SENTENCE_MAX], const struct bond *bond,
		      const struct problem *problem, bool raised,
		      struct moment now)
{
	uint64_t since = problem->since.mono_usec;
	uint64_t seconds = now.mono_usec > since ?
			   (now.mono_usec - since) / USEC_PER_SEC : 0;
	const char *code = fault_code_to_string(problem->code);
	const struct problem *next = successor(bond, problem);
	char raw[SENTENCE_MAX];

	if (raised)
		return text_clean(text, SENTENCE_MAX, problem->text);
	if (!bond->up)
		snprintf(raw, sizeof(raw), "%s of %s is not judged any more: %s is switched off",
			 code, problem->object, bond->name);
	else if (next && next->code != problem->code)
		snprintf(raw, sizeof(raw), "%s of %s has become %s after %llu s",
			 code, problem->object,
			 fault_code_to_string(next->code),
			 (unsigned long long)seconds);
	else
		snprintf(raw, sizeof(raw), "%s of %s is over after %llu s",
			 code, problem->object, (unsigned long long)seconds);
	return text_clean(text, SENTENCE_MAX, raw);
}

/* "bond0: eth1 has no carrier [port-down, degraded]" */
static void say(const struct change *change, unsigned int left_out)
{
	const struct problem *problem = &change->problem;
	char message[512];
	char tag[64] = "", more[64] = "", bond[4 * IFNAMSIZ];
	struct journal_entry entry = {
		.bond = change->bond, .problem = problem,
		.is_port = change->is_port, .raised = change->raised,
		.priority = level_of(problem->severity, change->raised),
		.message = message,
	};

	text_clean(bond, sizeof(bond), change->bond);
	if (change->raised)
		snprintf(tag, sizeof(tag), " [%s, %s]",
			 fault_code_to_string(problem->code),
			 severity_to_string(problem->severity));
	if (left_out)
		snprintf(more, sizeof(more), " (%u changes before left out)",
			 left_out);
	snprintf(message, sizeof(message), "%s: %s%s%s", bond,
		 change->sentence, tag, more);

	if (getenv("JOURNAL_STREAM"))
		journal_send(&entry);
	else
		log_print(entry.priority, "%s", message);
}

static void wait_for_kept(struct report *report)
{
	uint64_t next = throttle_next_usec(report->throttle);

	if (next == UINT64_MAX)
		return;
	sd_event_source_set_time(report->timer, next);
	sd_event_source_set_enabled(report->timer, SD_EVENT_ONESHOT);
}

static void say_kept(struct report *report, uint64_t now_usec)
{
	unsigned int left_out;
	struct change change;

	while (throttle_due(report->throttle, now_usec, &change, &left_out))
		say(&change, left_out);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct report *report = userdata;

	(void)source, (void)usec;
	say_kept(report, now_usec(CLOCK_MONOTONIC));
	wait_for_kept(report);
	return 0;
}

int report_new(struct report **result, sd_event *event)
{
	struct report *report = calloc(1, sizeof(*report));
	int r;

	if (!report)
		return -ENOMEM;
	r = throttle_new(&report->throttle);
	if (r >= 0)
		r = sd_event_add_time(event, &report->timer, CLOCK_MONOTONIC,
				      UINT64_MAX, 0, on_timer, report);
	if (r >= 0)
		r = sd_event_source_set_enabled(report->timer, SD_EVENT_OFF);
	if (r < 0) {
		report_free(report);
		return r;
	}
	*result = report;
	return 0;
}

struct report *report_free(struct report *report)
{
	if (!report)
		return NULL;
	if (report->throttle)
		say_kept(report, UINT64_MAX - THROTTLE_WINDOW_USEC);
	report->throttle = throttle_free(report->throttle);
	sd_event_source_disable_unref(report->timer);
	free(report);
	return NULL;
}

void report_problem(struct report *report, const struct bond *bond,
		    const struct problem *problem, bool raised,
		    struct moment now)
{
	struct change change = {
		.problem = *problem, .when = now, .raised = raised,
		.is_port = problem->ifindex != bond->ifindex,
	};

	memcpy(change.bond, bond->name, sizeof(change.bond));
	report_sentence(change.sentence, bond, problem, raised, now);
	if (throttle_admit(report->throttle, &change))
		say(&change, 0);
	else
		wait_for_kept(report);
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
	char text[sizeof(report->status)], raw[sizeof(report->status)];

	report_describe(bonds, raw, sizeof(raw));
	text_clean(text, sizeof(text), raw);
	if (strcmp(text, report->status) == 0)
		return;
	memcpy(report->status, text, sizeof(text));
	sd_notifyf(0, "STATUS=%s", text);
}
