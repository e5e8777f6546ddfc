// SPDX-License-Identifier: GPL-2.0
/*
 * One row per fault code: what it is about (the bond or each of its ports), how
 * bad it is, how long it must last, what explains it, and the condition.
 *
 * One root cause has one name:
 *
 * - A port has at most one problem, the first row that fits, from the cable
 *   upwards: the operator (drained); the link (flapping, down); what comes in is
 *   our own (loopback); the partner hears nobody (one way), or nobody is there
 *   (no partner, silent); the wrong one is there (system, key); the ends cannot
 *   aggregate (speed, split, churn, not usable); and only behind a sound port
 *   the path (MTU, isolated leaf, flood).
 * - A bond's own problems stand beside those of its ports, because they say
 *   what the sum of them means; of several only the one that explains the
 *   others is named: the third column from the right.
 *
 * No flicker:
 *
 * - A carrier that is lost is missed at once; the first one gets time to come,
 *   since a network card that was just opened takes some seconds. LACP is
 *   judged only when the port has settled, which counts from its carrier and
 *   from the moment when the bond was switched on. What was before the daemon
 *   looked is not known: it counts from the first look.
 * - A row may have to last (raise) before it is raised; its since is still when
 *   it began. A problem of LACP stays until the port was well for a moment
 *   (clear), until another problem of the port takes its place, and as long as
 *   one is waiting to: a port that negotiates again is not well yet.
 *
 * LACP is judged in mode 802.3ad only. A bond that is switched off is meant to
 * be off: it has no problems. A bond that is up without any port carries
 * nothing: bond-down.
 */
#include <stdlib.h>
#include <string.h>

#include "health-private.h"

/*
 * All ports of a bond hear of a new partner at about the same time, and the
 * kernel moves them one after the other; a changed partner is to be visible
 * within 1 s.
 */
#define PARTNER_USEC (500 * USEC_PER_MSEC)

/*
 * A port that is attached anew takes 2 s of wait-while (802.1AX-2020, 6.4.4)
 * and some runs of the driver's machines, one in 100 ms.
 */
#define ATTACH_USEC (3 * USEC_PER_SEC)

/* Twice the fast interval: a partner that was heard once is not back yet. */
#define WELL_USEC (2 * USEC_PER_SEC)

/* One look later it is still so. */
#define READ_USEC (1 * USEC_PER_SEC)

#define BIT(code) (1U << (code))
#define DEAD (BIT(FAULT_BOND_DOWN) | BIT(FAULT_CARRIER_WITHOUT_PORT))
/* Nothing is sent behind it; the kernel takes the carrier of too few ports. */
#define CUT_OFF (DEAD | BIT(FAULT_MIN_LINKS) | BIT(FAULT_LEAF_ISOLATED))

enum scope { SCOPE_BOND, SCOPE_PORT };

