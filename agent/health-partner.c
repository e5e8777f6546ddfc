// SPDX-License-Identifier: GPL-2.0
/*
 * Who the ports talk to: all leaves of a bond must present one LACP system and
 * one key, and must yet be two switches.
 */
#include "health-private.h"

#define MAC_FORMAT "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_ARGS(mac) (mac)[0], (mac)[1], (mac)[2], (mac)[3], (mac)[4], (mac)[5]

/* Its partner, as long as LACP believes in it. */
static const struct frame_lacp_party *partner_of(const struct port *port)
{
	return port_is_up(port) && port_has_partner(port) ?
	       port_partner(port) : NULL;
}

/* Another port hears what the kernel takes for the partner of the bond. */
static const struct frame_lacp_party *
bond_partner(const struct subject *subject, bool key_too)
{
	const struct bond_attrs *attrs = &subject->bond->attrs;
	const struct frame_lacp_party *partner;
	const struct port *port;

	if (!attrs->has_ad_info)
		return NULL;
	TAILQ_FOREACH(port, &subject->bond->ports, entry) {
		partner = partner_of(port);
		if (port != subject->port && partner &&
		    mac_equal(partner->system, attrs->partner_mac) &&
		    (!key_too || partner->key == attrs->partner_key))
			return partner;
	}
	return NULL;
}

bool health_system_mismatch(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const struct frame_lacp_party *partner = partner_of(port), *other;

	if (!port_is_judged(subject) || !partner)
		return false;
	other = bond_partner(subject, false);
	if (!other || mac_equal(partner->system, other->system))
		return false;
	return SAY(text, "%s hears a different LACP system " MAC_FORMAT
		   " (bond: " MAC_FORMAT "); the leaves no longer present one system: mis-cabling, or an M-LAG split",
		   port->name, MAC_ARGS(partner->system),
		   MAC_ARGS(other->system));
}

bool health_key_mismatch(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const struct frame_lacp_party *partner = partner_of(port), *other;

	if (!port_is_judged(subject) || !partner)
		return false;
	other = bond_partner(subject, true);
	if (!other || !mac_equal(partner->system, other->system))
		return false;
	if (partner->key != other->key)
		return SAY(text, "%s hears key %u of LACP system " MAC_FORMAT
			   " (bond: key %u); it ends in another port-channel of the leaf",
			   port->name, partner->key,
			   MAC_ARGS(partner->system), other->key);
	/* of two that differ, the one that the kernel left out */
	if (partner->system_priority == other->system_priority ||
	    port->attrs.aggregator == subject->bond->attrs.aggregator)
		return false;
	return SAY(text, "%s hears system priority %u of LACP system " MAC_FORMAT
		   " (bond: priority %u); the leaves must present the same",
		   port->name, partner->system_priority,
		   MAC_ARGS(partner->system), other->system_priority);
}

bool health_system_changed(const struct subject *subject, char *text)
{
	const struct partner_history *history = &subject->bond->partner;
	const char *name = subject->bond->name;
	uint64_t until = history->changed.mono_usec + PARTNER_CHANGED_USEC;

	if (!speaks_lacp(subject->bond) || !history->changed.mono_usec ||
	    subject->now.mono_usec >= until)
		return false;
	health_again(subject, until);
	if (history->lost_port[0])
		return SAY(text, "the LACP partner of %s changed from " MAC_FORMAT
			   " to " MAC_FORMAT ", %llu s after %s lost its carrier; the M-LAG master died and the other leaf shows its own system",
			   name, MAC_ARGS(history->before),
			   MAC_ARGS(history->system),
			   (unsigned long long)history->lost_sec,
			   history->lost_port);
	return SAY(text, "the LACP partner of %s changed from " MAC_FORMAT
		   " to " MAC_FORMAT " on all ports; the leaves were replaced, or an M-LAG pair changed its master",
		   name, MAC_ARGS(history->before), MAC_ARGS(history->system));
}

static const struct frame_lldp *lldp_of(const struct port *port)
{
	return port->carrier && port->lldp ? port->lldp : NULL;
}

/*
 * The chassis decides: two leaves that share nothing number their ports alike,
 * in LLDP as well as in LACP, so equal numbers alone mean nothing.
 */
bool health_same_switch(const struct subject *subject, char *text)
{
	char chassis[32], name[32], port_a[32], port_b[32];
	const struct port *a, *b;

	TAILQ_FOREACH(a, &subject->bond->ports, entry)
		for (b = TAILQ_NEXT(a, entry); b; b = TAILQ_NEXT(b, entry)) {
			if (!lldp_of(a) || !lldp_of(b) ||
			    !lldp_id_equal(&a->lldp->chassis, &b->lldp->chassis))
				continue;
			lldp_chassis_name(a->lldp, chassis, sizeof(chassis));
			lldp_switch_name(a->lldp, name, sizeof(name));
			lldp_port_name(a->lldp, port_a, sizeof(port_a));
			lldp_port_name(b->lldp, port_b, sizeof(port_b));
			return SAY(text, "%s and %s end on one switch: LLDP says %s (chassis %s), ports %s and %s; if it dies, both do",
				   a->name, b->name, name, chassis, port_a, port_b);
		}
	return false;
}
