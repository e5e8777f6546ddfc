// SPDX-License-Identifier: GPL-2.0
/*
 * inih takes a line apart; what it would pass over in silence is found here: a
 * section without keys, text that is neither section nor key, a line that it
 * would cut, bytes that are no text. A line that is refused is shown to inih as
 * an empty one, so that every mistake of a file is told.
 */
#include <ctype.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config-private.h"
#include "text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define OMITTED "and %u more mistakes"

struct source {
	struct config_reader reader;
	const char *next;
	const char *end;
	bool key_expected;		/* the line in hand must have one */
};

/* The first one is told in any case; room for the last line is kept free. */
void config_mistake(struct config_mistakes *mistakes, const char *path,
		    unsigned int line, const char *format, ...)
{
	const size_t reserve = sizeof(OMITTED) + 10;
	char what[512], clean[640], entry[1024];
	char *end = mistakes->text + mistakes->used;
	size_t room = mistakes->size - mistakes->used;
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	text_clean(clean, sizeof(clean), what);
	if (line)
		snprintf(entry, sizeof(entry), "%s:%u: %s", path, line, clean);
	else
		snprintf(entry, sizeof(entry), "%s: %s", path, clean);

	if (mistakes->used == 0) {
		snprintf(end, room, "%s", entry);
		mistakes->used = strlen(mistakes->text);
	} else if (mistakes->omitted == 0 && strlen(entry) + reserve <= room) {
		mistakes->used += sprintf(end, "\n%s", entry);
	} else {
		snprintf(end, room, "\n" OMITTED, ++mistakes->omitted);
	}
}

/* What is wrong with these bytes, NULL if nothing */
static const char *not_text(const char *line, size_t length)
{
	size_t step;

	if (memchr(line, '\0', length))
		return "a NUL byte: this is no text";
	/* what follows is a blank or NUL: no character goes on there */
	for (size_t i = 0; i < length; i += step) {
		step = utf8_length(line + i);
		if (step == 0)
			return "this is not UTF-8";
	}
	return NULL;
}

/* "[Name]", with nothing behind it but a comment. */
static void read_header(struct source *source, const char *line)
{
	struct config_reader *reader = &source->reader;
	const char *end = strchr(line, ']'), *rest;
	char name[sizeof(reader->section_name)];

	reader->section = CONFIG_SECTION_REFUSED;
	if (!end) {
		config_mistake(reader->mistakes, reader->path, reader->line,
			       "']' is missing: %s", line);
		return;
	}
	rest = end + 1 + strspn(end + 1, " \t");
	if (*rest && *rest != ';' && *rest != '#') {
		config_mistake(reader->mistakes, reader->path, reader->line,
			       "'%s' behind the section's name; keys stand on lines of their own",
			       rest);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	config_enter_section(reader, name);
}

/* What was neither a section nor a key for inih. */
static void judge_last_line(struct source *source)
{
	struct config_reader *reader = &source->reader;

	if (source->key_expected)
		config_mistake(reader->mistakes, reader->path, reader->line,
			       "neither [Section] nor Key=value");
	source->key_expected = false;
}

/* One line without its white space at both ends into @line: its length. */
static size_t next_line(struct source *source, char *line, size_t size)
{
	struct config_reader *reader = &source->reader;
	const char *start = source->next, *end, *what;
	size_t length;

	end = memchr(start, '\n', source->end - start);
	if (!end)
		end = source->end;
	source->next = end < source->end ? end + 1 : end;
	reader->line++;

	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	length = end - start;
	what = not_text(start, length);
	if (length <= size && !what) {
		memcpy(line, start, length);
		return length;
	}
	if (what)
		config_mistake(reader->mistakes, reader->path, reader->line,
			       "%s", what);
	else
		config_mistake(reader->mistakes, reader->path, reader->line,
			       "line is longer than %zu bytes; repeat the key instead",
			       size);
	return 0;
}

/* For inih, like fgets(3). Without indentation nothing continues a line. */
static char *read_line(char *line, int size, void *userdata)
{
	struct source *source = userdata;
	size_t length;

	judge_last_line(source);
	if (source->next == source->end)
		return NULL;
	length = next_line(source, line, size - 2);
	line[length] = '\0';
	if (*line == '[')
		read_header(source, line);
	else
		source->key_expected = *line && *line != ';' && *line != '#';
	line[length] = '\n';
	line[length + 1] = '\0';
	return line;
}

/* Called by inih for each key; 1 = go on. */
static int handle_key(void *userdata, const char *section, const char *name,
		      const char *value)
{
	struct source *source = userdata;

	(void)section;
	source->key_expected = false;
	config_set_key(&source->reader, name, value);
	return 1;
}

void config_read_text(struct config *config, const char *path, const char *text,
		      size_t length, struct config_mistakes *mistakes)
{
	const size_t mark = strlen(BYTE_ORDER_MARK);
	struct source source = {
		.reader = {
			.path = path, .config = config, .mistakes = mistakes,
		},
		.next = text, .end = text + length,
	};

	if (length >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0)
		source.next += mark;
	if (ini_parse_stream(read_line, &source, handle_key, &source) < 0)
		config_mistake(mistakes, path, 0, "out of memory");
}
