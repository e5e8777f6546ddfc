// SPDX-License-Identifier: GPL-2.0
/*
 * One row per fault code: what it is about (the bond or each of its ports),
 * how bad it is, and a test that also writes the sentence.
 *
 * The most specific cause of a port wins, so a port has at most one problem,
 * in this order: it is down; nobody speaks LACP on it; LACP put it into
 * another aggregator than the active one; LACP has not made it usable. The
 * bond's own problems stand beside those of its ports, because they say what
 * the sum of them means: no carrier at all, or carrier without a usable port,
 * which is a black hole. Without carrier the bond is not a black hole.
 *
 * LACP is judged in mode 802.3ad only. A bond that is switched off is meant to
 * be off: it has no problems. A bond that is up without any port carries
 * nothing: bond-down.
 *
 * A carrier that is lost is missed at once; the first one gets time to come,
 * since a network card that was just opened takes some seconds. LACP is judged
 * only when the port has settled, which counts from its carrier and from the
 * moment when the bond was switched on: a healthy negotiation takes up to 3 s
 * until the short timeout of the receive machine finds out that the old partner
 * is gone, and 2 s of wait-while before the port is attached (802.1AX-2020,
 * 6.4.4). What breaks on a port that had settled is judged at once. What was
 * before the daemon looked is not known: it counts from the first look.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bond.h"
#include "config.h"
#include "health.h"
#include "util.h"

#define SETTLE_USEC (5 * USEC_PER_SEC)

/* All that a row may look at. */
struct subject {
	const struct bond *bond;
	const struct bond_policy *policy;
	const struct port *port;	/* NULL for the bond itself */
	struct moment now;
};

#define TEXT_SIZE sizeof(((struct problem *)0)->text)

#define SAY(text, ...) (snprintf(text, TEXT_SIZE, __VA_ARGS__), true)

static bool port_is_up(const struct port *port)
{
	return port->carrier && port->attrs.mii_up;
}

static bool settled_since(uint64_t since_usec, struct moment now)
{
	return !since_usec || now.mono_usec >= since_usec + SETTLE_USEC;
}

/* Its carrier was there before, or had the time to come. */
static bool link_is_settled(const struct port *port, struct moment now)
{
	return port->was_up || settled_since(port->since_usec, now);
}

static bool port_is_settled(const struct port *port, struct moment now)
{
	return settled_since(port->carrier_since_usec, now) &&
	       settled_since(port->bond->up_since_usec, now);
}

static bool speaks_lacp(const struct bond *bond)
{
	return bond->attrs.mode == BOND_MODE_8023AD;
}

/* LACP has nothing to say too early, and never on a port that is down. */
static bool port_is_judged(const struct subject *subject)
{
	return speaks_lacp(subject->bond) && port_is_up(subject->port) &&
	       port_is_settled(subject->port, subject->now);
}

static bool port_has_partner(const struct port *port)
{
	return !port->attrs.has_ad ||
	       !(port->attrs.actor_state & LACP_DEFAULTED);
}

static bool test_port_down(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	if (!port->up)
		return SAY(text, "%s is switched off (ip link set %s up)",
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

static bool test_bond_down(const struct subject *subject, char *text)
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

static bool test_no_partner(const struct subject *subject, char *text)
{
	const struct port *port = subject->port;

	if (!port_is_judged(subject) || port_has_partner(port))
		return false;
	return SAY(text,
		   "no LACP partner answers on %s (actor state 0x%02x DEFAULTED)",
		   port->name, port->attrs.actor_state);
}

/* Critical if no other port that is up has a partner. */
static enum severity severity_no_partner(const struct subject *subject)
{
	const struct port *port;

	TAILQ_FOREACH(port, &subject->bond->ports, entry)
		if (port_is_up(port) && port_has_partner(port))
			return SEVERITY_DEGRADED;
	return SEVERITY_CRITICAL;
}

static bool test_split(const struct subject *subject, char *text)
{
	const struct bond_attrs *bond = &subject->bond->attrs;
	const struct port *port = subject->port;

	if (!port_is_judged(subject) || !port_has_partner(port) ||
	    !port->attrs.has_ad || !bond->has_ad_info ||
	    port->attrs.aggregator == bond->aggregator)
		return false;
	return SAY(text,
		   "%s is in aggregator %u, the active one is %u: its leaf presents another LACP system or key",
		   port->name, port->attrs.aggregator, bond->aggregator);
}

/* What is missing until both ends forward, or NULL. */
static const char *missing(const struct port_attrs *attrs)
{
	static const struct {
		bool partner;
		uint8_t bit;
		bool wanted;
		const char *words;
	} steps[] = {
		{ false, LACP_EXPIRED, false, "the partner has fallen silent" },
		{ true, LACP_EXPIRED, false, "the partner does not hear us" },
		{ true, LACP_SYNCHRONIZATION, true, "the partner is not in sync" },
		{ false, LACP_SYNCHRONIZATION, true, "this side is not in sync" },
		{ false, LACP_COLLECTING, true, "this side does not collect" },
		{ false, LACP_DISTRIBUTING, true, "this side does not distribute" },
		{ true, LACP_COLLECTING, true, "the partner does not collect" },
		{ true, LACP_DISTRIBUTING, true, "the partner does not distribute" },
	};
	uint8_t state;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		state = steps[i].partner ? attrs->partner_state :
					   attrs->actor_state;
		if (!(state & steps[i].bit) == steps[i].wanted)
			return steps[i].words;
	}
	return NULL;
}

static bool test_not_usable(const struct subject *subject, char *text)
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
	/* where the partner alone does not forward, we still send */
	return SAY(text,
		   "%s %s: %s (actor state 0x%02x, partner state 0x%02x)",
		   port->name, port_is_usable(port) ?
		   "is forwarded by one side only" : "is not usable", step ? step : "the bonding driver holds it back",
		   port->attrs.actor_state, port->attrs.partner_state);
}

