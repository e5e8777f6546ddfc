// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>

#include "frame-neighbor.h"
#include "frame-sum.h"

#define ND_HOP_LIMIT 255		/* RFC 4861: proves that nobody routed it */

struct arp {
	struct ether_header ethernet;
	struct ether_arp arp;
} __attribute__((packed));

/* NS and NA have one layout: flags, target, one link-layer address option. */
struct nd {
	struct ether_header ethernet;
	struct ip6_hdr ip;
	struct nd_body {
		struct icmp6_hdr icmp;
		struct in6_addr target;
		uint8_t option;
		uint8_t option_length;	/* in units of 8 bytes */
		uint8_t mac[MAC_LEN];
	} __attribute__((packed)) body;
} __attribute__((packed));

const uint8_t frame_broadcast[MAC_LEN] = { 255, 255, 255, 255, 255, 255 };

const uint8_t *frame_everybody(int family)
{
	static const uint8_t all_nodes[MAC_LEN] = { 0x33, 0x33, 0, 0, 0, 1 };

	return family == AF_INET6 ? all_nodes : frame_broadcast;
}

static void fill_ethernet(struct ether_header *ethernet, const uint8_t *to,
			  const uint8_t *from, uint16_t type)
{
	memcpy(ethernet->ether_dhost, to, MAC_LEN);
	memcpy(ethernet->ether_shost, from, MAC_LEN);
	ethernet->ether_type = htobe16(type);
}

static struct arphdr arp_header(uint16_t operation)
{
	return (struct arphdr) {
		.ar_hrd = htobe16(ARPHRD_ETHER),
		.ar_pro = htobe16(ETHERTYPE_IP),
		.ar_hln = MAC_LEN,
		.ar_pln = sizeof(struct in_addr),
		.ar_op = htobe16(operation),
	};
}

/*
 * An announcement asks for, or answers with, its own address. Its reply form
 * names the receiver's MAC as target, as any reply does (RFC 5944, 4.6).
 */
static int build_arp(const struct frame_neighbor *neighbor, uint8_t *bytes,
		     size_t size)
{
	const bool reply = neighbor->kind == FRAME_ANNOUNCE_REPLY;
	const struct in_addr *target = neighbor->kind == FRAME_SOLICIT ?
				       &neighbor->target.in : &neighbor->source.in;
	struct arp frame = {};

	if (size < sizeof(frame))
		return -EMSGSIZE;
	fill_ethernet(&frame.ethernet, neighbor->destination_mac,
		      neighbor->source_mac, ETHERTYPE_ARP);
	frame.arp.ea_hdr = arp_header(reply ? ARPOP_REPLY : ARPOP_REQUEST);
	memcpy(frame.arp.arp_sha, neighbor->source_mac, MAC_LEN);
	memcpy(frame.arp.arp_spa, &neighbor->source.in, sizeof(struct in_addr));
	memcpy(frame.arp.arp_tpa, target, sizeof(*target));
	if (reply)
		memcpy(frame.arp.arp_tha, neighbor->destination_mac, MAC_LEN);
	memcpy(bytes, &frame, sizeof(frame));
	return sizeof(frame);
}

static void fill_solicitation(const struct frame_neighbor *neighbor,
			      struct nd *frame)
{
	frame->ip.ip6_dst = neighbor->target.in6;
	frame->body.icmp.icmp6_type = ND_NEIGHBOR_SOLICIT;
	frame->body.target = neighbor->target.in6;
	frame->body.option = ND_OPT_SOURCE_LINKADDR;
}

static void fill_advertisement(const struct frame_neighbor *neighbor,
			       struct nd *frame)
{
	frame->ip.ip6_dst = (struct in6_addr) {
		{ { 0xff, 0x02, [15] = 1 } }
	};
	frame->body.icmp.icmp6_type = ND_NEIGHBOR_ADVERT;
	frame->body.icmp.icmp6_data32[0] = ND_NA_FLAG_OVERRIDE;
	if (neighbor->router)
		frame->body.icmp.icmp6_data32[0] |= ND_NA_FLAG_ROUTER;
	frame->body.target = neighbor->source.in6;
	frame->body.option = ND_OPT_TARGET_LINKADDR;
}

