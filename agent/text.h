/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEXT_H
#define DUALHOME_TEXT_H

/*
 * The kernel allows any byte but '/', ':' and white space in the name of an
 * interface. D-Bus wants UTF-8, a terminal wants no control characters.
 */

#include <stddef.h>

/* Bytes of the UTF-8 character at @text: 1 to 4, 0 if it is none. */
size_t utf8_length(const char *text);

/*
 * Copy @text; a control character, one that turns the direction of writing, or
 * a byte that is not UTF-8 becomes \xNN, byte by byte.
 * What does not fit is cut off between two characters.
 */
char *text_clean(char *out, size_t size, const char *text);

#endif