static bool test_carrier_without_port(const struct subject *subject, char *text)
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
	       SAY(text, "%s shows carrier but has no usable port: what is sent is lost",
		   bond->name);
}

/*
 * [Bond *] asks for it wherever it is possible; a section of its own for a
 * bond that cannot have it is a mistake to point out.
 */
static bool test_neighbor_off(const struct subject *subject, char *text)
{
	const struct bond *bond = subject->bond;
	const char *remedy = bond->neighbor_remedy;

	if (subject->policy->neighbor_broadcast != NEIGHBOR_POLICY_YES)
		return false;
	if (!speaks_lacp(bond))
		return strcmp(subject->policy->name, "*") != 0 &&
		       SAY(text, "NeighborBroadcast=yes needs mode 802.3ad, %s is in mode %s",
			   bond->name, bond_mode_to_string(bond->attrs.mode));
	if (bond->attrs.has_broadcast_neighbor && bond->attrs.broadcast_neighbor)
		return false;
	return SAY(text, "ARP and ND leave %s on one port only%s%s", bond->name,
		   remedy ? ": " : "", remedy ? remedy : "");
}

enum scope { SCOPE_BOND, SCOPE_PORT };

/* In the order in which equally bad problems are named. */
static const struct row {
	enum fault_code code;
	enum scope scope;
	enum severity severity;
	enum severity (*severity_of)(const struct subject *subject);
	bool (*test)(const struct subject *subject, char *text);
} rows[] = {
	{ FAULT_BOND_DOWN, SCOPE_BOND, SEVERITY_CRITICAL, NULL,
	  test_bond_down },
	{ FAULT_CARRIER_WITHOUT_PORT, SCOPE_BOND, SEVERITY_CRITICAL, NULL,
	  test_carrier_without_port },
	{ FAULT_PORT_DOWN, SCOPE_PORT, SEVERITY_DEGRADED, NULL,
	  test_port_down },
	{ FAULT_LACP_NO_PARTNER, SCOPE_PORT, SEVERITY_DEGRADED,
	  severity_no_partner, test_no_partner },
	{ FAULT_AGGREGATOR_SPLIT, SCOPE_PORT, SEVERITY_DEGRADED, NULL,
	  test_split },
	{ FAULT_PORT_NOT_USABLE, SCOPE_PORT, SEVERITY_DEGRADED, NULL,
	  test_not_usable },
	{ FAULT_NEIGHBOR_BROADCAST_OFF, SCOPE_BOND, SEVERITY_DEGRADED, NULL,
	  test_neighbor_off },
};

static const struct problem *find(const struct problems *problems,
				  enum fault_code code, int ifindex)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->list[i].code == code &&
		    problems->list[i].ifindex == ifindex)
			return &problems->list[i];
	return NULL;
}

/* Worst first; what is equally bad stays in the order it came in. */
static void insert(struct problems *problems, const struct problem *problem)
{
	size_t i = problems->count;

	if (i == PROBLEMS_MAX && problems->list[--i].severity >= problem->severity)
		return;
	for (; i > 0 && problems->list[i - 1].severity < problem->severity; i--)
		problems->list[i] = problems->list[i - 1];
	problems->list[i] = *problem;
	if (problems->count < PROBLEMS_MAX)
		problems->count++;
}

