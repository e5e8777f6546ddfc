// SPDX-License-Identifier: GPL-2.0
/* What follows from the model: of several sources the best, of several bits one. */
#include "bond.h"

const struct frame_lacp_party *port_partner(const struct port *port)
{
	if (port->carrier && port->has_lacpdu &&
	    !mac_is_zero(port->lacpdu.actor.system))
		return &port->lacpdu.actor;
	return port->carrier && port->proc.has_partner ? &port->proc.partner :
							 NULL;
}

const uint8_t *bond_actor_system(const struct bond *bond)
{
	if (bond->proc.has_system)
		return bond->proc.system;
	return mac_is_zero(bond->attrs.actor_system) ? bond->mac :
						       bond->attrs.actor_system;
}

enum lacp_churn port_churn_actor(const struct port *port)
{
	return port->attrs.has_churn ? port->attrs.actor_churn :
				       port->proc.actor_churn;
}

enum lacp_churn port_churn_partner(const struct port *port)
{
	return port->attrs.has_churn ? port->attrs.partner_churn :
				       port->proc.partner_churn;
}

bool port_is_usable(const struct port *port)
{
	const uint8_t forwards = LACP_COLLECTING | LACP_DISTRIBUTING;
	const struct bond *bond = port->bond;

	if (!bond || !port->carrier || !port->attrs.mii_up ||
	    !port->attrs.active)
		return false;
	if (bond->attrs.mode != BOND_MODE_8023AD)
		return true;
	return bond->attrs.has_ad_info && port->attrs.has_ad &&
	       port->attrs.aggregator == bond->attrs.aggregator &&
	       (port->attrs.actor_state & forwards) == forwards;
}

unsigned int bond_usable_ports(const struct bond *bond)
{
	unsigned int count = 0;
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		count += port_is_usable(port);
	return count;
}
