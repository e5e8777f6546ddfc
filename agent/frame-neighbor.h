/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FRAME_NEIGHBOR_H
#define DUALHOME_FRAME_NEIGHBOR_H

/*
 * Frames of ARP (RFC 826), RARP (RFC 903) and IPv6 neighbor discovery (RFC
 * 4861), and the VLAN tags of any frame. Builders return the length of the
 * frame in @bytes, or -EMSGSIZE if it does not fit, -EINVAL.
 */

#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "lacp.h"

#define FRAME_TAGS_MAX 2		/* QinQ; nobody stacks more */

/* VLAN tags of a frame, the outer one first; the priority is 0. */
struct frame_tags {
	unsigned int count;
	struct frame_tag {
		uint16_t protocol;	/* ETH_P_8021Q or ETH_P_8021AD */
		uint16_t id;
	} list[FRAME_TAGS_MAX];
};

enum frame_neighbor_kind {
	/* a question that the peer answers: ARP request, or NS */
	FRAME_SOLICIT,
	/* gratuitous ARP in either form; of IPv6 both are an unsolicited NA */
	FRAME_ANNOUNCE_REQUEST,
	FRAME_ANNOUNCE_REPLY,
};

struct frame_neighbor {
	enum frame_neighbor_kind kind;
	bool router;			/* of an NA: we forward IPv6 */
	uint8_t source_mac[MAC_LEN];
	uint8_t destination_mac[MAC_LEN];	/* unicast, or as below */
	struct address source;		/* ours */
	struct address target;		/* of FRAME_SOLICIT: the peer */
};

extern const uint8_t frame_broadcast[MAC_LEN];

/* All nodes of the link, for an announcement of that family. */
const uint8_t *frame_everybody(int family);

int frame_build_neighbor(const struct frame_neighbor *neighbor, uint8_t *bytes,
			 size_t size);

/* A broadcast in the name of @mac: "which address is mine?" */
int frame_build_rarp(const uint8_t mac[MAC_LEN], uint8_t *bytes, size_t size);

/* Put @tags behind the MACs of a frame of @length in a buffer of @size. */
int frame_add_tags(const struct frame_tags *tags, uint8_t *bytes, size_t length,
		   size_t size);

/*
 * Take up to FRAME_TAGS_MAX tags out of a frame that was heard; the new
 * length, or -EBADMSG if the frame ends within them.
 */
int frame_strip_tags(uint8_t *bytes, size_t length, struct frame_tags *tags);

#endif
