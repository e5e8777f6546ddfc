/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FRAME_LLDP_H
#define DUALHOME_FRAME_LLDP_H

/*
 * LLDP (IEEE 802.1AB-2016): who is at the other end of the cable. Bytes <->
 * struct; no I/O, no clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lacp.h"

#define ETH_P_LLDP_802_1AB 0x88cc

#define LLDP_VALUE_MAX 255		/* octets of an identifier or a string */

/* Chassis or port identifier: what it is (8.5.2.2, 8.5.3.2) and its octets. */
struct lldp_id {
	uint8_t subtype;
	uint8_t length;
	uint8_t value[LLDP_VALUE_MAX];
};

struct frame_lldp {
	uint8_t source_mac[MAC_LEN];
	uint8_t scope;			/* last octet of the group address:
					 * 0x0e, 0x03 or 0x00, nearest first */
	uint16_t ttl_sec;		/* 0 = the sender shuts down */
	struct lldp_id chassis;
	struct lldp_id port;
	char system_name[LLDP_VALUE_MAX + 1];	/* as sent, up to a NUL */
	char port_description[LLDP_VALUE_MAX + 1];
};

/* Like all of frame.h: -EBADMSG if malformed, -ENOMSG if something else. */
int frame_parse_lldp(const uint8_t *bytes, size_t length,
		     struct frame_lldp *lldp);

bool lldp_id_equal(const struct lldp_id *a, const struct lldp_id *b);

/*
 * In words, printable ASCII or UTF-8, cut off at @size: the switch by its name,
 * else its chassis; its port by its identifier. Returns @text.
 */
char *lldp_switch_name(const struct frame_lldp *lldp, char *text, size_t size);
char *lldp_port_name(const struct frame_lldp *lldp, char *text, size_t size);
char *lldp_chassis_name(const struct frame_lldp *lldp, char *text, size_t size);

#endif
