/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frames of the tests, byte by byte. A frame names itself: its source MAC
 * address holds its kind and number, so that every copy of it can be told
 * apart and compared with what was sent. Addresses and ports follow the
 * number too, so that each transmit hash policy spreads the frames of a kind.
 */
#ifndef BOND_FRAME_H
#define BOND_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bond_sniff.h"

#define FRAME_TAGS_MAX	4
#define FRAME_NUMBERS	65536

struct frame_tag {
	uint16_t tpid;
	uint16_t tci;
};

struct frame {
	size_t len;
	uint8_t data[SNIFF_FRAME_MAX];
};

/* Returns the kind's number, or -1. */
int frame_kind(const char *name);
const char *frame_kind_name(int kind);

/* The frame with its tags, outer first, padded to at least min_len. */
void frame_build(struct frame *f, int kind, unsigned int number,
		 const struct frame_tag *tags, size_t tag_count,
		 size_t min_len);

/* Whether the bytes are a frame of ours, and which. */
bool frame_name(const uint8_t *data, size_t len, int *kind,
		unsigned int *number);

#endif
