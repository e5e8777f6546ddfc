// SPDX-License-Identifier: GPL-2.0

#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

/* The code point of @length bytes at @text, without its leading bits. */
static uint32_t decode(const unsigned char *text, size_t length)
{
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = text[0] & mask[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (text[i] & 0x3f);
	return code;
}

size_t utf8_length(const char *text)
{
	/* the smallest code point that needs this many bytes (RFC 3629) */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length;
	uint32_t code;

	if (bytes[0] < 0x80)
		return 1;
	if ((bytes[0] & 0xe0) == 0xc0)
		length = 2;
	else if ((bytes[0] & 0xf0) == 0xe0)
		length = 3;
	else if ((bytes[0] & 0xf8) == 0xf0)
		length = 4;
	else
		return 0;

	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;

	code = decode(bytes, length);
	if (code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

/*
 * C0, DEL and the C1 range, which some terminals obey as well; then what ends a
 * line (U+2028) or turns the order of letters around, so that a name from a
 * foreign switch reads as another one: "Trojan Source", CVE-2021-42574.
 */
static bool is_control(const char *text, size_t length)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x061c, 0x061c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};
	uint32_t code = decode((const unsigned char *)text, length);

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

char *text_clean(char *out, size_t size, const char *text)
{
	size_t used = 0, length;

	while (*text) {
		length = utf8_length(text);
		if (length == 0 || is_control(text, length)) {
			if (used + sizeof("\\xNN") > size)
				break;
			used += sprintf(out + used, "\\x%02x",
					(unsigned char)*text);
			text++;
		} else {
			if (used + length + 1 > size)
				break;
			memcpy(out + used, text, length);
			used += length;
			text += length;
		}
	}
	out[used] = '\0';
	return out;
}
