// SPDX-License-Identifier: GPL-2.0
#include "bond_frame.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define IPV6_LEN	40

static const uint8_t mac_prefix[] = { 0x02, 'b', 'n' };

enum to {
	TO_HOST,	/* one other station */
	TO_ALL,		/* broadcast, all nodes */
	TO_ROUTERS,
	TO_SOLICITED,	/* solicited-node group of the target */
	TO_MLD,
};

enum ext { EXT_NONE, EXT_HOP, EXT_DEST, EXT_FRAGMENT };

struct kind {
	const char *name;
	void (*payload)(struct frame *f, const struct kind *k,
			unsigned int number);
	uint16_t ethertype;
	enum to to;
	uint8_t type;		/* ARP operation, ICMP type, IP protocol */
	enum ext ext;		/* extension header in front of ICMPv6 */
	bool unspecified;	/* from :: */
	uint16_t cut;		/* bytes left of what follows the ethertype */
};

static void put(struct frame *f, const void *data, size_t len)
{
	memcpy(f->data + f->len, data, len);
	f->len += len;
}

static void put8(struct frame *f, uint8_t value)
{
	f->data[f->len++] = value;
}

static void put16(struct frame *f, uint16_t value)
{
	put8(f, value >> 8);
	put8(f, value);
}

static void put_fill(struct frame *f, uint8_t value, size_t len)
{
	memset(f->data + f->len, value, len);
	f->len += len;
}

static void put_ipv4(struct frame *f, uint8_t net, unsigned int number)
{
	put8(f, 10);
	put8(f, net);
	put16(f, number);
}

static void put_ipv6(struct frame *f, uint16_t net, unsigned int number)
{
	put16(f, 0xfe80);
	put_fill(f, 0, 10);
	put16(f, net);
	put16(f, number);
}

