/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FRAME_SUM_H
#define DUALHOME_FRAME_SUM_H

/*
 * The Internet checksum (RFC 1071), in host byte order; over bytes that hold
 * their own checksum it is 0.
 */

#include <stddef.h>
#include <stdint.h>

uint16_t frame_sum(const void *bytes, size_t length);

/*
 * Of an ICMPv6 message, with the pseudo header of RFC 8200, 8.1; @addresses
 * are source and destination, as they stand in the header.
 */
uint16_t frame_sum_icmp6(const void *addresses, const void *message,
			 size_t length);

#endif
