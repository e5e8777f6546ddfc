/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_SIPHASH_H
#define DUALHOME_SIPHASH_H

/*
 * SipHash-2-4 (Aumasson, Bernstein 2012) of one 64-bit word. Over a counter it
 * is a random generator whose next value cannot be told from earlier ones
 * without the key.
 */

#include <stdint.h>

static inline uint64_t siphash_rotate(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void siphash_rounds(uint64_t v[4], unsigned int rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = siphash_rotate(v[1], 13) ^ v[0];
		v[3] = siphash_rotate(v[3], 16) ^ v[2];
		v[0] = siphash_rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[1] = siphash_rotate(v[1], 17) ^ v[2];
		v[3] = siphash_rotate(v[3], 21) ^ v[0];
		v[2] = siphash_rotate(v[2], 32);
	}
}

static inline uint64_t siphash(uint64_t key0, uint64_t key1, uint64_t word)
{
	const uint64_t last = 8ULL << 56;	/* the length, in bytes */
	uint64_t v[4] = {
		key0 ^ 0x736f6d6570736575,
		key1 ^ 0x646f72616e646f6d,
		key0 ^ 0x6c7967656e657261,
		key1 ^ 0x7465646279746573,
	};

	v[3] ^= word;
	siphash_rounds(v, 2);
	v[0] ^= word;
	v[3] ^= last;
	siphash_rounds(v, 2);
	v[0] ^= last;
	v[2] ^= 0xff;
	siphash_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