static void set16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint16_t checksum(const uint8_t *data, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? data[i] : data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void put_arp(struct frame *f, const struct kind *k, unsigned int number)
{
	put16(f, 1);
	put16(f, ETH_P_IP);
	put8(f, ETH_ALEN);
	put8(f, 4);
	put16(f, k->type);
	put(f, f->data + ETH_ALEN, ETH_ALEN);
	put_ipv4(f, 1, number);
	put_fill(f, 0, ETH_ALEN);
	put_ipv4(f, 2, number);
}

static void put_destination(struct frame *f, enum to to, unsigned int number)
{
	if (to == TO_HOST) {
		put_ipv6(f, 2, number);
		return;
	}
	put16(f, 0xff02);
	if (to == TO_SOLICITED) {
		put_fill(f, 0, 9);
		put16(f, 0x01ff);
		put8(f, 0);
		/* Not in step with the source: the MAC hash XORs both. */
		put16(f, number / 2);
		return;
	}
	put_fill(f, 0, 13);
	put8(f, to == TO_MLD ? 0x16 : to == TO_ROUTERS ? 2 : 1);
}

static void put_ipv6_header(struct frame *f, const struct kind *k,
			    unsigned int number, uint8_t next)
{
	put16(f, 0x6000);
	put16(f, 0);
	put16(f, 0);		/* length: when it is known */
	put8(f, next);
	put8(f, 255);
	if (k->unspecified)
		put_fill(f, 0, 16);
	else
		put_ipv6(f, 1, number);
	put_destination(f, k->to, number);
}

static void put_extension(struct frame *f, enum ext ext)
{
	put8(f, IPPROTO_ICMPV6);
	put8(f, 0);
	if (ext == EXT_FRAGMENT) {
		put_fill(f, 0, 6);	/* the first and only one */
	} else {
		put16(f, 0x0502);	/* router alert: MLD */
		put16(f, 0);
		put16(f, 0x0100);	/* PadN */
	}
}

static void put_lla_option(struct frame *f, uint8_t option)
{
	put8(f, option);
	put8(f, 1);
	put(f, f->data + ETH_ALEN, ETH_ALEN);
}

/* What follows type, code and checksum. */
static void put_icmpv6_body(struct frame *f, const struct kind *k,
			    unsigned int number)
{
	if (k->type == 128)
		put16(f, number + 1);
	else
		put16(f, k->type == 136 ? 0x6000 : 0);
	put16(f, 0);
	switch (k->type) {
	case 128:
		put_fill(f, 'e', 32);
		break;
	case 131:
		put_destination(f, TO_SOLICITED, number);
		break;
	case 134:
		put_fill(f, 0, 8);
		break;
	case 137:
		put_ipv6(f, 3, number);
		/* fall through */
	case 135:
	case 136:
		put_ipv6(f, 2, number);
		break;
	}
	if (k->type >= 133 && k->type <= 137 && !k->unspecified)
		put_lla_option(f, k->type >= 136 ? 2 : 1);
}

static void put_icmpv6(struct frame *f, const struct kind *k,
		       unsigned int number)
{
	static const uint8_t next[] = {
		IPPROTO_ICMPV6, IPPROTO_HOPOPTS, IPPROTO_DSTOPTS,
		IPPROTO_FRAGMENT,
	};
	uint8_t *ip = f->data + f->len, *icmp;
	size_t len;

	put_ipv6_header(f, k, number, next[k->ext]);
	if (k->ext)
		put_extension(f, k->ext);
	icmp = f->data + f->len;
	put8(f, k->type);
	put8(f, 0);
	put16(f, 0);
	put_icmpv6_body(f, k, number);
	len = f->data + f->len - icmp;
	set16(ip + 4, f->data + f->len - ip - IPV6_LEN);
	/* The pseudo header is both addresses, length and protocol. */
	set16(icmp + 2, checksum(icmp, len,
				 (uint16_t)~checksum(ip + 8, 32,
						     len + IPPROTO_ICMPV6)));
}

static void put_ports(struct frame *f, unsigned int number)
{
	put16(f, 1024 + number);
	put16(f, 443);
	put_fill(f, 0, 60);
}

static void put_flow6(struct frame *f, const struct kind *k,
		      unsigned int number)
{
	uint8_t *ip = f->data + f->len;

	put_ipv6_header(f, k, number, k->type);
	put_ports(f, number);
	set16(ip + 4, f->data + f->len - ip - IPV6_LEN);
}

static void put_flow4(struct frame *f, const struct kind *k,
		      unsigned int number)
{
	uint8_t *ip = f->data + f->len;

	put16(f, 0x4500);
	put16(f, 20 + 64);
	put_fill(f, 0, 4);
	put8(f, 64);
	put8(f, k->type);
	put16(f, 0);
	put_ipv4(f, 1, number);
	put_ipv4(f, 2, number);
	set16(ip + 10, checksum(ip, 20, 0));
	if (k->type == IPPROTO_ICMP || k->type == IPPROTO_ICMPV6) {
		put8(f, k->type == IPPROTO_ICMP ? 8 : 135);
		put_fill(f, 0, 3);
		put16(f, number + 1);
		put_fill(f, 0, 58);
	} else {
		put_ports(f, number);
	}
}

/* A tag that ends before the ethertype. */
static void put_tag_cut(struct frame *f, const struct kind *k,
			unsigned int number)
{
	(void)k;
	put16(f, number & 0xff);
}

#define ARP(_type, _to) \
	.payload = put_arp, .ethertype = ETH_P_ARP, .type = _type, .to = _to
#define ICMPV6(_type, _to) \
	.payload = put_icmpv6, .ethertype = ETH_P_IPV6, .type = _type, .to = _to
#define FLOW(_version, _ethertype, _type) \
	.payload = put_flow##_version, .ethertype = _ethertype, .type = _type

static const struct kind kinds[] = {
	{ "arp-request",	ARP(1, TO_ALL) },
	{ "arp-request-unicast", ARP(1, TO_HOST) },
	{ "arp-reply",		ARP(2, TO_HOST) },
	{ "arp-reply-broadcast", ARP(2, TO_ALL) },
	{ "arp-inverse",	ARP(8, TO_HOST) },
	{ "arp-nak",		ARP(10, TO_HOST) },
	{ "arp-unassigned",	ARP(255, TO_ALL) },

	{ "rs",			ICMPV6(133, TO_ROUTERS) },
	{ "rs-unspecified",	ICMPV6(133, TO_ROUTERS), .unspecified = true },
	{ "ns",			ICMPV6(135, TO_SOLICITED) },
	{ "ns-unicast",		ICMPV6(135, TO_HOST) },
	{ "ns-dad",		ICMPV6(135, TO_SOLICITED), .unspecified = true },
	{ "na",			ICMPV6(136, TO_HOST) },
	{ "na-unsolicited",	ICMPV6(136, TO_ALL) },

	/* both headers, nothing more; one byte less */
	{ "rs-48",		ICMPV6(133, TO_ROUTERS), .cut = 48 },
	{ "ns-48",		ICMPV6(135, TO_SOLICITED), .cut = 48 },
	{ "na-48",		ICMPV6(136, TO_HOST), .cut = 48 },
	{ "rs-47",		ICMPV6(133, TO_ROUTERS), .cut = 47 },
	{ "ns-47",		ICMPV6(135, TO_SOLICITED), .cut = 47 },
	{ "na-47",		ICMPV6(136, TO_HOST), .cut = 47 },
	{ "ns-41",		ICMPV6(135, TO_SOLICITED), .cut = 41 },
	{ "ns-40",		ICMPV6(135, TO_SOLICITED), .cut = 40 },
	{ "ns-20",		ICMPV6(135, TO_SOLICITED), .cut = 20 },

	{ "rs-hop",		ICMPV6(133, TO_ROUTERS), .ext = EXT_HOP },
	{ "ns-hop",		ICMPV6(135, TO_SOLICITED), .ext = EXT_HOP },
	{ "na-hop",		ICMPV6(136, TO_HOST), .ext = EXT_HOP },
	{ "ns-dest",		ICMPV6(135, TO_SOLICITED), .ext = EXT_DEST },
	{ "na-fragment",	ICMPV6(136, TO_HOST), .ext = EXT_FRAGMENT },

	{ "ra",			ICMPV6(134, TO_ALL) },
	{ "redirect",		ICMPV6(137, TO_HOST) },
	{ "mld1",		ICMPV6(131, TO_SOLICITED) },
	{ "mld2",		ICMPV6(143, TO_MLD) },
	{ "mld2-hop",		ICMPV6(143, TO_MLD), .ext = EXT_HOP },
	{ "echo6",		ICMPV6(128, TO_HOST) },

	{ "rarp", .payload = put_arp, .ethertype = ETH_P_RARP, .type = 3 },
	{ "echo4",		FLOW(4, ETH_P_IP, IPPROTO_ICMP) },
	{ "ns-in-ipv4",		FLOW(4, ETH_P_IP, IPPROTO_ICMPV6) },
	{ "udp4",		FLOW(4, ETH_P_IP, IPPROTO_UDP) },
	{ "tcp4",		FLOW(4, ETH_P_IP, IPPROTO_TCP) },
	{ "udp6",		FLOW(6, ETH_P_IPV6, IPPROTO_UDP) },
	{ "tcp6",		FLOW(6, ETH_P_IPV6, IPPROTO_TCP) },
	{ "tag-cut", .payload = put_tag_cut, .ethertype = ETH_P_8021Q },
};

int frame_kind(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return i;
	return -1;
}

const char *frame_kind_name(int kind)
{
	return kinds[kind].name;
}

static void put_macs(struct frame *f, int kind, unsigned int number)
{
	enum to to = kinds[kind].to;

	if (to == TO_HOST) {
		put(f, mac_prefix, sizeof(mac_prefix));
		put8(f, 0xff);
		put16(f, 1);
	} else if (kinds[kind].ethertype == ETH_P_ARP) {
		put_fill(f, 0xff, ETH_ALEN);
	} else {
		struct frame group = { 0 };

		put_destination(&group, to, number);
		put16(f, 0x3333);
		put(f, group.data + 12, 4);
	}
	put(f, mac_prefix, sizeof(mac_prefix));
	put8(f, kind);
	put16(f, number);
}

void frame_build(struct frame *f, int kind, unsigned int number,
		 const struct frame_tag *tags, size_t tag_count,
		 size_t min_len)
{
	const struct kind *k = &kinds[kind];
	size_t i, start;

	f->len = 0;
	put_macs(f, kind, number);
	for (i = 0; i < tag_count; i++) {
		put16(f, tags[i].tpid);
		put16(f, tags[i].tci);
	}
	put16(f, k->ethertype);
	start = f->len;
	k->payload(f, k, number);
	if (k->cut)
		f->len = start + k->cut;
	if (f->len < min_len)
		put_fill(f, 0x5a, min_len - f->len);
}

bool frame_name(const uint8_t *data, size_t len, int *kind,
		unsigned int *number)
{
	const uint8_t *mac = data + ETH_ALEN;

	if (len < ETH_HLEN || memcmp(mac, mac_prefix, sizeof(mac_prefix)) ||
	    mac[3] >= ARRAY_SIZE(kinds))
		return false;
	*kind = mac[3];
	*number = mac[4] << 8 | mac[5];
	return true;
}
