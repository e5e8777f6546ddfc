/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_BOND_H
#define DUALHOME_BOND_H

/*
 * The model: every bond of this network namespace and its ports, as rtnetlink
 * last described them. rtnl.c feeds it with struct link_info, everybody else
 * reads it. Setters return 1 if something changed, 0 if not, -errno on error.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "bond-index.h"
#include "frame-lldp.h"
#include "health.h"
#include "lacp.h"
#include "names.h"
#include "paths.h"
#include "proc-bonding.h"

/* include/uapi/linux/if_bonding.h */
#define BOND_MODE_ACTIVE_BACKUP 1
#define BOND_MODE_XOR 2
#define BOND_MODE_8023AD 4
#define BOND_MODE_TLB 5

/* IFLA_INFO_DATA of a bond. */
struct bond_attrs {
	uint8_t mode;
	uint8_t lacp_rate;
	uint8_t xmit_hash_policy;
	uint32_t miimon;
	uint32_t min_links;
	bool has_broadcast_neighbor;	/* attribute 33 is in the dump */
	bool broadcast_neighbor;
	bool has_ad_info;		/* IFLA_BOND_AD_INFO is in the dump */
	uint16_t aggregator;
	uint16_t aggregator_ports;
	uint16_t partner_key;
	uint8_t partner_mac[MAC_LEN];
	uint8_t actor_system[MAC_LEN];	/* ad_actor_system, zero = the MAC */
};

/* IFLA_INFO_SLAVE_DATA of a port. */
struct port_attrs {
	bool mii_up;
	bool active;			/* IFLA_BOND_SLAVE_STATE: not a backup */
	uint32_t link_failures;
	uint8_t perm_mac[MAC_LEN];
	bool has_ad;
	uint16_t aggregator;
	uint8_t actor_state;
	uint8_t partner_state;
	bool has_churn;			/* since Linux 7.1 */
	uint8_t actor_churn;		/* enum lacp_churn */
	uint8_t partner_churn;
};

/* One RTM_NEWLINK, parsed. */
struct link_info {
	int ifindex;
	int master;			/* ifindex, 0 = none */
	char name[IFNAMSIZ];
	uint8_t mac[MAC_LEN];
	uint32_t mtu;
	bool up;			/* IFF_UP */
	bool carrier;
	bool has_carrier_changes;
	uint32_t carrier_changes;	/* up and down, since the link exists */
	bool is_bond;			/* IFLA_INFO_KIND is bond: attrs valid */
	bool is_port;			/* IFLA_INFO_SLAVE_KIND is bond: likewise */
	uint64_t seen_usec;		/* monotonic, when it was received */
	struct bond_attrs bond;
	struct port_attrs port;
};

/* What keepalives through one port have seen since the port joined. */
struct port_counters {
	uint64_t sent;
	uint64_t answered;
	uint64_t rtt_usec;		/* of the last answer, 0 = none yet */
};

struct port {
	TAILQ_ENTRY(port) entry;
	struct bond *bond;		/* NULL while its bond is not known yet */
	int master;			/* ifindex of its bond */
	int ifindex;
	char name[IFNAMSIZ];
	bool up;			/* IFF_UP */
	bool carrier;
	uint64_t since_usec;		/* monotonic, when it was first seen */
	uint64_t carrier_since_usec;	/* likewise its carrier, 0 = never */
	bool was_up;			/* had carrier, to the bond as well */
	bool drained;			/* switched off by drain.c */
	uint32_t carrier_changes;	/* as last counted by the kernel */
	bool history_begun;
	struct carrier_history history;
	uint32_t speed_mbps;		/* 0 = unknown */
	bool half_duplex;
	struct port_attrs attrs;
	struct port_counters keepalives;
	struct port_paths paths;
	bool has_lacpdu;
	struct frame_lacpdu lacpdu;	/* the last one heard */
	uint64_t lacpdu_usec;		/* monotonic, when it was heard */
	uint64_t own_heard_usec;	/* likewise one of our own, 0 = never */
	int own_sender;			/* ifindex of the port that sent it, or 0 */
	struct frame_lldp *lldp;	/* the last one heard, or NULL */
	uint64_t lldp_until_usec;	/* monotonic, when it ages out */
	struct proc_port proc;		/* as of the last look into procfs */
	struct lacp_counters counters;	/* as of the last look, if any */
	struct port_socket *socket;	/* dies with the port */
	int socket_error;		/* of the last attempt to open it */
	unsigned int generation;
};

