// SPDX-License-Identifier: GPL-2.0
/* What a report consists of, for people and as JSON. */

#include "ctl-diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "util.h"

void section_open(struct diagnosis *d, const char *key, const char *title)
{
	if (d->ctl->json)
		json_open(&d->json, key, '{');
	else
		printf("\n=== %s ===\n", title);
}

void section_close(struct diagnosis *d)
{
	if (d->ctl->json)
		json_close(&d->json, '}');
}

void section_fact(struct diagnosis *d, const char *key, const char *value)
{
	char clean[1024];

	if (!value || !*value)
		return;
	if (d->ctl->json)
		json_string(&d->json, key, value);
	else
		printf("%s: %s\n", key, text_clean(clean, sizeof(clean), value));
}

/* A tab stays; of a line that is longer than anything sane, the start. */
static void print_line(const char *line, size_t length)
{
	char raw[1024], clean[4096];
	size_t used = 0;

	for (size_t i = 0; i < length && used < sizeof(raw) - 8; i++) {
		if (line[i] != '\t') {
			raw[used++] = line[i];
			continue;
		}
		do
			raw[used++] = ' ';
		while (used % 8);
	}
	raw[used] = '\0';
	printf("  %s\n", text_clean(clean, sizeof(clean), raw));
}

void section_text(struct diagnosis *d, const char *key, const char *text)
{
	char clean[1024];
	size_t length;

	if (d->ctl->json) {
		json_string(&d->json, key, text);
		return;
	}
	printf("%s:\n", text_clean(clean, sizeof(clean), key));
	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		print_line(text, length);
	}
}

void section_table(struct diagnosis *d, const char *key, struct table *table)
{
	if (!table)
		section_missing(d, "%s: out of memory", key);
	else if (d->ctl->json)
		table_embed(table, &d->json, key);
	else
		table_print(table, "");
	table_free(table);
}

void section_missing(struct diagnosis *d, const char *format, ...)
{
	_cleanup_(freep) char *before = d->missing;
	char text[512], clean[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_clean(clean, sizeof(clean), text);
	if (!d->ctl->json)
		printf("(missing: %s)\n", clean);
	if (asprintf(&d->missing, "%s%s\n", before ? before : "", clean) < 0)
		d->missing = NULL;
}