/* Adds the problem of that row, if there is one. */
static void judge(const struct row *row, const struct subject *subject,
		  const struct problems *before, struct problems *problems)
{
	struct problem problem = {
		.code = row->code,
		.severity = row->severity,
		.ifindex = subject->port ? subject->port->ifindex :
					   subject->bond->ifindex,
		.since = subject->now,
	};
	const struct problem *known;

	if (!row->test(subject, problem.text))
		return;
	if (row->severity_of)
		problem.severity = row->severity_of(subject);
	memcpy(problem.object,
	       subject->port ? subject->port->name : subject->bond->name,
	       sizeof(problem.object));
	known = find(before, problem.code, problem.ifindex);
	if (known)
		problem.since = known->since;
	insert(problems, &problem);
}

/* A port is blamed once, by the first row that fits. */
static bool is_blamed(const struct problems *problems, int ifindex)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->list[i].ifindex == ifindex)
			return true;
	return false;
}

void health_check(const struct bond *bond, const struct bond_policy *policy,
		  const struct problems *before, struct moment now,
		  struct problems *problems)
{
	struct subject subject = {
		.bond = bond, .policy = policy, .now = now
	};
	const struct port *port;

	problems->count = 0;
	if (!bond->up)
		return;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		subject.port = NULL;
		if (rows[i].scope == SCOPE_BOND) {
			judge(&rows[i], &subject, before, problems);
			continue;
		}
		TAILQ_FOREACH(port, &bond->ports, entry) {
			subject.port = port;
			if (!is_blamed(problems, port->ifindex))
				judge(&rows[i], &subject, before, problems);
		}
	}
}

bool health_settled(const struct bond *bond, struct moment now)
{
	const struct port *port;

	if (TAILQ_EMPTY(&bond->ports))
		return settled_since(bond->up_since_usec, now);
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port_is_up(port) ? !port_is_settled(port, now) :
				       !link_is_settled(port, now))
			return false;
	return true;
}

static enum health health_of_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return HEALTH_CRITICAL;
	case SEVERITY_DEGRADED:
		return HEALTH_DEGRADED;
	default:
		return HEALTH_OK;
	}
}

enum health health_of(const struct problems *problems)
{
	return problems->count ? health_of_severity(problems->list[0].severity) :
				 HEALTH_OK;
}

enum health health_of_bond(const struct bond *bond)
{
	if (!bond->problems.count && bond->up && !bond->settled &&
	    !bond_usable_ports(bond))
		return HEALTH_UNKNOWN;
	return health_of(&bond->problems);
}

enum health health_of_port(const struct problems *problems, int ifindex)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->list[i].ifindex == ifindex)
			return health_of_severity(problems->list[i].severity);
	return HEALTH_OK;
}

/* A status line has room for the time of day; the bus carries the date. */
static void format_since(const struct problem *problem, char *text, size_t size)
{
	time_t seconds = problem->since.real_usec / USEC_PER_SEC;
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(text, size, "%H:%M:%S", &tm);
}

int health_describe(const struct bond *bond, char *text, size_t size)
{
	const struct problems *problems = &bond->problems;
	const char *word = health_to_string(health_of_bond(bond));
	unsigned int ports = 0;
	const struct port *port;
	char since[32], more[32] = "";

	if (problems->count) {
		format_since(&problems->list[0], since, sizeof(since));
		if (problems->count > 1)
			snprintf(more, sizeof(more), " (+%zu more)",
				 problems->count - 1);
		return snprintf(text, size, "%s %s: %s since %s%s", bond->name,
				word, problems->list[0].text, since, more);
	}
	if (!bond->up)
		return snprintf(text, size, "%s %s, switched off", bond->name,
				word);
	TAILQ_FOREACH(port, &bond->ports, entry)
		ports++;
	return snprintf(text, size, "%s %s, %u of %u ports usable", bond->name,
			word, bond_usable_ports(bond), ports);
}

static const struct problem *next(const struct problems *a,
				  const struct problems *b, size_t *i,
				  bool severity_counts)
{
	const struct problem *problem, *other;

	while (*i < a->count) {
		problem = &a->list[(*i)++];
		other = find(b, problem->code, problem->ifindex);
		if (!other || strcmp(other->object, problem->object) != 0 ||
		    (severity_counts && other->severity != problem->severity))
			return problem;
	}
	return NULL;
}

const struct problem *problems_raised(const struct problems *after,
				      const struct problems *before, size_t *i)
{
	return next(after, before, i, true);
}

const struct problem *problems_cleared(const struct problems *after,
				       const struct problems *before, size_t *i)
{
	return next(before, after, i, false);
}
