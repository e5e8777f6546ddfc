// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>

#include "frame-sum.h"

/* 16-bit words; at most 64 kB, so 32 bits hold all the carries. */
static uint32_t add_up(uint32_t start, const void *data, size_t length)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i + 1 < length; i += 2)
		start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (length % 2)
		start += (uint32_t)bytes[length - 1] << 8;
	return start;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

uint16_t frame_sum(const void *bytes, size_t length)
{
	return fold(add_up(0, bytes, length));
}

uint16_t frame_sum_icmp6(const void *addresses, const void *message,
			 size_t length)
{
	uint32_t sum = length + IPPROTO_ICMPV6;

	sum = add_up(sum, addresses, 2 * sizeof(struct in6_addr));
	return fold(add_up(sum, message, length));
}
