// SPDX-License-Identifier: GPL-2.0
/*
 * The paths behind the bond, as keepalives see them (paths.h). One dead peer
 * cannot be told from a leaf that lost everything behind it, so a leaf is
 * called isolated when what does not answer through it answers through another
 * port, or when several peers answer on no port at all.
 */
#include "health-private.h"

/* As many peers do not die at once; what they have in common does. */
#define PEERS_FOR_ISOLATION 2

static bool is_dead(const struct port *port)
{
	return port->paths.probed > 0 &&
	       port->paths.dead == port->paths.probed;
}

/* No port gets an answer from anybody. */
static bool all_dead(const struct bond *bond)
{
	const struct port *port;
	unsigned int judged = 0;

	TAILQ_FOREACH(port, &bond->ports, entry) {
		if (!port->paths.probed || !port_is_usable(port))
			continue;
		if (!is_dead(port) || port->paths.probed < PEERS_FOR_ISOLATION)
			return false;
		judged++;
	}
	return judged > 0;
}

bool health_leaf_isolated(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	if (!port_is_usable(port) || !is_dead(port))
		return false;
	if (port->paths.dead_here)
		return SAY(text,
			   "none of %u peers answers through %s, %u of them answer through another port; its leaf is cut off from what is behind it",
			   port->paths.probed, port->name,
			   port->paths.dead_here);
	return all_dead(subject->bond) &&
	       SAY(text, "none of %u peers answers through %s, nor through any other port; its leaf is cut off from what is behind it",
		   port->paths.probed, port->name);
}

enum severity health_leaf_isolated_severity(const struct subject *subject)
{
	const struct port *port;

	TAILQ_FOREACH(port, &subject->bond->ports, entry)
		if (port_is_usable(port) && !is_dead(port))
			return SEVERITY_DEGRADED;
	return SEVERITY_CRITICAL;
}

bool health_mtu_mismatch(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	return port->paths.mtu_lost && port_is_usable(port) &&
	       SAY(text, "%s loses packets of %u bytes while small ones are answered; the MTU of its leaf is smaller than that of %s",
		   port->name, port->paths.mtu, subject->bond->name);
}

bool health_unicast_flood(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const uint8_t *mac = port->paths.flood_mac;

	return port->paths.flood_per_sec &&
	       SAY(text, "%s receives %u unicast frames/s for other hosts, most for %02x:%02x:%02x:%02x:%02x:%02x; a switch has forgotten that one and floods: run dualhomed there too, or have switches forget later than ARP does",
		   port->name, port->paths.flood_per_sec, mac[0], mac[1], mac[2],
		   mac[3], mac[4], mac[5]);
}

/* ", and 2 more" */
static const char *others(char *words, size_t size, unsigned int count)
{
	words[0] = '\0';
	if (count > 1)
		snprintf(words, size, ", and %u more", count - 1);
	return words;
}

bool health_gateway_unreachable(const struct subject *subject, char *text)
{
	const struct bond_paths *paths = &subject->bond->paths;
	char more[32];

	return paths->gateways && paths->gateways_dead == paths->gateways &&
	       SAY(text, "no gateway of %s answers on any port: %s%s",
		   subject->bond->name, paths->gateway,
		   others(more, sizeof(more), paths->gateways));
}

bool health_peer_unreachable(const struct subject *subject, char *text)
{
	const struct bond_paths *paths = &subject->bond->paths;
	char more[32];

	return paths->peers_dead &&
	       SAY(text, "no answer on any port of %s from peer %s%s",
		   subject->bond->name, paths->peer,
		   others(more, sizeof(more), paths->peers_dead));
}