TAILQ_HEAD(port_list, port);

struct bond {
	TAILQ_ENTRY(bond) entry;
	struct bonds *bonds;
	int ifindex;
	char name[IFNAMSIZ];
	uint8_t mac[MAC_LEN];
	uint32_t mtu;
	bool up;
	bool carrier;
	uint64_t up_since_usec;		/* monotonic, when that was seen */
	struct bond_attrs attrs;
	struct proc_bond proc;		/* as of the last look into procfs */
	struct partner_history partner;
	bool module_stale;		/* the driver is not the installed one */
	enum neighbor_source neighbor_source;
	const char *neighbor_remedy;	/* what would switch it on, or NULL */
	struct bond_paths paths;
	struct bond_wire wire;
	bool appeared;			/* new or new mode: apply the policy */
	int neighbor_error;		/* of the last attempt to, or 0 */
	struct port_list ports;
	struct problems problems;	/* health.c's last verdict, with since */
	bool settled;			/* at that verdict: health_settled() */
	bool dirty;			/* wants diagnosis and publication */
	unsigned int generation;
};

TAILQ_HEAD(bond_list, bond);

/* Called by the model as things come and go; each may be NULL. */
struct bond_ops {
	void (*bond_added)(struct bond *bond, void *userdata);
	void (*bond_removed)(struct bond *bond, void *userdata);
	void (*port_added)(struct port *port, void *userdata);
	void (*port_removed)(struct port *port, void *userdata);
	/* something of a port or of its bond changed: usable, MAC, MTU, ... */
	void (*port_changed)(struct port *port, void *userdata);
};

struct bonds {
	struct bond_list list;
	struct port_list orphans;	/* ports dumped before their bond */
	struct bond_index index;
	const struct bond_ops *ops;
	void *userdata;
	unsigned int generation;	/* of the dump that is running */
};

void bonds_init(struct bonds *bonds, const struct bond_ops *ops, void *userdata);
void bonds_clear(struct bonds *bonds);

/* A link appeared or changed; adds, moves, renames and removes as needed. */
int bonds_link_changed(struct bonds *bonds, const struct link_info *info);
int bonds_link_removed(struct bonds *bonds, int ifindex);

/* Around a full dump: what the dump did not mention is gone afterwards. */
void bonds_dump_begin(struct bonds *bonds);
int bonds_dump_end(struct bonds *bonds);

struct bond *bonds_find(const struct bonds *bonds, int ifindex);
struct bond *bonds_find_name(const struct bonds *bonds, const char *name);
struct port *bonds_find_port(const struct bonds *bonds, int ifindex);

/*
 * The partner that the port hears: of the last LACPDU, else as procfs has it;
 * NULL if none was heard since the carrier came.
 */
const struct frame_lacp_party *port_partner(const struct port *port);

/* The system that our LACPDUs name. */
const uint8_t *bond_actor_system(const struct bond *bond);

enum lacp_churn port_churn_actor(const struct port *port);
enum lacp_churn port_churn_partner(const struct port *port);

/* As if the port had just joined: its links and LACP have not settled. */
void port_begin_anew(struct port *port, uint64_t now_usec);

/* In the active aggregator, with carrier, collecting and distributing. */
bool port_is_usable(const struct port *port);
unsigned int bond_usable_ports(const struct bond *bond);

#endif
