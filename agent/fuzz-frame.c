// SPDX-License-Identifier: GPL-2.0
/*
 * clang -std=gnu11 -D_GNU_SOURCE -g -fsanitize=fuzzer,address,undefined \
 *	fuzz-frame.c frame.c -o /tmp/fuzz-frame && /tmp/fuzz-frame
 */

#include <stdlib.h>

#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_echo echo, again;
	struct frame_lacpdu lacpdu;
	uint8_t bytes[FRAME_MAX];
	int length;

	frame_parse_lacpdu(data, size, &lacpdu);
	if (frame_parse_echo(data, size, &echo))
		return 0;
	/* What is accepted can be built, and says the same. */
	length = frame_build_echo(&echo, bytes, sizeof(bytes));
	if (length < 0 || frame_parse_echo(bytes, length, &again) ||
	    echo.cookie != again.cookie || echo.sequence != again.sequence ||
	    echo.identifier != again.identifier ||
	    !address_equal(&echo.source, &again.source))
		abort();
	return 0;
}
