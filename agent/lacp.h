/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_LACP_H
#define DUALHOME_LACP_H

/*
 * What LACP says on the wire, in host byte order; shared by the model, which
 * keeps what a port last heard, and by frame.c, which reads it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAC_LEN 6

/* Port state bits of IEEE 802.1AX-2020, 6.4.2.3 */
enum {
	LACP_ACTIVITY		= 0x01,
	LACP_TIMEOUT		= 0x02,
	LACP_AGGREGATION	= 0x04,
	LACP_SYNCHRONIZATION	= 0x08,
	LACP_COLLECTING		= 0x10,
	LACP_DISTRIBUTING	= 0x20,
	LACP_DEFAULTED		= 0x40,
	LACP_EXPIRED		= 0x80,
};

/* Actor or partner of an LACPDU (IEEE 802.1AX-2020, 6.4.2.3). */
struct frame_lacp_party {
	uint16_t system_priority;
	uint8_t system[MAC_LEN];
	uint16_t key;
	uint16_t port_priority;
	uint16_t port;
	uint8_t state;
};

/* Churn detection (802.1AX-2020, 6.4.17), in the kernel's numbers. */
enum lacp_churn {
	LACP_CHURN_MONITOR,
	LACP_CHURNED,
	LACP_NO_CHURN,
};

/* What the driver counted on a port: RTM_GETSTATS, BOND_XSTATS_3AD. */
struct lacp_counters {
	bool known;
	uint64_t rx;
	uint64_t tx;
	uint64_t unknown_rx;
	uint64_t illegal_rx;
};

static inline bool mac_equal(const uint8_t a[MAC_LEN], const uint8_t b[MAC_LEN])
{
	return memcmp(a, b, MAC_LEN) == 0;
}

static inline bool mac_is_zero(const uint8_t mac[MAC_LEN])
{
	static const uint8_t zero[MAC_LEN];

	return mac_equal(mac, zero);
}

struct frame_lacpdu {
	uint8_t source_mac[MAC_LEN];
	struct frame_lacp_party actor;
	struct frame_lacp_party partner;
};

#endif
