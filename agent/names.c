// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <string.h>

#include "names.h"
#include "util.h"

static const char *const health_words[] = {
	[HEALTH_UNKNOWN]	= "unknown",
	[HEALTH_OK]		= "ok",
	[HEALTH_DEGRADED]	= "degraded",
	[HEALTH_CRITICAL]	= "critical",
};

static const char *const severity_words[] = {
	[SEVERITY_WARNING]	= "warning",
	[SEVERITY_DEGRADED]	= "degraded",
	[SEVERITY_CRITICAL]	= "critical",
};

static const char *const fault_code_words[] = {
	[FAULT_PORT_DOWN]			= "port-down",
	[FAULT_PORT_FLAPPING]			= "port-flapping",
	[FAULT_PORT_DRAINED]			= "port-drained",
	[FAULT_BOND_DOWN]			= "bond-down",
	[FAULT_LACP_NO_PARTNER]			= "lacp-no-partner",
	[FAULT_LACP_PARTNER_SILENT]		= "lacp-partner-silent",
	[FAULT_LACP_ONE_WAY]			= "lacp-one-way",
	[FAULT_PORT_NOT_USABLE]			= "port-not-usable",
	[FAULT_AGGREGATOR_SPLIT]		= "aggregator-split",
	[FAULT_PARTNER_SYSTEM_MISMATCH]		= "partner-system-mismatch",
	[FAULT_PARTNER_KEY_MISMATCH]		= "partner-key-mismatch",
	[FAULT_PARTNER_SYSTEM_CHANGED]		= "partner-system-changed",
	[FAULT_SAME_SWITCH]			= "same-switch",
	[FAULT_LACP_LOOPBACK]			= "lacp-loopback",
	[FAULT_LACP_CHURN]			= "lacp-churn",
	[FAULT_CARRIER_WITHOUT_PORT]		= "carrier-without-port",
	[FAULT_MIN_LINKS]			= "min-links",
	[FAULT_SPEED_MISMATCH]			= "speed-mismatch",
	[FAULT_MTU_MISMATCH]			= "mtu-mismatch",
	[FAULT_LEAF_ISOLATED]			= "leaf-isolated",
	[FAULT_GATEWAY_UNREACHABLE]		= "gateway-unreachable",
	[FAULT_PEER_UNREACHABLE]		= "peer-unreachable",
	[FAULT_UNICAST_FLOOD]			= "unicast-flood",
	[FAULT_NEIGHBOR_BROADCAST_OFF]		= "neighbor-broadcast-off",
	[FAULT_MODULE_NOT_ACTIVE]		= "module-not-active",
	[FAULT_CONFIG_DRIFT]			= "config-drift",
};

static const char *const neighbor_state_words[] = {
	[NEIGHBOR_UNSUPPORTED]	= "unsupported",
	[NEIGHBOR_OFF]		= "off",
	[NEIGHBOR_ON]		= "on",
};

static const char *const neighbor_source_words[] = {
	[NEIGHBOR_SOURCE_NONE]		= "none",
	[NEIGHBOR_SOURCE_MAINLINE]	= "mainline",
	[NEIGHBOR_SOURCE_DKMS]		= "dkms",
	[NEIGHBOR_SOURCE_BPF]		= "bpf",
};

static const char *const neighbor_policy_words[] = {
	[NEIGHBOR_POLICY_KEEP]	= "keep",
	[NEIGHBOR_POLICY_NO]	= "no",
	[NEIGHBOR_POLICY_YES]	= "yes",
};

static const char *const bond_mode_words[] = {
	"balance-rr", "active-backup", "balance-xor", "broadcast",
	"802.3ad", "balance-tlb", "balance-alb",
};

static const char *const lacp_rate_words[] = { "slow", "fast" };

static const char *const xmit_hash_policy_words[] = {
	"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac",
};

static const char *const keepalive_method_words[] = {
	[KEEPALIVE_ECHO]	= "echo",
	[KEEPALIVE_SOLICIT]	= "solicit",
	[KEEPALIVE_ANNOUNCE]	= "announce",
};

static const char *const peer_source_words[] = {
	[PEER_STATIC]	= "static",
	[PEER_GATEWAY]	= "gateway",
	[PEER_IPVS]	= "ipvs",
	[PEER_SENDER]	= "sender",
	[PEER_NEIGHBOR]	= "neighbor",
};

static int find(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (word && strcmp(words[i], word) == 0)
			return i;
	return -EINVAL;
}

#define NAMES_DEFINE(type)						\
	const char *type##_to_string(enum type value)			\
	{								\
		if ((size_t)value >= ARRAY_SIZE(type##_words))		\
			return NULL;					\
		return type##_words[value];				\
	}								\
									\
	enum type type##_from_string(const char *word)			\
	{								\
		return find(type##_words, ARRAY_SIZE(type##_words), word); \
	}

NAMES_DEFINE(health)
NAMES_DEFINE(severity)
NAMES_DEFINE(fault_code)
NAMES_DEFINE(neighbor_state)
NAMES_DEFINE(neighbor_source)
NAMES_DEFINE(neighbor_policy)
NAMES_DEFINE(keepalive_method)
NAMES_DEFINE(peer_source)

/* Numbers are the kernel's: a newer one may have more. */
#define NAMES_DEFINE_OPTION(option)					\
	const char *option##_to_string(unsigned int value)		\
	{								\
		return value < ARRAY_SIZE(option##_words) ?		\
		       option##_words[value] : "unknown";		\
	}								\
									\
	int option##_from_string(const char *word)			\
	{								\
		return find(option##_words, ARRAY_SIZE(option##_words),	\
			    word);					\
	}

NAMES_DEFINE_OPTION(bond_mode)
NAMES_DEFINE_OPTION(lacp_rate)
NAMES_DEFINE_OPTION(xmit_hash_policy)
