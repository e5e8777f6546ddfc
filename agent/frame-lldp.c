// SPDX-License-Identifier: GPL-2.0
/*
 * An LLDPDU is a chain of TLVs: 7 bits of type, 9 of length. The first three
 * are mandatory and come in order (chassis, port, TTL); End is not always sent,
 * so the end of the frame ends it, too. What follows that is padding.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>

#include "frame-lldp.h"
#include "text.h"
#include "util.h"

enum {
	TLV_END = 0,
	TLV_CHASSIS = 1,
	TLV_PORT = 2,
	TLV_TTL = 3,
	TLV_PORT_DESCRIPTION = 4,
	TLV_SYSTEM_NAME = 5,
};

/* 802.1AB-2016, table 8-2 and 8-3: the numbers of both kinds differ. */
enum { CHASSIS_MAC = 4, CHASSIS_ADDRESS = 5, PORT_MAC = 3, PORT_ADDRESS = 4 };

static const uint8_t group[MAC_LEN - 1] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };

struct tlv {
	unsigned int type;
	size_t length;
	const uint8_t *value;
};

/* The TLV at @bytes: its length with its header, or -EBADMSG. */
static int parse_tlv(const uint8_t *bytes, size_t length, struct tlv *tlv)
{
	if (length < 2)
		return -EBADMSG;
	tlv->type = bytes[0] >> 1;
	tlv->length = (size_t)(bytes[0] & 1) << 8 | bytes[1];
	tlv->value = bytes + 2;
	if (tlv->length > length - 2)
		return -EBADMSG;
	return tlv->length + 2;
}

/* A subtype and 1 to 255 octets. */
static int parse_id(const struct tlv *tlv, struct lldp_id *id)
{
	if (tlv->length < 2 || tlv->length > LLDP_VALUE_MAX + 1)
		return -EBADMSG;
	id->subtype = tlv->value[0];
	id->length = tlv->length - 1;
	memcpy(id->value, tlv->value + 1, id->length);
	return 0;
}

static void parse_string(const struct tlv *tlv, char *text)
{
	size_t length = tlv->length < LLDP_VALUE_MAX ? tlv->length :
						       LLDP_VALUE_MAX;

	memcpy(text, tlv->value, length);
	text[length] = '\0';
}

static int parse_mandatory(const struct tlv *tlv, struct frame_lldp *lldp)
{
	switch (tlv->type) {
	case TLV_CHASSIS:
		return parse_id(tlv, &lldp->chassis);
	case TLV_PORT:
		return parse_id(tlv, &lldp->port);
	default:
		if (tlv->length < 2)
			return -EBADMSG;
		lldp->ttl_sec = tlv->value[0] << 8 | tlv->value[1];
		return 0;
	}
}

static int parse_tlvs(const uint8_t *bytes, size_t length,
		      struct frame_lldp *lldp)
{
	struct tlv tlv;
	int step, r;

	for (unsigned int count = 1; length > 0; count++) {
		step = parse_tlv(bytes, length, &tlv);
		if (step < 0)
			return step;
		if (count <= TLV_TTL) {
			r = tlv.type == count ? parse_mandatory(&tlv, lldp) :
						-EBADMSG;
			if (r < 0)
				return r;
		} else if (tlv.type == TLV_END) {
			return 0;
		} else if (tlv.type == TLV_PORT_DESCRIPTION) {
			parse_string(&tlv, lldp->port_description);
		} else if (tlv.type == TLV_SYSTEM_NAME) {
			parse_string(&tlv, lldp->system_name);
		} else if (tlv.type <= TLV_TTL) {
			return -EBADMSG;	/* twice */
		}
		bytes += step;
		length -= step;
		if (count >= TLV_TTL)
			continue;
		if (!length)
			return -EBADMSG;
	}
	return 0;
}

int frame_parse_lldp(const uint8_t *bytes, size_t length,
		     struct frame_lldp *lldp)
{
	struct frame_lldp parsed = {};
	struct ether_header ethernet;
	int r;

	if (length < sizeof(ethernet))
		return -EBADMSG;
	memcpy(&ethernet, bytes, sizeof(ethernet));
	if (ntohs(ethernet.ether_type) != ETH_P_LLDP_802_1AB ||
	    memcmp(ethernet.ether_dhost, group, sizeof(group)) != 0)
		return -ENOMSG;
	memcpy(parsed.source_mac, ethernet.ether_shost, MAC_LEN);
	parsed.scope = ethernet.ether_dhost[MAC_LEN - 1];
	if (length == sizeof(ethernet))
		return -EBADMSG;
	r = parse_tlvs(bytes + sizeof(ethernet), length - sizeof(ethernet),
		       &parsed);
	if (r == 0)
		*lldp = parsed;
	return r;
}

bool lldp_id_equal(const struct lldp_id *a, const struct lldp_id *b)
{
	return a->subtype == b->subtype && a->length == b->length &&
	       memcmp(a->value, b->value, a->length) == 0;
}

static char *mac_words(const uint8_t *mac, char *text, size_t size)
{
	snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return text;
}

/* An address family of IANA (1 IPv4, 2 IPv6), then the address. */
static bool address_words(const struct lldp_id *id, char *text, size_t size)
{
	if (id->length == 5 && id->value[0] == 1)
		return inet_ntop(AF_INET, id->value + 1, text, size);
	if (id->length == 17 && id->value[0] == 2)
		return inet_ntop(AF_INET6, id->value + 1, text, size);
	return false;
}

static char *id_words(const struct lldp_id *id, uint8_t mac, uint8_t address,
		      char *text, size_t size)
{
	char raw[LLDP_VALUE_MAX + 1];

	if (id->subtype == mac && id->length == MAC_LEN)
		return mac_words(id->value, text, size);
	if (id->subtype == address && address_words(id, text, size))
		return text;
	memcpy(raw, id->value, id->length);
	raw[id->length] = '\0';
	return text_clean(text, size, raw);
}

char *lldp_chassis_name(const struct frame_lldp *lldp, char *text, size_t size)
{
	return id_words(&lldp->chassis, CHASSIS_MAC, CHASSIS_ADDRESS, text,
			size);
}

char *lldp_switch_name(const struct frame_lldp *lldp, char *text, size_t size)
{
	return lldp->system_name[0] ?
	       text_clean(text, size, lldp->system_name) :
	       lldp_chassis_name(lldp, text, size);
}

char *lldp_port_name(const struct frame_lldp *lldp, char *text, size_t size)
{
	return id_words(&lldp->port, PORT_MAC, PORT_ADDRESS, text, size);
}
