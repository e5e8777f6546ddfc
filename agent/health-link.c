// SPDX-License-Identifier: GPL-2.0
/* Links: of the ports, and what they add up to for the bond. */
#include "health-private.h"

/* FAULTS.md: flapping is three changes in 60 s, and over after 60 s of none. */
#define FLAPPING_USEC (60 * USEC_PER_SEC)
#define FLAPPING_CHANGES 3

bool settled_since(uint64_t since_usec, struct moment now)
{
	return !since_usec || now.mono_usec >= since_usec + SETTLE_USEC;
}

bool link_is_settled(const struct port *port, struct moment now)
{
	return port->was_up || settled_since(port->since_usec, now);
}

bool port_is_settled(const struct port *port, struct moment now)
{
	return settled_since(port->carrier_since_usec, now) &&
	       settled_since(port->bond->up_since_usec, now);
}

bool health_port_drained(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	return port->drained &&
	       SAY(text, "%s is drained; dualhomectl undrain %s puts it back",
		   port->name, port->name);
}

bool health_port_down(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	if (!port->up)
		return SAY(text, "%s is switched off; ip link set %s up",
			   port->name, port->name);
	if (!link_is_settled(port, subject->now))
		return false;
	if (!port->carrier)
		return SAY(text, "%s has no carrier", port->name);
	if (!port->attrs.mii_up)
		return SAY(text,
			   "%s has carrier, but the bonding driver holds it down",
			   port->name);
	return false;
}

bool health_port_flapping(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const uint64_t now = subject->now.mono_usec;
	unsigned int changes;

	changes = carrier_changes(&port->history, now > FLAPPING_USEC ?
				  now - FLAPPING_USEC : 0);
	if (changes < (subject->known ? 1 : FLAPPING_CHANGES))
		return false;
	health_again(subject, carrier_last_change(&port->history) + FLAPPING_USEC);
	return SAY(text,
		   "%s changes its carrier again and again, %u times in the last minute%s%s; look at the cable and the optics",
		   port->name, changes,
		   changes < CARRIER_CHANGES_MAX ? "" : " or more",
		   port->carrier ? "" : ", and has none now");
}

bool health_bond_down(const struct subject *subject, char *text)
{
	const struct bond *bond = subject->bond;
	const struct port *port;

	if (TAILQ_EMPTY(&bond->ports))
		return settled_since(bond->up_since_usec, subject->now) &&
		       SAY(text, "%s has no ports", bond->name);
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port_is_up(port) || !link_is_settled(port, subject->now))
			return false;
	return SAY(text, "no port of %s has carrier", bond->name);
}

bool health_carrier_without_port(const struct subject *subject, char *text)
{
	const struct bond *bond = subject->bond;
	bool any_failed = false;
	const struct port *port;

	if (!speaks_lacp(bond) || !bond->carrier || bond_usable_ports(bond) > 0)
		return false;
	TAILQ_FOREACH(port, &bond->ports, entry)
		any_failed |= port_is_up(port) &&
			      port_is_settled(port, subject->now);
	return any_failed &&
	       SAY(text, "%s shows carrier but has no usable port; what is sent is lost",
		   bond->name);
}

/* A port that negotiates for the first time may still come. */
bool health_min_links(const struct subject *subject, char *text)
{
	const struct bond *bond = subject->bond;
	unsigned int usable = bond_usable_ports(bond);

	if (!speaks_lacp(bond) || usable >= bond->attrs.min_links)
		return false;
	if (!subject->known && !health_settled(bond, subject->now))
		return false;
	return SAY(text,
		   "%s has %u usable ports, fewer than its min_links of %u; the kernel takes its carrier away",
		   bond->name, usable, bond->attrs.min_links);
}

static bool speed_is_known(const struct port *port)
{
	return port_is_up(port) && port->speed_mbps;
}

/* Lower speed, or half duplex at the same one. */
static bool is_slower(const struct port *a, const struct port *b)
{
	if (a->speed_mbps != b->speed_mbps)
		return a->speed_mbps < b->speed_mbps;
	return a->half_duplex && !b->half_duplex;
}

static const struct port *fastest(const struct bond *bond)
{
	const struct port *port, *best = NULL;

	TAILQ_FOREACH(port, &bond->ports, entry)
		if (speed_is_known(port) && (!best || is_slower(best, port)))
			best = port;
	return best;
}

bool bond_speeds_differ(const struct bond *bond)
{
	const struct port *best = fastest(bond), *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		if (speed_is_known(port) && is_slower(port, best))
			return true;
	return false;
}

bool health_speed_mismatch(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const struct port *best = fastest(subject->bond);

	if (!speed_is_known(port) || !is_slower(port, best))
		return false;
	return SAY(text,
		   "%s runs at %u Mb/s %s duplex, %s at %u Mb/s %s duplex; LACP does not aggregate them",
		   port->name, port->speed_mbps,
		   port->half_duplex ? "half" : "full", best->name,
		   best->speed_mbps, best->half_duplex ? "half" : "full");
}
