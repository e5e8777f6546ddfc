/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_JSON_H
#define DUALHOME_JSON_H

/*
 * Writes JSON (RFC 8259) to a stream, one value after the other; @key is NULL
 * inside of an array and at the top. The caller closes what it opens.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma;			/* the next value needs one before it */
};

void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
/* @text is sound JSON. */
void json_raw(struct json *json, const char *key, const char *text);
void json_null(struct json *json, const char *key);

enum json_style {
	JSON_OFF,
	JSON_SHORT,			/* one line */
	JSON_PRETTY,			/* a line per value, indented */
};

/* Write sound JSON text anew in @style, with a newline at its end. */
void json_format(FILE *out, const char *text, enum json_style style);

#endif
