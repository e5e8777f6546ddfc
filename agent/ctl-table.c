// SPDX-License-Identifier: GPL-2.0

#include "ctl.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct table {
	const struct ctl *ctl;
	struct libscols_table *scols;
	struct libscols_line *line;
	size_t column;
	bool failed;			/* out of memory: said by table_print() */
};

static int add_column(struct table *table, const struct column *column)
{
	static const int types[] = {
		[COLUMN_TEXT]	= SCOLS_JSON_STRING,
		[COLUMN_NUMBER]	= SCOLS_JSON_NUMBER,
		[COLUMN_BOOL]	= SCOLS_JSON_BOOLEAN,
	};
	struct libscols_column *scols;

	scols = scols_table_new_column(table->scols, table->ctl->json ?
				       column->json : column->header, 0,
				       column->right ? SCOLS_FL_RIGHT : 0);
	if (!scols)
		return -ENOMEM;
	return scols_column_set_json_type(scols, types[column->type]);
}

struct table *table_new(const struct ctl *ctl, const char *name,
			const struct column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));
	int r;

	if (!table)
		return NULL;
	table->ctl = ctl;
	table->scols = scols_new_table();
	if (!table->scols)
		return table_free(table);
	/* never cut off for a narrow terminal: it is read by scripts, too */
	r = scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER);
	r = r ? r : scols_table_set_name(table->scols, name);
	r = r ? r : scols_table_enable_json(table->scols, ctl->json != JSON_OFF);
	r = r ? r : scols_table_enable_noheadings(table->scols, ctl->no_legend);
	r = r ? r : scols_table_enable_colors(table->scols, ctl->color);
	for (size_t i = 0; !r && i < count; i++)
		r = add_column(table, &columns[i]);
	return r ? table_free(table) : table;
}

struct table *table_free(struct table *table)
{
	if (table)
		scols_unref_table(table->scols);
	free(table);
	return NULL;
}

void table_row(struct table *table)
{
	table->line = scols_table_new_line(table->scols, NULL);
	table->column = 0;
	if (!table->line)
		table->failed = true;
}

static void set_cell(struct table *table, const char *text)
{
	if (!table->line ||
	    scols_line_set_data(table->line, table->column++, text) != 0)
		table->failed = true;
}

/* Nothing is null in JSON; for people a dash keeps the columns apart. */
void table_text(struct table *table, const char *text)
{
	if (!*text)
		text = table->ctl->json ? NULL : "-";
	set_cell(table, text);
}

void table_number(struct table *table, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	set_cell(table, text);
}

void table_bool(struct table *table, bool value, const char *yes,
		const char *no)
{
	if (table->ctl->json)
		set_cell(table, value ? "1" : "0");
	else
		set_cell(table, value ? yes : no);
}

void table_colored(struct table *table, const char *text, const char *color)
{
	struct libscols_cell *cell;

	table_text(table, text);
	if (!table->line || !table->ctl->color)
		return;
	cell = scols_line_get_cell(table->line, table->column - 1);
	if (cell && scols_cell_set_color(cell, color) != 0)
		table->failed = true;
}

void table_health(struct table *table, const char *health)
{
	table_colored(table, health, color_of(health));
}

void table_value(struct table *table, uint64_t value, const char *words)
{
	if (!words)
		table_text(table, "");
	else if (table->ctl->json)
		table_number(table, value);
	else
		table_text(table, words);
}

static void print_lines(const char *text, const char *indent)
{
	size_t length;

	for (; *text; text += length) {
		length = strcspn(text, "\n");
		printf("%s%.*s\n", indent, (int)length, text);
		if (text[length])
			length++;
	}
}

int table_print(struct table *table, const char *indent)
{
	_cleanup_(freep) char *text = NULL;

	if (table->failed ||
	    scols_print_table_to_string(table->scols, &text) != 0)
		return ctl_fail(CTL_UNKNOWN, "cannot print: %s",
				strerror(ENOMEM));
	if (table->ctl->json)
		json_format(stdout, text, table->ctl->json);
	else if (text)
		print_lines(text, indent);
	return 0;
}

/* libsmartcols prints an object with one member, the array: {"NAME": [...]} */
void table_embed(struct table *table, struct json *json, const char *key)
{
	_cleanup_(freep) char *text = NULL;
	char *begin, *end;

	if (table->failed ||
	    scols_print_table_to_string(table->scols, &text) != 0 || !text)
		begin = NULL;
	else
		begin = strchr(text, '[');
	end = begin ? strrchr(begin, ']') : NULL;
	if (end)
		end[1] = '\0';
	json_raw(json, key, end ? begin : "[]");
}