/* In the order in which equally bad problems are named. */
static const struct row {
	enum fault_code code;
	enum scope scope;
	enum severity severity;
	uint32_t raise_usec;
	uint32_t clear_usec;
	unsigned int explained_by;	/* codes of rows above */
	health_condition test;
	enum severity (*severity_of)(const struct subject *subject);
} rows[] = {
	{ FAULT_BOND_DOWN, SCOPE_BOND, SEVERITY_CRITICAL, 0, 0, 0,
	  health_bond_down, NULL },
	{ FAULT_CARRIER_WITHOUT_PORT, SCOPE_BOND, SEVERITY_CRITICAL,
	  ATTACH_USEC, 0, BIT(FAULT_BOND_DOWN),
	  health_carrier_without_port, NULL },
	{ FAULT_MIN_LINKS, SCOPE_BOND, SEVERITY_CRITICAL, 0, 0, DEAD,
	  health_min_links, NULL },

	{ FAULT_PORT_DRAINED, SCOPE_PORT, SEVERITY_WARNING, 0, 0, 0,
	  health_port_drained, NULL },
	{ FAULT_PORT_FLAPPING, SCOPE_PORT, SEVERITY_DEGRADED, 0, 0, 0,
	  health_port_flapping, NULL },
	{ FAULT_PORT_DOWN, SCOPE_PORT, SEVERITY_DEGRADED, 0, 0, 0,
	  health_port_down, NULL },
	{ FAULT_LACP_LOOPBACK, SCOPE_PORT, SEVERITY_CRITICAL, 0, WELL_USEC, 0,
	  health_loopback, NULL },
	{ FAULT_LACP_ONE_WAY, SCOPE_PORT, SEVERITY_DEGRADED,
	  READ_USEC, WELL_USEC, 0, health_one_way, NULL },
	{ FAULT_LACP_NO_PARTNER, SCOPE_PORT, SEVERITY_DEGRADED, 0, WELL_USEC, 0,
	  health_no_partner, health_no_partner_severity },
	{ FAULT_LACP_PARTNER_SILENT, SCOPE_PORT, SEVERITY_DEGRADED,
	  0, WELL_USEC, 0, health_partner_silent, NULL },
	{ FAULT_PARTNER_SYSTEM_MISMATCH, SCOPE_PORT, SEVERITY_DEGRADED,
	  PARTNER_USEC, WELL_USEC, 0, health_system_mismatch, NULL },
	{ FAULT_PARTNER_KEY_MISMATCH, SCOPE_PORT, SEVERITY_DEGRADED,
	  PARTNER_USEC, WELL_USEC, 0, health_key_mismatch, NULL },
	{ FAULT_SPEED_MISMATCH, SCOPE_PORT, SEVERITY_DEGRADED, READ_USEC, 0, 0,
	  health_speed_mismatch, NULL },
	{ FAULT_AGGREGATOR_SPLIT, SCOPE_PORT, SEVERITY_DEGRADED,
	  ATTACH_USEC, WELL_USEC, 0, health_split, NULL },
	{ FAULT_LACP_CHURN, SCOPE_PORT, SEVERITY_DEGRADED, 0, WELL_USEC, 0,
	  health_churn, NULL },
	{ FAULT_PORT_NOT_USABLE, SCOPE_PORT, SEVERITY_DEGRADED,
	  ATTACH_USEC, WELL_USEC, 0, health_not_usable, NULL },
	{ FAULT_LEAF_ISOLATED, SCOPE_PORT, SEVERITY_DEGRADED, 0, 0, 0,
	  health_leaf_isolated, health_leaf_isolated_severity },
	{ FAULT_MTU_MISMATCH, SCOPE_PORT, SEVERITY_DEGRADED, 0, 0, 0,
	  health_mtu_mismatch, NULL },
	{ FAULT_UNICAST_FLOOD, SCOPE_PORT, SEVERITY_WARNING, 0, 0, 0,
	  health_unicast_flood, NULL },

	{ FAULT_GATEWAY_UNREACHABLE, SCOPE_BOND, SEVERITY_CRITICAL, 0, 0, CUT_OFF,
	  health_gateway_unreachable, NULL },
	{ FAULT_PEER_UNREACHABLE, SCOPE_BOND, SEVERITY_WARNING, 0, 0, CUT_OFF,
	  health_peer_unreachable, NULL },
	{ FAULT_PARTNER_SYSTEM_CHANGED, SCOPE_BOND, SEVERITY_WARNING, 0, 0,
	  BIT(FAULT_PARTNER_SYSTEM_MISMATCH), health_system_changed, NULL },
	{ FAULT_SAME_SWITCH, SCOPE_BOND, SEVERITY_WARNING, 0, 0,
	  BIT(FAULT_LACP_LOOPBACK), health_same_switch, NULL },
	{ FAULT_NEIGHBOR_BROADCAST_OFF, SCOPE_BOND, SEVERITY_DEGRADED, 0, 0, 0,
	  health_neighbor_off, NULL },
	{ FAULT_MODULE_NOT_ACTIVE, SCOPE_BOND, SEVERITY_WARNING, 0, 0,
	  BIT(FAULT_NEIGHBOR_BROADCAST_OFF), health_module_not_active, NULL },
	{ FAULT_CONFIG_DRIFT, SCOPE_BOND, SEVERITY_WARNING, SETTLE_USEC, 0, 0,
	  health_config_drift, NULL },
};

