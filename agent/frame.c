// SPDX-License-Identifier: GPL-2.0
/*
 * Our echoes have one shape only: no IP options or extension headers, no
 * fragments, a payload of fixed size, and zeros behind it if they are to be as
 * long as the MTU. A host that answers returns that shape, so each family is
 * one packed struct that is copied in or out whole; anything else is not ours.
 * VLAN tags are put around it, and taken off, in a step of their own.
 */

#include <endian.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>

#include "frame-sum.h"
#include "frame.h"

/* What the kernel gives to packets of its own (ip_default_ttl). */
#define HOP_LIMIT 64

/*
 * No DSCP: a keepalive says what data can expect of this leaf, so it takes the
 * class of data; and edges may drop network control (CS6) that hosts send.
 */
#define TRAFFIC_CLASS 0

#define LACP_SUBTYPE 1			/* of the slow protocols */
#define LACP_TLV_ACTOR 1
#define LACP_TLV_PARTNER 2
#define LACP_TLV_COLLECTOR 3
#define LACP_VERSION 1

static const uint8_t slow_protocols[MAC_LEN] = { 0x01, 0x80, 0xc2, 0, 0, 0x02 };

struct echo {
	uint8_t type;
	uint8_t code;
	uint16_t checksum;
	uint16_t identifier;
	uint16_t sequence;
	uint64_t magic;
	uint64_t cookie;
	uint64_t sent_usec;
} __attribute__((packed));

struct frame4 {
	struct ether_header ethernet;
	struct iphdr ip;
	struct echo echo;
} __attribute__((packed));

struct frame6 {
	struct ether_header ethernet;
	struct ip6_hdr ip;
	struct echo echo;
} __attribute__((packed));

/* IEEE 802.1AX-2020, 6.4.2: fixed size, whatever the version appends. */
struct lacp_party {
	uint8_t tlv;
	uint8_t tlv_length;
	uint16_t system_priority;
	uint8_t system[MAC_LEN];
	uint16_t key;
	uint16_t port_priority;
	uint16_t port;
	uint8_t state;
	uint8_t reserved[3];
} __attribute__((packed));

struct lacp_frame {
	struct ether_header ethernet;
	uint8_t subtype;
	uint8_t version;
	struct lacp_party actor;
	struct lacp_party partner;
	struct {
		uint8_t tlv;
		uint8_t tlv_length;
		uint16_t max_delay;
		uint8_t reserved[12];
	} __attribute__((packed)) collector;
	uint8_t rest[52];		/* terminator (0), reserved */
} __attribute__((packed));

_Static_assert(sizeof(struct echo) == 32, "ICMP header and payload");
_Static_assert(sizeof(struct frame4) == 66, "no padding needed: >= 60");
_Static_assert(sizeof(struct frame6) == 86, "no padding needed: >= 60");
_Static_assert(sizeof(struct lacp_frame) == FRAME_LACPDU_SIZE, "without FCS");

static void build_ethernet(const struct frame_echo *echo, uint16_t type,
			   struct ether_header *ethernet)
{
	memcpy(ethernet->ether_dhost, echo->destination_mac, MAC_LEN);
	memcpy(ethernet->ether_shost, echo->source_mac, MAC_LEN);
	ethernet->ether_type = htobe16(type);
}

static struct echo build_body(const struct frame_echo *echo, uint8_t type)
{
	return (struct echo) {
		.type = type,
		.identifier = htobe16(echo->identifier),
		.sequence = htobe16(echo->sequence),
		.magic = htobe64(FRAME_ECHO_MAGIC),
		.cookie = htobe64(echo->cookie),
		.sent_usec = htobe64(echo->sent_usec),
	};
}

/* The length of the IP packet: what is asked for, at least @smallest. */
static size_t packet_size(const struct frame_echo *echo, size_t smallest)
{
	return echo->packet_size > smallest ? echo->packet_size : smallest;
}

static int build4(const struct frame_echo *echo, uint8_t *bytes, size_t size)
{
	struct frame4 frame = {
		.ip = {
			.version = IPVERSION,
			.ihl = sizeof(frame.ip) / 4,
			.tos = TRAFFIC_CLASS,
			.frag_off = htobe16(IP_DF),	/* so id may be 0 */
			.ttl = HOP_LIMIT,
			.protocol = IPPROTO_ICMP,
			.saddr = echo->source.in.s_addr,
			.daddr = echo->destination.in.s_addr,
		},
	};
	size_t packet = packet_size(echo, sizeof(frame.ip) + sizeof(frame.echo));

	if (size < sizeof(frame.ethernet) + packet)
		return -EMSGSIZE;
	build_ethernet(echo, ETH_P_IP, &frame.ethernet);
	frame.ip.tot_len = htobe16(packet);
	frame.ip.check = htobe16(frame_sum(&frame.ip, sizeof(frame.ip)));
	frame.echo = build_body(echo, echo->reply ? ICMP_ECHOREPLY : ICMP_ECHO);
	/* the zeros behind it add nothing */
	frame.echo.checksum = htobe16(frame_sum(&frame.echo, sizeof(frame.echo)));
	memset(bytes + sizeof(frame.ethernet), 0, packet);
	memcpy(bytes, &frame, sizeof(frame));
	return sizeof(frame.ethernet) + packet;
}