static int build_nd(const struct frame_neighbor *neighbor, uint8_t *bytes,
		    size_t size)
{
	struct nd frame = {
		.ip = {
			.ip6_flow = htobe32(6U << 28),
			.ip6_plen = htobe16(sizeof(frame.body)),
			.ip6_nxt = IPPROTO_ICMPV6,
			.ip6_hlim = ND_HOP_LIMIT,
			.ip6_src = neighbor->source.in6,
		},
		.body.option_length = 1,
	};

	if (size < sizeof(frame))
		return -EMSGSIZE;
	fill_ethernet(&frame.ethernet, neighbor->destination_mac,
		      neighbor->source_mac, ETHERTYPE_IPV6);
	if (neighbor->kind == FRAME_SOLICIT)
		fill_solicitation(neighbor, &frame);
	else
		fill_advertisement(neighbor, &frame);
	memcpy(frame.body.mac, neighbor->source_mac, MAC_LEN);
	memcpy(bytes, &frame, sizeof(frame));
	frame.body.icmp.icmp6_cksum =
		htobe16(frame_sum_icmp6(&bytes[offsetof(struct nd, ip.ip6_src)],
					&frame.body, sizeof(frame.body)));
	memcpy(bytes, &frame, sizeof(frame));
	return sizeof(frame);
}

int frame_build_neighbor(const struct frame_neighbor *neighbor, uint8_t *bytes,
			 size_t size)
{
	if (neighbor->kind == FRAME_SOLICIT &&
	    neighbor->target.family != neighbor->source.family)
		return -EINVAL;
	switch (neighbor->source.family) {
	case AF_INET:
		return build_arp(neighbor, bytes, size);
	case AF_INET6:
		return build_nd(neighbor, bytes, size);
	default:
		return -EINVAL;
	}
}

int frame_build_rarp(const uint8_t mac[MAC_LEN], uint8_t *bytes, size_t size)
{
	struct arp frame = {};

	if (size < sizeof(frame))
		return -EMSGSIZE;
	fill_ethernet(&frame.ethernet, frame_broadcast, mac, ETHERTYPE_REVARP);
	frame.arp.ea_hdr = arp_header(ARPOP_RREQUEST);
	memcpy(frame.arp.arp_sha, mac, MAC_LEN);
	memcpy(frame.arp.arp_tha, mac, MAC_LEN);
	memcpy(bytes, &frame, sizeof(frame));
	return sizeof(frame);
}

int frame_add_tags(const struct frame_tags *tags, uint8_t *bytes, size_t length,
		   size_t size)
{
	const size_t macs = 2 * MAC_LEN, added = 4 * tags->count;
	uint16_t words[2];

	if (length < macs)
		return -EINVAL;
	if (size < length + added)
		return -EMSGSIZE;
	memmove(bytes + macs + added, bytes + macs, length - macs);
	for (unsigned int i = 0; i < tags->count; i++) {
		words[0] = htobe16(tags->list[i].protocol);
		words[1] = htobe16(tags->list[i].id);
		memcpy(bytes + macs + 4 * i, words, sizeof(words));
	}
	return length + added;
}

int frame_strip_tags(uint8_t *bytes, size_t length, struct frame_tags *tags)
{
	const size_t macs = 2 * MAC_LEN, tag = 4;
	uint16_t words[2];

	tags->count = 0;
	while (tags->count < FRAME_TAGS_MAX) {
		if (length < macs + sizeof(words))
			return -EBADMSG;
		memcpy(words, bytes + macs, sizeof(words));
		if (be16toh(words[0]) != ETH_P_8021Q &&
		    be16toh(words[0]) != ETH_P_8021AD)
			break;
		if (length < macs + tag + sizeof(words[0]))
			return -EBADMSG;
		tags->list[tags->count++] = (struct frame_tag) {
			be16toh(words[0]), be16toh(words[1]) & 0x0fff
		};
		length -= tag;
		memmove(bytes + macs, bytes + macs + tag, length - macs);
	}
	return length;
}
