// SPDX-License-Identifier: GPL-2.0

#include "json.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "text.h"

static void put_character(FILE *out, const char *text, size_t length)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *escape = strchr(escaped, *text);

	if (length == 0)
		fputs("\\ufffd", out);
	else if (escape)
		fprintf(out, "\\%c", letters[escape - escaped]);
	else if ((unsigned char)*text < 0x20)
		fprintf(out, "\\u%04x", *text);
	else
		fwrite(text, 1, length, out);
}

static void put_string(FILE *out, const char *text)
{
	size_t length;

	putc('"', out);
	for (; *text; text += length ? length : 1) {
		length = utf8_length(text);
		put_character(out, text, length);
	}
	putc('"', out);
}

static void put_key(struct json *json, const char *key)
{
	if (json->comma)
		putc(',', json->out);
	json->comma = true;
	if (!key)
		return;
	put_string(json->out, key);
	putc(':', json->out);
}

void json_open(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	putc(bracket, json->out);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	putc(bracket, json->out);
	json->comma = true;
}

void json_string(struct json *json, const char *key, const char *value)
{
	put_key(json, key);
	put_string(json->out, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	put_key(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_raw(struct json *json, const char *key, const char *text)
{
	put_key(json, key);
	fputs(text, json->out);
}

void json_null(struct json *json, const char *key)
{
	put_key(json, key);
	fputs("null", json->out);
}

/* The end of the string that starts at the quote @text. */
static const char *string_end(const char *text)
{
	for (text++; *text && *text != '"'; text++)
		if (*text == '\\' && text[1])
			text++;
	return *text ? text + 1 : text;
}

static const char *skip_space(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

static void new_line(FILE *out, unsigned int depth)
{
	fprintf(out, "\n%*s", 2 * depth, "");
}

/* Writes one token with the white space that belongs to it. */
static const char *format_token(FILE *out, const char *text,
				unsigned int *depth, bool pretty)
{
	const char *next;

	switch (*text) {
	case '"':
		next = string_end(text);
		fwrite(text, 1, next - text, out);
		return next;
	case '{':
	case '[':
		putc(*text, out);
		next = skip_space(text + 1);
		if (*next == '}' || *next == ']') {
			putc(*next, out);
			return next + 1;
		}
		++*depth;
		if (pretty)
			new_line(out, *depth);
		return next;
	case '}':
	case ']':
		--*depth;
		if (pretty)
			new_line(out, *depth);
		break;
	case ',':
		putc(',', out);
		if (pretty)
			new_line(out, *depth);
		return text + 1;
	case ':':
		fputs(pretty ? ": " : ":", out);
		return text + 1;
	default:
		break;
	}
	putc(*text, out);
	return text + 1;
}

void json_format(FILE *out, const char *text, enum json_style style)
{
	unsigned int depth = 0;

	for (text = skip_space(text); *text; text = skip_space(text))
		text = format_token(out, text, &depth, style == JSON_PRETTY);
	putc('\n', out);
}