static int build6(const struct frame_echo *echo, uint8_t *bytes, size_t size)
{
	struct frame6 frame = {
		.ip = {
			.ip6_flow = htobe32(6U << 28 | TRAFFIC_CLASS << 20),
			.ip6_nxt = IPPROTO_ICMPV6,
			.ip6_hlim = HOP_LIMIT,
			.ip6_src = echo->source.in6,
			.ip6_dst = echo->destination.in6,
		},
	};
	size_t packet = packet_size(echo, sizeof(frame.ip) + sizeof(frame.echo));
	size_t message = packet - sizeof(frame.ip);

	if (size < sizeof(frame.ethernet) + packet)
		return -EMSGSIZE;
	build_ethernet(echo, ETH_P_IPV6, &frame.ethernet);
	frame.ip.ip6_plen = htobe16(message);
	frame.echo = build_body(echo, echo->reply ? ICMP6_ECHO_REPLY :
						    ICMP6_ECHO_REQUEST);
	memset(bytes + sizeof(frame.ethernet), 0, packet);
	memcpy(bytes, &frame, sizeof(frame));
	frame.echo.checksum = htobe16(frame_sum_icmp6(
				bytes + offsetof(struct frame6, ip.ip6_src),
				bytes + offsetof(struct frame6, echo), message));
	memcpy(bytes, &frame, sizeof(frame));
	return sizeof(frame.ethernet) + packet;
}

int frame_build_echo(const struct frame_echo *echo, uint8_t *bytes, size_t size)
{
	if (echo->source.family != echo->destination.family)
		return -EINVAL;
	switch (echo->source.family) {
	case AF_INET:
		return build4(echo, bytes, size);
	case AF_INET6:
		return build6(echo, bytes, size);
	default:
		return -EINVAL;
	}
}

static void parse_ethernet(const struct ether_header *ethernet,
			   struct frame_echo *echo)
{
	memcpy(echo->destination_mac, ethernet->ether_dhost, MAC_LEN);
	memcpy(echo->source_mac, ethernet->ether_shost, MAC_LEN);
}

static int parse_body(const struct echo *body, uint8_t request, uint8_t reply,
		      struct frame_echo *echo)
{
	if ((body->type != request && body->type != reply) || body->code != 0)
		return -ENOMSG;
	if (be64toh(body->magic) != FRAME_ECHO_MAGIC)
		return -ENOMSG;
	echo->reply = body->type == reply;
	echo->identifier = be16toh(body->identifier);
	echo->sequence = be16toh(body->sequence);
	echo->cookie = be64toh(body->cookie);
	echo->sent_usec = be64toh(body->sent_usec);
	return 0;
}

static int parse4(const uint8_t *bytes, size_t length, struct frame_echo *echo)
{
	const size_t captured = length - sizeof(struct ether_header);
	struct frame4 frame;
	struct iphdr ip;

	if (captured < sizeof(ip))
		return -EBADMSG;
	memcpy(&ip, bytes + sizeof(struct ether_header), sizeof(ip));
	echo->packet_size = be16toh(ip.tot_len);
	if (ip.version != IPVERSION || ip.ihl < sizeof(ip) / 4 ||
	    echo->packet_size < ip.ihl * 4 || echo->packet_size > captured)
		return -EBADMSG;
	if (ip.ihl != sizeof(ip) / 4 || ip.protocol != IPPROTO_ICMP ||
	    echo->packet_size < sizeof(ip) + sizeof(struct echo) ||
	    be16toh(ip.frag_off) & (IP_MF | IP_OFFMASK))
		return -ENOMSG;

	memcpy(&frame, bytes, sizeof(frame));
	if (frame_sum(&ip, sizeof(ip)) ||
	    frame_sum(bytes + offsetof(struct frame4, echo),
		      echo->packet_size - sizeof(ip)))
		return -EBADMSG;
	parse_ethernet(&frame.ethernet, echo);
	echo->source.family = AF_INET;
	echo->source.in.s_addr = ip.saddr;
	echo->destination.family = AF_INET;
	echo->destination.in.s_addr = ip.daddr;
	return parse_body(&frame.echo, ICMP_ECHO, ICMP_ECHOREPLY, echo);
}

