/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FRAME_H
#define DUALHOME_FRAME_H

/*
 * Bytes <-> struct; no I/O, no clock. Parsers take any bytes and return
 * -EBADMSG for what is malformed or truncated, and -ENOMSG for a frame that is
 * sound but something else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "lacp.h"

/* The longest MTU that network cards have (9710), Ethernet, two VLAN tags */
#define FRAME_MAX 9732

/* "dualhome": opens the payload of our echoes, for the filter and for tcpdump */
#define FRAME_ECHO_MAGIC 0x6475616c686f6d65ULL

/* A keepalive or its answer: ICMP (RFC 792) or ICMPv6 (RFC 4443) echo. */
struct frame_echo {
	uint8_t source_mac[MAC_LEN];
	uint8_t destination_mac[MAC_LEN];
	struct address source;
	struct address destination;
	bool reply;
	uint16_t identifier;
	uint16_t sequence;
	uint64_t cookie;		/* secret: an answer must carry it */
	uint64_t sent_usec;		/* monotonic time of sending */
	uint16_t packet_size;		/* of IP; 0 to build the smallest */
};

/* Length of the frame in @bytes, or -EMSGSIZE, -EINVAL. */
int frame_build_echo(const struct frame_echo *echo, uint8_t *bytes, size_t size);

/*
 * -ENOMSG for any echo that is not ours, as one with IP options or with a tag
 * (frame_strip_tags()).
 */
int frame_parse_echo(const uint8_t *bytes, size_t length, struct frame_echo *echo);

/* IEEE 802.1AX-2020, 6.4.2.3: Ethernet header and LACPDU, without FCS */
#define FRAME_LACPDU_SIZE 124

void frame_build_lacpdu(const struct frame_lacpdu *lacpdu,
			uint8_t bytes[FRAME_LACPDU_SIZE]);
int frame_parse_lacpdu(const uint8_t *bytes, size_t length,
		       struct frame_lacpdu *lacpdu);

#endif
