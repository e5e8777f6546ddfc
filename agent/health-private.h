/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_HEALTH_PRIVATE_H
#define DUALHOME_HEALTH_PRIVATE_H

/*
 * Between health.c, which holds the table, and health-*.c, which hold the
 * conditions: each says whether its fault is there now, and if so what a human
 * should read: the evidence, then after "; " what it means or what to do.
 */

#include <stdio.h>

#include "bond.h"
#include "config.h"
#include "health.h"
#include "util.h"

/* All that a condition may look at. */
struct subject {
	const struct bond *bond;
	const struct bond_policy *policy;
	const struct port *port;	/* NULL for the bond itself */
	const struct problem *known;	/* raised already, or NULL */
	struct moment now;
	uint64_t *next_usec;		/* see health_again() */
};

/*
 * A new port gets as long: a healthy negotiation takes up to 3 s until the
 * short timeout of the receive machine finds out that the old partner is gone,
 * and 2 s of wait-while before the port is attached (802.1AX-2020, 6.4.4).
 */
#define SETTLE_USEC (5 * USEC_PER_SEC)

#define TEXT_SIZE sizeof(((struct problem *)0)->text)

#define SAY(text, ...) (snprintf(text, TEXT_SIZE, __VA_ARGS__), true)

/* Time alone may change the answer at that moment. */
static inline void health_again(const struct subject *subject, uint64_t usec)
{
	if (usec > subject->now.mono_usec && usec < *subject->next_usec)
		*subject->next_usec = usec;
}

static inline bool speaks_lacp(const struct bond *bond)
{
	return bond->attrs.mode == BOND_MODE_8023AD;
}

static inline bool port_is_up(const struct port *port)
{
	return port->carrier && port->attrs.mii_up;
}

static inline bool port_has_partner(const struct port *port)
{
	return !port->attrs.has_ad ||
	       !(port->attrs.actor_state & LACP_DEFAULTED);
}

bool settled_since(uint64_t since_usec, struct moment now);

/* Its first carrier was there, or had the time to come. */
bool link_is_settled(const struct port *port, struct moment now);

/* LACP had the time to negotiate since the carrier came. */
bool port_is_settled(const struct port *port, struct moment now);

/* LACP has nothing to say too early, and never on a port that is down. */
bool port_is_judged(const struct subject *subject);

/* In speed or duplex, of the ports that are up. */
bool bond_speeds_differ(const struct bond *bond);

/* health-words.c: how long its return is worth a remark, 0 = it is not. */
uint64_t port_remark_until(const struct port *port);

/* Monotonic, about: from then on "since" needs a date. */
uint64_t health_midnight(struct moment now);

typedef bool (*health_condition)(const struct subject *subject, char *text);

/* health-link.c */
bool health_port_down(const struct subject *subject, char *text);
bool health_port_drained(const struct subject *subject, char *text);
bool health_port_flapping(const struct subject *subject, char *text);
bool health_bond_down(const struct subject *subject, char *text);
bool health_carrier_without_port(const struct subject *subject, char *text);
bool health_min_links(const struct subject *subject, char *text);
bool health_speed_mismatch(const struct subject *subject, char *text);

/* health-lacp.c */
bool health_no_partner(const struct subject *subject, char *text);
enum severity health_no_partner_severity(const struct subject *subject);
bool health_partner_silent(const struct subject *subject, char *text);
bool health_one_way(const struct subject *subject, char *text);
bool health_loopback(const struct subject *subject, char *text);
bool health_split(const struct subject *subject, char *text);
bool health_churn(const struct subject *subject, char *text);
bool health_not_usable(const struct subject *subject, char *text);

/* health-partner.c */
bool health_system_mismatch(const struct subject *subject, char *text);
bool health_key_mismatch(const struct subject *subject, char *text);
bool health_system_changed(const struct subject *subject, char *text);
bool health_same_switch(const struct subject *subject, char *text);

/* health-config.c */
bool health_neighbor_off(const struct subject *subject, char *text);
bool health_module_not_active(const struct subject *subject, char *text);
bool health_config_drift(const struct subject *subject, char *text);

/* health-path.c */
bool health_mtu_mismatch(const struct subject *subject, char *text);
bool health_leaf_isolated(const struct subject *subject, char *text);
enum severity health_leaf_isolated_severity(const struct subject *subject);
bool health_gateway_unreachable(const struct subject *subject, char *text);
bool health_peer_unreachable(const struct subject *subject, char *text);
bool health_unicast_flood(const struct subject *subject, char *text);

#endif