const struct problem *problems_find(const struct problems *problems,
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

static const struct waiting *find_waiting(const struct problems *problems,
					  enum fault_code code, int ifindex)
{
	for (size_t i = 0; i < problems->waiting_count; i++)
		if (problems->waiting[i].code == code &&
		    problems->waiting[i].ifindex == ifindex)
			return &problems->waiting[i];
	return NULL;
}

void problems_wait(struct problems *problems, enum fault_code code,
		   int ifindex, struct moment since)
{
	const struct waiting *known = find_waiting(problems, code, ifindex);
	size_t i = problems->waiting_count;

	if (known)
		i = known - problems->waiting;
	if (i == PROBLEMS_MAX)
		return;
	problems->waiting[i] = (struct waiting) {
		.code = code, .ifindex = ifindex, .since = since,
	};
	if (!known)
		problems->waiting_count++;
}

/* One examination: @subject's next_usec is that of @problems. */
struct examination {
	struct subject subject;
	const struct problems *before;
	struct problems *problems;
};

static int ifindex_of(const struct subject *subject)
{
	return subject->port ? subject->port->ifindex : subject->bond->ifindex;
}

static bool is_raised(const struct problems *problems, int ifindex)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->list[i].ifindex == ifindex)
			return true;
	return false;
}

/* A port that had another problem until now gets as long as a new one. */
static uint64_t raise_after(const struct examination *exam,
			    const struct row *row)
{
	const struct port *port = exam->subject.port;

	return row->raise_usec >= ATTACH_USEC && port &&
	       is_raised(exam->before, port->ifindex) ?
	       SETTLE_USEC : row->raise_usec;
}

/* When a problem began that is seen for the first time */
static struct moment began(const struct subject *subject, const struct row *row)
{
	const struct port *port = subject->port;
	uint64_t lost;

	/* another problem may have stood before it for a while */
	if (row->code != FAULT_PORT_DOWN || port->carrier)
		return subject->now;
	lost = port->history.lost_usec;
	return lost && lost < subject->now.mono_usec ?
	       moment_at(lost, subject->now) : subject->now;
}

/* It is there: since when, and is that long enough? */
static bool is_ripe(struct examination *exam, const struct row *row,
		    struct moment *since)
{
	const struct subject *subject = &exam->subject;
	const struct waiting *waiting;
	uint64_t ripe;

	if (subject->known) {
		*since = subject->known->since;
		return true;
	}
	waiting = find_waiting(exam->before, row->code, ifindex_of(subject));
	*since = waiting ? waiting->since : began(subject, row);
	ripe = since->mono_usec + raise_after(exam, row);
	if (subject->now.mono_usec >= ripe)
		return true;
	health_again(subject, ripe);
	problems_wait(exam->problems, row->code, ifindex_of(subject), *since);
	return false;
}

static void set_object(struct problem *problem, const struct subject *subject)
{
	memcpy(problem->object,
	       subject->port ? subject->port->name : subject->bond->name,
	       sizeof(problem->object));
}

/* True if the row fits, be its problem raised or waiting. */
static bool judge(struct examination *exam, const struct row *row,
		  const struct port *port)
{
	struct subject *subject = &exam->subject;
	struct problem problem = {
		.code = row->code,
		.severity = row->severity,
	};

	subject->port = port;
	problem.ifindex = ifindex_of(subject);
	subject->known = problems_find(exam->before, row->code, problem.ifindex);
	if (!row->test(subject, problem.text))
		return false;
	if (!is_ripe(exam, row, &problem.since))
		return true;
	if (row->severity_of)
		problem.severity = row->severity_of(subject);
	set_object(&problem, subject);
	insert(exam->problems, &problem);
	return true;
}

