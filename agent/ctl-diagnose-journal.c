// SPDX-License-Identifier: GPL-2.0
/*
 * The last faults, by MESSAGE_ID, and the last words of and about the service.
 * The journal is read from its files: it needs neither the bus nor the daemon.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "ctl-diagnose.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "journal.h"
#include "text.h"
#include "util.h"

#define EVENTS_MAX 50
#define LOG_MAX 30
#define UNIT "dualhomed.service"

static const struct column columns[] = {
	{ "TIME",	"time_usec", COLUMN_NUMBER, false },
	{ "CODE",	"code", COLUMN_TEXT, false },
	{ "MESSAGE",	"message", COLUMN_TEXT, false },
};

/* Who may write a MESSAGE_ID of ours is everybody; who is the unit is not. */
static int match_events(sd_journal *journal, const char *bond)
{
	char match[64];
	int r;

	r = sd_journal_add_match(journal, "_SYSTEMD_UNIT=" UNIT, 0);
	for (int code = 0; r >= 0 && code < _FAULT_CODE_MAX; code++) {
		snprintf(match, sizeof(match), "MESSAGE_ID=%s",
			 journal_id(fault_code_to_string(code)));
		r = sd_journal_add_match(journal, match, 0);
	}
	if (r >= 0)
		r = sd_journal_add_match(journal, "MESSAGE_ID=" JOURNAL_ID_CLEARED,
					 0);
	if (r >= 0 && bond) {
		snprintf(match, sizeof(match), "BOND=%s", bond);
		r = sd_journal_add_match(journal, match, 0);
	}
	return r;
}

/* What it says itself, and what systemd says of it: how it died. */
static int match_log(sd_journal *journal)
{
	int r;

	r = sd_journal_add_match(journal, "_SYSTEMD_UNIT=" UNIT, 0);
	if (r >= 0)
		r = sd_journal_add_disjunction(journal);
	if (r >= 0)
		r = sd_journal_add_match(journal, "_PID=1", 0);
	if (r >= 0)
		r = sd_journal_add_match(journal, "UNIT=" UNIT, 0);
	return r;
}

static const char *get_field(sd_journal *journal, const char *field,
			     char text[512])
{
	size_t length, prefix = strlen(field) + 1;
	char raw[256];
	const void *data;

	text[0] = '\0';
	if (sd_journal_get_data(journal, field, &data, &length) < 0 ||
	    length < prefix)
		return text;
	snprintf(raw, sizeof(raw), "%.*s", (int)(length - prefix),
		 (const char *)data + prefix);
	return text_clean(text, 512, raw);
}

static void add_entry(struct table *table, sd_journal *journal)
{
	uint64_t now = now_usec(CLOCK_REALTIME), usec = 0;
	char words[WORDS_MAX], text[512];

	sd_journal_get_realtime_usec(journal, &usec);
	table_row(table);
	table_value(table, usec, format_since(words, usec, now));
	table_text(table, get_field(journal, "CODE", text));
	table_text(table, get_field(journal, "MESSAGE", text));
}

/* The last @most that match, the oldest first; their number or -errno. */
static int fill(struct table *table, sd_journal *journal, unsigned int most)
{
	int count, r;

	r = sd_journal_seek_tail(journal);
	if (r >= 0)
		r = sd_journal_previous_skip(journal, most + 1);
	for (count = 0; r > 0 && count < (int)most; count++) {
		add_entry(table, journal);
		r = sd_journal_next(journal);
	}
	return r < 0 ? r : count;
}

static void show(struct diagnosis *d, sd_journal *journal, const char *key,
		 unsigned int most)
{
	struct table *table = table_new(d->ctl, key, columns,
					ARRAY_SIZE(columns));
	int r;

	r = table ? fill(table, journal, most) : 0;
	if (r > 0 || d->ctl->json) {
		section_table(d, key, table);
	} else {
		table_free(table);
		section_fact(d, key, "none");
	}
	if (r < 0)
		section_missing(d, "the journal: %s", strerror(-r));
	sd_journal_flush_matches(journal);
}

void diagnose_events(struct diagnosis *d)
{
	sd_journal *journal;
	int r;

	section_open(d, "journal", "Journal");
	r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);
	if (r < 0) {
		section_missing(d, "the journal: %s", strerror(-r));
		section_close(d);
		return;
	}
	if (sd_journal_has_runtime_files(journal) <= 0 &&
	    sd_journal_has_persistent_files(journal) <= 0)
		section_missing(d, "the journal: no file of it can be read; root and the group systemd-journal may");
	if (match_events(journal, d->bond) >= 0)
		show(d, journal, "events", EVENTS_MAX);
	if (match_log(journal) >= 0)
		show(d, journal, "log", LOG_MAX);
	sd_journal_close(journal);
	section_close(d);
}
