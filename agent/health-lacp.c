// SPDX-License-Identifier: GPL-2.0
/*
 * LACP between a port and its leaf. The kernel's states decide; what was heard
 * on the port itself (LACPDU) and the driver's counters say why.
 *
 * The receive machine goes from CURRENT to EXPIRED when LACPDUs stop (3 s, or
 * 90 s at the slow rate), and 3 s later to DEFAULTED (802.1AX-2020, 6.4.12):
 * first the partner is silent, then there is none.
 */
#include "health-private.h"

/* The partner's timeouts: three of its intervals of 1 s or 30 s. */
#define TIMEOUT_FAST_USEC (3 * USEC_PER_SEC)
#define TIMEOUT_SLOW_USEC (90 * USEC_PER_SEC)

/* M-LAG leaves that hold a returning port back do so for 240 s, plus a margin. */
#define HELD_BACK_USEC (300 * USEC_PER_SEC)

bool port_is_judged(const struct subject *subject)
{
	return speaks_lacp(subject->bond) && port_is_up(subject->port) &&
	       port_is_settled(subject->port, subject->now);
}

/* What the driver counted, as far as it tells something. */
static const char *rejected(const struct port *port, char *words, size_t size)
{
	const struct lacp_counters *counters = &port->counters;

	words[0] = '\0';
	if (counters->known && counters->illegal_rx + counters->unknown_rx)
		snprintf(words, size, "; the driver has rejected %llu LACPDUs",
			 (unsigned long long)(counters->illegal_rx +
					      counters->unknown_rx));
	return words;
}

bool health_no_partner(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	char words[64];

	if (!port_is_judged(subject) || port_has_partner(port))
		return false;
	return SAY(text,
		   "no LACP partner answers on %s (actor state 0x%02x DEFAULTED)%s",
		   port->name, port->attrs.actor_state,
		   rejected(port, words, sizeof(words)));
}

/* Critical if no other port that is up has a partner. */
enum severity health_no_partner_severity(const struct subject *subject)
{
	const struct port *port;

	TAILQ_FOREACH(port, &subject->bond->ports, entry)
		if (port_is_up(port) && port_has_partner(port))
			return SEVERITY_DEGRADED;
	return SEVERITY_CRITICAL;
}

bool health_partner_silent(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	char words[64];

	if (!port_is_judged(subject) || !port->attrs.has_ad ||
	    !(port->attrs.actor_state & LACP_EXPIRED))
		return false;
	return SAY(text,
		   "the LACP partner of %s has fallen silent with the link up (actor state 0x%02x EXPIRED)%s",
		   port->name, port->attrs.actor_state,
		   rejected(port, words, sizeof(words)));
}

static const struct port *find_port(const struct bond *bond, int ifindex)
{
	const struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port->ifindex == ifindex)
			return port;
	return NULL;
}

/*
 * Ours come back as often as we send them, which the partner's timeout bit
 * decides. The driver ignores them, so its states tell nothing.
 */
bool health_loopback(const struct subject *subject, char *text)
{
	const struct port *port = subject->port, *sender;
	uint64_t until = port->own_heard_usec +
			 (port->attrs.partner_state & LACP_TIMEOUT ?
			  TIMEOUT_FAST_USEC : TIMEOUT_SLOW_USEC);

	if (!speaks_lacp(subject->bond) || !port_is_up(port) ||
	    !port->own_heard_usec || subject->now.mono_usec >= until)
		return false;
	health_again(subject, until);
	sender = find_port(subject->bond, port->own_sender);
	if (!sender || sender == port)
		return SAY(text, "%s hears LACPDUs of this host; a loop, or a switch that forwards them",
			   port->name);
	return SAY(text, "%s hears the LACPDUs that this host sends on %s; a loop, or a switch that forwards them",
		   port->name, sender->name);
}

/*
 * What the last LACPDU says of our own, in words, or NULL. A partner that hears
 * nobody soon speaks every 30 s only, so that our own receive machine expires
 * in between: what it said counts as long as it may speak that seldom.
 */
static const char *complaint(const struct subject *subject)
{
	const struct port *port = subject->port;
	const uint8_t *system = bond_actor_system(subject->bond);
	const struct frame_lacpdu *lacpdu = &port->lacpdu;
	uint64_t until = port->lacpdu_usec + TIMEOUT_SLOW_USEC;
	const char *words = NULL;

	if (!port->has_lacpdu || subject->now.mono_usec >= until)
		return NULL;
	if (lacpdu->actor.state & LACP_EXPIRED)
		words = "its LACPDUs say EXPIRED";
	else if (lacpdu->actor.state & LACP_DEFAULTED)
		words = "its LACPDUs say DEFAULTED";
	else if (!mac_is_zero(system) &&
		 !mac_equal(lacpdu->partner.system, system))
		words = "its LACPDUs do not name us";
	if (words)
		health_again(subject, until);
	return words;
}

