// SPDX-License-Identifier: GPL-2.0

#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

/* C0, DEL and the C1 range, which some terminals obey as well. */
static bool is_control(const char *text, size_t length)
{
	unsigned char byte = text[0];

	return (length == 1 && (byte < 0x20 || byte == 0x7f)) ||
	       (length == 2 && byte == 0xc2 && (unsigned char)text[1] < 0xa0);
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
