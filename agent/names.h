/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_NAMES_H
#define DUALHOME_NAMES_H

/*
 * Every enum that leaves the daemon, with its word: bus, CLI, journal and
 * metrics use these strings and no others. X_to_string() returns NULL for a
 * value out of range, X_from_string() returns _X_INVALID for an unknown word.
 */

#include <errno.h>

/* Ordered: the worst problem decides. */
enum health {
	HEALTH_UNKNOWN,
	HEALTH_OK,
	HEALTH_DEGRADED,
	HEALTH_CRITICAL,
	_HEALTH_MAX,
	_HEALTH_INVALID = -EINVAL,
};

/* A warning leaves the health of its bond as it is. */
enum severity {
	SEVERITY_WARNING,
	SEVERITY_DEGRADED,
	SEVERITY_CRITICAL,
	_SEVERITY_MAX,
	_SEVERITY_INVALID = -EINVAL,
};

/* What can be wrong with a bond; how each is found out: health.c */
enum fault_code {
	FAULT_PORT_DOWN,
	FAULT_PORT_FLAPPING,
	FAULT_PORT_DRAINED,
	FAULT_BOND_DOWN,
	FAULT_LACP_NO_PARTNER,
	FAULT_LACP_PARTNER_SILENT,
	FAULT_LACP_ONE_WAY,
	FAULT_PORT_NOT_USABLE,
	FAULT_AGGREGATOR_SPLIT,
	FAULT_PARTNER_SYSTEM_MISMATCH,
	FAULT_PARTNER_KEY_MISMATCH,
	FAULT_PARTNER_SYSTEM_CHANGED,
	FAULT_SAME_SWITCH,
	FAULT_LACP_LOOPBACK,
	FAULT_LACP_CHURN,
	FAULT_CARRIER_WITHOUT_PORT,
	FAULT_MIN_LINKS,
	FAULT_SPEED_MISMATCH,
	FAULT_MTU_MISMATCH,
	FAULT_LEAF_ISOLATED,
	FAULT_GATEWAY_UNREACHABLE,
	FAULT_PEER_UNREACHABLE,
	FAULT_UNICAST_FLOOD,
	FAULT_NEIGHBOR_BROADCAST_OFF,
	FAULT_MODULE_NOT_ACTIVE,
	FAULT_CONFIG_DRIFT,
	_FAULT_CODE_MAX,
	_FAULT_CODE_INVALID = -EINVAL,
};

/* What the kernel does with ARP and ND of a bond. */
enum neighbor_state {
	NEIGHBOR_UNSUPPORTED,
	NEIGHBOR_OFF,
	NEIGHBOR_ON,
	_NEIGHBOR_STATE_MAX,
	_NEIGHBOR_STATE_INVALID = -EINVAL,
};

/* Who does it. */
enum neighbor_source {
	NEIGHBOR_SOURCE_NONE,
	NEIGHBOR_SOURCE_MAINLINE,
	NEIGHBOR_SOURCE_DKMS,
	NEIGHBOR_SOURCE_BPF,
	_NEIGHBOR_SOURCE_MAX,
	_NEIGHBOR_SOURCE_INVALID = -EINVAL,
};

/* NeighborBroadcast= in the configuration; keep leaves the bond alone. */
enum neighbor_policy {
	NEIGHBOR_POLICY_KEEP,
	NEIGHBOR_POLICY_NO,
	NEIGHBOR_POLICY_YES,
	_NEIGHBOR_POLICY_MAX,
	_NEIGHBOR_POLICY_INVALID = -EINVAL,
};

/*
 * How a peer is probed. Only an echo is answered with its cookie: nothing
 * proves an ARP reply or an NA, or tells the port of the question. So the
 * others keep switches warm, but have no verdict.
 */
enum keepalive_method {
	KEEPALIVE_ECHO,			/* ICMP or ICMPv6 echo request */
	KEEPALIVE_SOLICIT,		/* unicast ARP request or NS */
	KEEPALIVE_ANNOUNCE,		/* gratuitous ARP or unsolicited NA */
	_KEEPALIVE_METHOD_MAX,
	_KEEPALIVE_METHOD_INVALID = -EINVAL,
};

/* Why a peer is one: sets of them are bits, PEER_BIT(). By weight. */
enum peer_source {
	PEER_STATIC,			/* Peers= of the configuration */
	PEER_GATEWAY,			/* of a default route */
	PEER_IPVS,			/* a real server in direct routing */
	PEER_SENDER,			/* sends to us; only its MAC is known */
	PEER_NEIGHBOR,			/* in the kernel's neighbor table */
	_PEER_SOURCE_MAX,
	_PEER_SOURCE_INVALID = -EINVAL,
};

#define PEER_BIT(source) (1U << (source))

#define NAMES_DECLARE(type)						\
	const char *type##_to_string(enum type value);			\
	enum type type##_from_string(const char *word)

NAMES_DECLARE(health);
NAMES_DECLARE(severity);
NAMES_DECLARE(fault_code);
NAMES_DECLARE(neighbor_state);
NAMES_DECLARE(neighbor_source);
NAMES_DECLARE(neighbor_policy);
NAMES_DECLARE(keepalive_method);
NAMES_DECLARE(peer_source);

/*
 * Options of a bond, by the kernel's numbers and in the words of ip-link(8):
 * IFLA_BOND_MODE, IFLA_BOND_AD_LACP_RATE, IFLA_BOND_XMIT_HASH_POLICY.
 * "unknown" if new; -EINVAL for an unknown word.
 */
const char *bond_mode_to_string(unsigned int mode);
int bond_mode_from_string(const char *word);
const char *lacp_rate_to_string(unsigned int rate);
int lacp_rate_from_string(const char *word);
const char *xmit_hash_policy_to_string(unsigned int policy);
int xmit_hash_policy_from_string(const char *word);

#endif