bool health_one_way(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const char *words;

	if (!port_is_judged(subject) || !port->attrs.has_ad)
		return false;
	words = complaint(subject);
	return words &&
	       SAY(text, "the LACP partner does not hear %s: %s (actor state 0x%02x, partner state 0x%02x); ours are lost on the way to the leaf",
		   port->name, words, port->attrs.actor_state,
		   port->lacpdu.actor.state);
}

bool health_split(const struct subject *subject, char *text)
{
	const struct bond_attrs *bond = &subject->bond->attrs;
	const struct port *port = subject->port;

	if (!port_is_judged(subject) || !port_has_partner(port) ||
	    !port->attrs.has_ad || !bond->has_ad_info ||
	    port->attrs.aggregator == bond->aggregator ||
	    bond_speeds_differ(subject->bond))
		return false;
	return SAY(text,
		   "%s is in aggregator %u, the active one is %u (actor state 0x%02x, partner state 0x%02x); the ends do not agree to aggregate it",
		   port->name, port->attrs.aggregator, bond->aggregator,
		   port->attrs.actor_state, port->attrs.partner_state);
}

/* Its leaf has just come back and keeps the port out of the aggregation. */
static bool is_held_back(const struct subject *subject)
{
	const struct port *port = subject->port;
	uint64_t until = port->history.back_usec + HELD_BACK_USEC;

	if (!port->history.back_usec || subject->now.mono_usec >= until ||
	    port->attrs.partner_state & LACP_SYNCHRONIZATION)
		return false;
	health_again(subject, until);
	return true;
}

/*
 * An end that was not in sync 60 s after it should have been. The driver keeps
 * the word when the end has come in sync later, so both must hold.
 */
bool health_churn(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const struct port_attrs *attrs = &port->attrs;
	bool actor, partner;

	/* that is not a new fault: FAULTS.md */
	if (!port_is_judged(subject) || !attrs->has_ad || is_held_back(subject))
		return false;
	actor = port_churn_actor(port) == LACP_CHURNED &&
		!(attrs->actor_state & LACP_SYNCHRONIZATION);
	partner = port_churn_partner(port) == LACP_CHURNED &&
		  !(attrs->partner_state & LACP_SYNCHRONIZATION);
	if (!actor && !partner)
		return false;
	return SAY(text,
		   "LACP churn on %s: the 60 s of churn detection are over, and %s not in sync (actor state 0x%02x, partner state 0x%02x); the leaf holds the port back, or its port-channel does not fit",
		   port->name, actor && partner ? "both ends are" :
		   actor ? "this end is" : "the partner is",
		   attrs->actor_state, attrs->partner_state);
}

/* What is missing until both ends forward, or NULL. */
static const char *missing(const struct port_attrs *attrs)
{
	static const struct {
		bool partner;
		uint8_t bit;
		const char *words;
	} steps[] = {
		{ true, LACP_SYNCHRONIZATION, "the partner is not in sync" },
		{ false, LACP_SYNCHRONIZATION, "this side is not in sync" },
		{ false, LACP_COLLECTING, "this side does not collect" },
		{ false, LACP_DISTRIBUTING, "this side does not distribute" },
		{ true, LACP_COLLECTING, "the partner does not collect" },
		{ true, LACP_DISTRIBUTING, "the partner does not distribute" },
	};
	uint8_t state;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		state = steps[i].partner ? attrs->partner_state :
					   attrs->actor_state;
		if (!(state & steps[i].bit))
			return steps[i].words;
	}
	return NULL;
}

bool health_not_usable(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;
	const char *step;

	if (!port_is_judged(subject))
		return false;
	if (!port->attrs.has_ad)
		return SAY(text, "%s has joined no aggregator", port->name);
	step = missing(&port->attrs);
	if (!step && port_is_usable(port))
		return false;
	if (port->attrs.aggregator != subject->bond->attrs.aggregator &&
	    bond_speeds_differ(subject->bond))
		return false;
	/* where the partner alone does not forward, we still send */
	return SAY(text, "%s %s: %s (actor state 0x%02x, partner state 0x%02x)%s",
		   port->name, port_is_usable(port) ?
		   "is forwarded by one side only" : "is not usable",
		   step ? step : "the bonding driver holds it back",
		   port->attrs.actor_state, port->attrs.partner_state,
		   is_held_back(subject) ?
		   "; an M-LAG leaf holds a port that returns back, for about 240 s" :
		   "");
}
