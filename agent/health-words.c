// SPDX-License-Identifier: GPL-2.0
/* What a verdict is called, and the sentence that every reader gets. */
#include <string.h>
#include <time.h>

#include "health-private.h"

/*
 * An M-LAG leaf that restarts, or whose peer-link was repaired, holds its ports
 * down for some minutes, 240 s by default on many: FAULTS.md. A restart adds its
 * own time to that.
 */
#define HELD_MIN_USEC (180 * USEC_PER_SEC)
#define HELD_MAX_USEC (1800 * USEC_PER_SEC)
#define REMARK_USEC (600 * USEC_PER_SEC)	/* so long it is news */

static enum health health_of_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return HEALTH_CRITICAL;
	case SEVERITY_DEGRADED:
		return HEALTH_DEGRADED;
	default:
		return HEALTH_OK;
	}
}

enum health health_of(const struct problems *problems)
{
	return problems->count ? health_of_severity(problems->list[0].severity) :
				 HEALTH_OK;
}

enum health health_of_bond(const struct bond *bond)
{
	if (!bond->up || (!bond->problems.count && !bond->settled &&
			  !bond_usable_ports(bond)))
		return HEALTH_UNKNOWN;
	return health_of(&bond->problems);
}

enum health health_of_port(const struct problems *problems, int ifindex)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->list[i].ifindex == ifindex)
			return health_of_severity(problems->list[i].severity);
	return HEALTH_OK;
}

static struct tm local_time(uint64_t real_usec)
{
	time_t seconds = real_usec / USEC_PER_SEC;
	struct tm tm;

	localtime_r(&seconds, &tm);
	return tm;
}

/* The time of day, and the date if that is not today's. */
static void format_time(uint64_t real_usec, struct moment now, char *text,
			size_t size)
{
	struct tm tm = local_time(real_usec), today = local_time(now.real_usec);
	bool is_today = tm.tm_year == today.tm_year &&
			tm.tm_yday == today.tm_yday;

	strftime(text, size, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
}

uint64_t health_midnight(struct moment now)
{
	struct tm tm = local_time(now.real_usec);
	uint64_t passed = (tm.tm_hour * 60ULL + tm.tm_min) * 60 + tm.tm_sec;

	return now.mono_usec + (86400 - passed) * USEC_PER_SEC;
}

uint64_t port_remark_until(const struct port *port)
{
	const struct carrier_history *history = &port->history;
	uint64_t outage = history->back_usec - history->lost_usec;

	if (!history->back_usec || !port->carrier ||
	    outage < HELD_MIN_USEC || outage > HELD_MAX_USEC)
		return 0;
	return history->back_usec + REMARK_USEC;
}

char *health_remark(const struct bond *bond, char *text, size_t size)
{
	const struct moment now = bond->problems.checked;
	const struct carrier_history *history;
	const struct port *port;
	char back[32];

	text[0] = '\0';
	TAILQ_FOREACH(port, &bond->ports, entry) {
		history = &port->history;
		if (port_remark_until(port) <= now.mono_usec)
			continue;
		format_time(moment_at(history->back_usec, now).real_usec, now,
			    back, sizeof(back));
		snprintf(text, size, "%s came back at %s after %llu s, as an M-LAG leaf holds its ports back after a restart or a repair of the peer-link",
			 port->name, back,
			 (history->back_usec - history->lost_usec) /
			 USEC_PER_SEC);
	}
	return text;
}

/* "evidence since 14:02:11; meaning" */
static void tell(const struct problem *problem, struct moment now, char *text,
		 size_t size)
{
	const char *meaning = strstr(problem->text, "; ");
	int evidence = meaning ? meaning - problem->text :
				 (int)strlen(problem->text);
	char since[32];

	format_time(problem->since.real_usec, now, since, sizeof(since));
	snprintf(text, size, "%.*s since %s%s", evidence, problem->text, since,
		 meaning ? meaning : "");
}

int health_describe(const struct bond *bond, char *text, size_t size)
{
	const struct problems *problems = &bond->problems;
	const char *word = health_to_string(health_of_bond(bond));
	char told[TEXT_SIZE + 32], more[32] = "";
	unsigned int ports = 0;
	const struct port *port;

	if (problems->count) {
		tell(&problems->list[0], problems->checked, told, sizeof(told));
		if (problems->count > 1)
			snprintf(more, sizeof(more), " (+%zu more)",
				 problems->count - 1);
		return snprintf(text, size, "%s %s: %s%s", bond->name, word,
				told, more);
	}
	if (!bond->up)
		return snprintf(text, size, "%s %s, switched off", bond->name,
				word);
	TAILQ_FOREACH(port, &bond->ports, entry)
		ports++;
	health_remark(bond, told, sizeof(told));
	return snprintf(text, size, "%s %s, %u of %u ports usable%s%s",
			bond->name, word, bond_usable_ports(bond), ports,
			told[0] ? "; " : "", told);
}
