/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_CONFIG_H
#define DUALHOME_CONFIG_H

/*
 * {/etc,/run,/usr/lib}/dualhome/dualhome.conf, the first that is there, then
 * the drop-ins {/usr/lib,/run,/etc}/dualhome/dualhome.conf.d/ *.conf in the
 * order of their file names; a later setting wins, /etc shadows /run shadows
 * /usr/lib for equal names. Keys and their meaning: man/dualhome.conf.5.
 *
 *	[Keepalive]		[Bond bond0] or [Bond *]
 *	IntervalSec=60		NeighborBroadcast=yes|no|keep
 *	GatewayIntervalSec=60	Peers=192.0.2.1 2001:db8::1
 *	PacketsPerSec=500	PeerSources=gateway neighbor ipvs sender
 *				IncludePrefixes=192.0.2.0/24
 *				ExcludePrefixes=192.0.2.128/25
 *				Method=echo|solicit|announce
 *				AnnounceOnRecovery=yes|no
 *				AnnounceVirtual=yes|no
 *				Mode=802.3ad
 *				LACPTransmitRate=slow|fast
 *				MIIMonitorSec=100ms
 *				TransmitHashPolicy=layer3+4
 *
 * Peers= and the prefixes may be repeated: the lines of one file add up, those of
 * a later file replace them, an empty value drops them.
 */

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "names.h"

/* What the administrator wants of one bond. */
struct bond_policy {
	char name[IFNAMSIZ];		/* "*" = every bond without its own */
	enum neighbor_policy neighbor_broadcast;
	struct address *peers;
	size_t peer_count;
	const char *peers_path;		/* while loading: the file they are of */
	unsigned int peer_sources;	/* PEER_BIT(), where peers are found */
	enum keepalive_method method;
	bool announce;			/* when a port returns, ... */
	bool announce_virtual;		/* ... addresses of lo and dummies too */
	struct config_prefixes {	/* of neighbors; none = all */
		struct prefix *list;
		size_t count;
		const char *path;	/* as peers_path */
	} include, exclude;
	/* What the bond is expected to have; -1 = not said. */
	int mode;			/* IFLA_BOND_MODE */
	int lacp_rate;			/* 0 slow, 1 fast */
	int xmit_hash_policy;		/* IFLA_BOND_XMIT_HASH_POLICY */
	int64_t miimon_msec;
	struct bond_policy *next;
};

/* What holds without any configuration. */
#define PEER_SOURCES_DEFAULT						\
	(PEER_BIT(PEER_GATEWAY) | PEER_BIT(PEER_NEIGHBOR) |		\
	 PEER_BIT(PEER_IPVS) | PEER_BIT(PEER_SENDER))
#define BOND_POLICY_DEFAULTS						\
	.name = "*", .peer_sources = PEER_SOURCES_DEFAULT, .announce = true, \
	.announce_virtual = true, .mode = -1, .lacp_rate = -1,			\
	.xmit_hash_policy = -1, .miimon_msec = -1

struct config {
	uint64_t keepalive_interval_usec;	/* 1 s to 230 s, default 60 s */
	uint64_t gateway_interval_usec;		/* likewise; 0 = the same */
	unsigned int packets_per_sec;		/* of each port, 10 to 10000 */
	struct bond_policy *policies;
	size_t policy_count;
};

#define CONFIG_ERROR_MAX 4096		/* bytes: about 30 mistakes */

/*
 * Read the configuration below @root ("" = the real one). On error *config is
 * untouched and @error holds a line for each mistake, without a newline at the
 * end: file:line: what is wrong, what is accepted. No file at all is the
 * default configuration.
 */
int config_load(const char *root, struct config **config,
		char *error, size_t size);
struct config *config_free(struct config *config);

/* The section of that name, else [Bond *], else the defaults; never NULL. */
const struct bond_policy *config_bond(const struct config *config,
				      const char *name);

#endif