/* The first row that fits is the port's, raised or waiting. */
static bool is_blamed(const struct problems *problems, int ifindex)
{
	for (size_t i = 0; i < problems->waiting_count; i++)
		if (problems->waiting[i].ifindex == ifindex)
			return true;
	return is_raised(problems, ifindex);
}

static bool is_explained(const struct problems *problems, const struct row *row)
{
	for (size_t i = 0; i < problems->count; i++)
		if (row->explained_by & BIT(problems->list[i].code))
			return true;
	return false;
}

/* A problem whose condition has ended: is it to stay for now? */
static bool stays(struct examination *exam, const struct row *row,
		  const struct port *port, struct problem *problem)
{
	const struct subject *subject = &exam->subject;

	if (!row->clear_usec || is_raised(exam->problems, port->ifindex))
		return false;
	if (is_blamed(exam->problems, port->ifindex)) {
		problem->well_usec = 0;
		return true;
	}
	if (!problem->well_usec)
		problem->well_usec = subject->now.mono_usec;
	health_again(subject, problem->well_usec + row->clear_usec);
	return subject->now.mono_usec < problem->well_usec + row->clear_usec;
}

static void hold(struct examination *exam, const struct row *row,
		 const struct port *port)
{
	const struct problem *known;
	struct problem problem;

	known = problems_find(exam->before, row->code, port->ifindex);
	if (!known)
		return;
	problem = *known;
	exam->subject.port = port;
	if (stays(exam, row, port, &problem)) {
		set_object(&problem, &exam->subject);
		insert(exam->problems, &problem);
	}
}

/* The clocks may have been set: what is past moves along. */
static void follow_clock(struct problems *problems, struct moment now)
{
	struct moment *since;
	int64_t real, off;

	for (size_t i = 0; i < problems->count; i++) {
		since = &problems->list[i].since;
		real = moment_at(since->mono_usec, now).real_usec;
		off = real - (int64_t)since->real_usec;
		if (llabs(off) > (int64_t)CLOCK_STEP_USEC)
			since->real_usec = real;
	}
}

void health_check(const struct bond *bond, const struct bond_policy *policy,
		  const struct problems *before, struct moment now,
		  struct problems *problems)
{
	struct examination exam = {
		.subject = {
			.bond = bond, .policy = policy, .now = now,
			.next_usec = &problems->next_usec,
		},
		.before = before,
		.problems = problems,
	};
	const struct port *port;

	problems->count = 0;
	problems->waiting_count = 0;
	problems->checked = now;
	problems->next_usec = UINT64_MAX;
	if (!bond->up)
		return;
	TAILQ_FOREACH(port, &bond->ports, entry)
		health_again(&exam.subject, port_remark_until(port));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].scope == SCOPE_BOND) {
			if (!is_explained(problems, &rows[i]))
				judge(&exam, &rows[i], NULL);
			continue;
		}
		TAILQ_FOREACH(port, &bond->ports, entry)
			if (!is_blamed(problems, port->ifindex))
				judge(&exam, &rows[i], port);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		TAILQ_FOREACH(port, &bond->ports, entry)
			if (rows[i].scope == SCOPE_PORT)
				hold(&exam, &rows[i], port);
	follow_clock(problems, now);
	if (problems->count)
		health_again(&exam.subject, health_midnight(now));
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

static const struct problem *next(const struct problems *a,
				  const struct problems *b, size_t *i,
				  bool severity_counts)
{
	const struct problem *problem, *other;

	while (*i < a->count) {
		problem = &a->list[(*i)++];
		other = problems_find(b, problem->code, problem->ifindex);
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
