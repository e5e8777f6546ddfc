// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"
#include "util.h"

static void test_utf8_length(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} rows[] = {
		{ "a", 1 },
		{ "\xc3\xa9", 2 },			/* e with acute */
		{ "\xe2\x82\xac", 3 },			/* euro sign */
		{ "\xf0\x9f\x8c\x8d", 4 },		/* a globe */
		{ "\xf4\x8f\xbf\xbf", 4 },		/* the last one */
		{ "\xf4\x90\x80\x80", 0 },		/* one beyond */
		{ "\xc0\xaf", 0 },			/* overlong '/' */
		{ "\xe0\x80\x80", 0 },			/* overlong NUL */
		{ "\xed\xa0\x80", 0 },			/* a surrogate */
		{ "\x80", 0 },				/* continuation alone */
		{ "\xc3", 0 },				/* cut off */
		{ "\xff", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(utf8_length(rows[i].text), rows[i].length);
}

static void test_clean(void **state)
{
	char out[12];

	(void)state;
	assert_string_equal(text_clean(out, sizeof(out), "bond0"), "bond0");
	assert_string_equal(text_clean(out, sizeof(out), "a\x1b[m"), "a\\x1b[m");
	assert_string_equal(text_clean(out, sizeof(out), "\xff" "b"), "\\xffb");
	assert_string_equal(text_clean(out, sizeof(out), "\xc2\x9b" "b"),
			    "\\xc2\\x9bb");
	assert_string_equal(text_clean(out, sizeof(out), "\xc3\xa9"), "\xc3\xa9");
	/* never half a character, never half an escape */
	assert_string_equal(text_clean(out, 6, "abcd\xc3\xa9"), "abcd");
	assert_string_equal(text_clean(out, 5, "ab\x01"), "ab");
	assert_string_equal(text_clean(out, 1, "ab"), "");
}

/* What turns the direction of writing or ends a line; its neighbors stay. */
static void test_bidi(void **state)
{
	static const char *const bad[] = {
		"\u061c", "\u200e", "\u200f", "\u2028", "\u202a", "\u202b",
		"\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
		"\u2069",
	}, *const good[] = {
		"\u061b", "\u200d", "\u2010", "\u2027", "\u202f", "\u2065",
		"\u206a", "\u00a0", "\U0001f600",
	};
	const unsigned char *bytes;
	char out[32], wanted[32];
	size_t used;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		used = 0;
		for (bytes = (const unsigned char *)bad[i]; *bytes; bytes++)
			used += sprintf(wanted + used, "\\x%02x", *bytes);
		assert_string_equal(text_clean(out, sizeof(out), bad[i]), wanted);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_string_equal(text_clean(out, sizeof(out), good[i]), good[i]);
}

static void test_values(void **state)
{
	struct json json = { 0 };
	size_t size;
	char *text;

	(void)state;
	json.out = open_memstream(&text, &size);
	json_open(&json, NULL, '{');
	json_string(&json, "name", "a\"b\\\n\x01/\xc3\xa9\xff");
	json_number(&json, "most", UINT64_MAX);
	json_open(&json, "list", '[');
	json_bool(&json, NULL, true);
	json_bool(&json, NULL, false);
	json_null(&json, NULL);
	json_open(&json, NULL, '{');
	json_close(&json, '}');
	json_close(&json, ']');
	json_number(&json, "last", 0);
	json_close(&json, '}');
	fclose(json.out);
	assert_string_equal(text,
		"{\"name\":\"a\\\"b\\\\\\n\\u0001/\xc3\xa9\\ufffd\","
		"\"most\":18446744073709551615,"
		"\"list\":[true,false,null,{}],\"last\":0}");
	free(text);
}

static char *format(const char *text, enum json_style style)
{
	size_t size;
	char *result;
	FILE *out = open_memstream(&result, &size);

	json_format(out, text, style);
	fclose(out);
	return result;
}

static void test_format(void **state)
{
	static const char loose[] =
		" {\n \"a, {b}\\\" \" : [ 1,\ttrue ], \"c\":{ }, \"d\":[]}\n";
	char *text;

	(void)state;
	text = format(loose, JSON_SHORT);
	assert_string_equal(text,
		"{\"a, {b}\\\" \":[1,true],\"c\":{},\"d\":[]}\n");
	free(text);

	text = format(loose, JSON_PRETTY);
	assert_string_equal(text,
		"{\n"
		"  \"a, {b}\\\" \": [\n"
		"    1,\n"
		"    true\n"
		"  ],\n"
		"  \"c\": {},\n"
		"  \"d\": []\n"
		"}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_length),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_bidi),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
