// SPDX-License-Identifier: GPL-2.0

#include "ctl.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "util.h"

/* "100M", "2.5G", "25G" */
const char *format_speed(char words[WORDS_MAX], uint32_t mbps)
{
	if (mbps == 0)
		return NULL;
	if (mbps < 1000)
		snprintf(words, WORDS_MAX, "%" PRIu32 "M", mbps);
	else if (mbps % 1000 == 0)
		snprintf(words, WORDS_MAX, "%" PRIu32 "G", mbps / 1000);
	else
		snprintf(words, WORDS_MAX, "%" PRIu32 ".%" PRIu32 "G",
			 mbps / 1000, mbps % 1000 / 100);
	return words;
}

const char *format_rtt(char words[WORDS_MAX], uint64_t usec)
{
	if (usec == 0)
		return NULL;
	snprintf(words, WORDS_MAX, "%llu.%03llu ms", usec / USEC_PER_MSEC,
		 usec % USEC_PER_MSEC);
	return words;
}

/* "4s ago", "12min ago", "3h ago" */
const char *format_span(char words[WORDS_MAX], uint64_t usec)
{
	uint64_t seconds = usec / USEC_PER_SEC;

	if (usec == BUS_NEVER)
		return NULL;
	if (seconds < 120)
		snprintf(words, WORDS_MAX, "%" PRIu64 "s ago", seconds);
	else if (seconds < 120 * 60)
		snprintf(words, WORDS_MAX, "%" PRIu64 "min ago", seconds / 60);
	else
		snprintf(words, WORDS_MAX, "%" PRIu64 "h ago", seconds / 3600);
	return words;
}

/* The time of day, with the date if that is not today's. */
const char *format_since(char words[WORDS_MAX], uint64_t usec, uint64_t now)
{
	time_t then = usec / USEC_PER_SEC, today = now / USEC_PER_SEC;
	struct tm a, b;

	localtime_r(&then, &a);
	localtime_r(&today, &b);
	strftime(words, WORDS_MAX,
		 a.tm_yday == b.tm_yday && a.tm_year == b.tm_year ?
		 "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &a);
	return words;
}

const char *color_of(const char *health)
{
	if (strcmp(health, "ok") == 0)
		return "\033[32m";
	if (strcmp(health, "degraded") == 0)
		return "\033[33m";
	if (strcmp(health, "critical") == 0)
		return "\033[1;31m";
	return "\033[1m";
}
