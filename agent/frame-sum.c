// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "frame-sum.h"

/*
 * RFC 1071, 2: words may be added in the order of bytes of the machine, and two
 * at a time. At most 64 kB, so 64 bits hold all the carries.
 */
static uint64_t add_up(uint64_t sum, const void *data, size_t length)
{
	const uint8_t *bytes = data;
	uint32_t word;

	for (; length >= sizeof(word); length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
		bytes += sizeof(word);
	}
	word = 0;
	memcpy(&word, bytes, length);
	return sum + word;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ntohs(~sum);
}

uint16_t frame_sum(const void *bytes, size_t length)
{
	return fold(add_up(0, bytes, length));
}

uint16_t frame_sum_icmp6(const void *addresses, const void *message,
			 size_t length)
{
	uint64_t sum = htonl(length + IPPROTO_ICMPV6);

	sum = add_up(sum, addresses, 2 * sizeof(struct in6_addr));
	return fold(add_up(sum, message, length));
}