static int parse6(const uint8_t *bytes, size_t length, struct frame_echo *echo)
{
	const size_t captured = length - sizeof(struct ether_header);
	struct frame6 frame;
	struct ip6_hdr ip;
	size_t message;

	if (captured < sizeof(ip))
		return -EBADMSG;
	memcpy(&ip, bytes + sizeof(struct ether_header), sizeof(ip));
	message = be16toh(ip.ip6_plen);
	if (ip.ip6_vfc >> 4 != 6 || message > captured - sizeof(ip))
		return -EBADMSG;
	if (ip.ip6_nxt != IPPROTO_ICMPV6 || message < sizeof(struct echo))
		return -ENOMSG;

	memcpy(&frame, bytes, sizeof(frame));
	if (frame_sum_icmp6(&ip.ip6_src, bytes + offsetof(struct frame6, echo),
			    message))
		return -EBADMSG;
	echo->packet_size = sizeof(ip) + message;
	parse_ethernet(&frame.ethernet, echo);
	echo->source.family = AF_INET6;
	echo->source.in6 = ip.ip6_src;
	echo->destination.family = AF_INET6;
	echo->destination.in6 = ip.ip6_dst;
	return parse_body(&frame.echo, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY,
			  echo);
}

static int ether_type(const uint8_t *bytes, size_t length)
{
	struct ether_header ethernet;

	if (length < sizeof(ethernet))
		return -EBADMSG;
	memcpy(&ethernet, bytes, sizeof(ethernet));
	return be16toh(ethernet.ether_type);
}

int frame_parse_echo(const uint8_t *bytes, size_t length, struct frame_echo *echo)
{
	struct frame_echo parsed = {};
	int r = ether_type(bytes, length);

	if (r < 0)
		return r;
	if (r == ETH_P_IP)
		r = parse4(bytes, length, &parsed);
	else if (r == ETH_P_IPV6)
		r = parse6(bytes, length, &parsed);
	else
		r = -ENOMSG;
	if (r == 0)
		*echo = parsed;
	return r;
}

static void parse_party(const struct lacp_party *party,
			struct frame_lacp_party *to)
{
	to->system_priority = be16toh(party->system_priority);
	memcpy(to->system, party->system, MAC_LEN);
	to->key = be16toh(party->key);
	to->port_priority = be16toh(party->port_priority);
	to->port = be16toh(party->port);
	to->state = party->state;
}

static bool party_is_sound(const struct lacp_party *party, uint8_t tlv)
{
	return party->tlv == tlv && party->tlv_length == sizeof(*party);
}

static void build_party(const struct frame_lacp_party *from, uint8_t tlv,
			struct lacp_party *party)
{
	party->tlv = tlv;
	party->tlv_length = sizeof(*party);
	party->system_priority = htobe16(from->system_priority);
	memcpy(party->system, from->system, MAC_LEN);
	party->key = htobe16(from->key);
	party->port_priority = htobe16(from->port_priority);
	party->port = htobe16(from->port);
	party->state = from->state;
}

void frame_build_lacpdu(const struct frame_lacpdu *lacpdu,
			uint8_t bytes[FRAME_LACPDU_SIZE])
{
	struct lacp_frame frame = {
		.ethernet.ether_type = htobe16(ETH_P_SLOW),
		.subtype = LACP_SUBTYPE,
		.version = LACP_VERSION,
		.collector = { .tlv = LACP_TLV_COLLECTOR, .tlv_length = 16 },
	};

	memcpy(frame.ethernet.ether_dhost, slow_protocols, MAC_LEN);
	memcpy(frame.ethernet.ether_shost, lacpdu->source_mac, MAC_LEN);
	build_party(&lacpdu->actor, LACP_TLV_ACTOR, &frame.actor);
	build_party(&lacpdu->partner, LACP_TLV_PARTNER, &frame.partner);
	memcpy(bytes, &frame, sizeof(frame));
}

int frame_parse_lacpdu(const uint8_t *bytes, size_t length,
		       struct frame_lacpdu *lacpdu)
{
	struct lacp_frame frame;
	int r = ether_type(bytes, length);

	if (r < 0)
		return r;
	if (r != ETH_P_SLOW)
		return -ENOMSG;
	if (length == sizeof(struct ether_header))
		return -EBADMSG;
	if (bytes[sizeof(struct ether_header)] != LACP_SUBTYPE)
		return -ENOMSG;
	if (length < sizeof(frame))
		return -EBADMSG;
	memcpy(&frame, bytes, sizeof(frame));
	if (frame.version == 0 ||
	    !party_is_sound(&frame.actor, LACP_TLV_ACTOR) ||
	    !party_is_sound(&frame.partner, LACP_TLV_PARTNER))
		return -EBADMSG;
	memcpy(lacpdu->source_mac, frame.ethernet.ether_shost, MAC_LEN);
	parse_party(&frame.actor, &lacpdu->actor);
	parse_party(&frame.partner, &lacpdu->partner);
	return 0;
}
