// SPDX-License-Identifier: GPL-2.0
/* Keepalives and their answers, tagged or not; see run-fuzz. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame-neighbor.h"
#include "frame.h"

#define ETHER_HEADER 14

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The checksum covers the packet: one bit more or less is another sum. */
static void check_sum(const uint8_t *bytes, size_t length, size_t packet)
{
	uint8_t *other = malloc(length);
	struct frame_echo echo;

	if (!other)
		abort();
	memcpy(other, bytes, length);
	other[ETHER_HEADER + packet - 1] ^= 1;
	if (frame_parse_echo(other, length, &echo) != -EBADMSG)
		abort();
	free(other);
}

/* What is accepted can be built, and says the same. */
static void check_echo(const uint8_t *bytes, size_t length)
{
	struct frame_echo echo, again;
	uint8_t built[FRAME_MAX];
	int r = frame_parse_echo(bytes, length, &echo);

	if (r != 0 && r != -EBADMSG && r != -ENOMSG)
		abort();
	if (r < 0)
		return;
	if (echo.packet_size + ETHER_HEADER > length)
		abort();
	check_sum(bytes, length, echo.packet_size);
	r = frame_build_echo(&echo, built, sizeof(built));
	if (r < 0 || frame_parse_echo(built, r, &again) ||
	    echo.cookie != again.cookie || echo.reply != again.reply ||
	    echo.sequence != again.sequence ||
	    echo.identifier != again.identifier ||
	    echo.sent_usec != again.sent_usec ||
	    memcmp(echo.source_mac, again.source_mac, MAC_LEN) != 0 ||
	    !address_equal(&echo.source, &again.source) ||
	    !address_equal(&echo.destination, &again.destination))
		abort();
}

/* Tags that were taken out can be put back. */
static void check_tags(const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size);
	struct frame_tags tags;
	int length;

	if (!bytes)
		return;
	if (size)
		memcpy(bytes, data, size);
	length = frame_strip_tags(bytes, size, &tags);
	if (length >= 0) {
		if (tags.count > FRAME_TAGS_MAX || length < ETHER_HEADER ||
		    (size_t)length > size ||
		    size - length != 4 * tags.count)
			abort();
		check_echo(bytes, length);
		if (tags.count &&
		    frame_add_tags(&tags, bytes, length, size) != (int)size)
			abort();
	} else if (length != -EBADMSG) {
		abort();
	}
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > FRAME_MAX)
		return 0;
	check_echo(data, size);
	check_tags(data, size);
	return 0;
}
