// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that happens marks bonds dirty; one flush per batch, after the
 * kernel and the ports were heard, applies the policy to bonds that are new,
 * diagnoses, and reports what is different. The bus comes after it: whoever
 * floods that delays nothing but answers.
 */
#include <errno.h>
#include <string.h>

#include "agent.h"
#include "flush.h"
#include "driver.h"
#include "log.h"
#include "neighbor.h"
#include "report.h"
#include "since.h"
#include "util.h"
#include "verdict.h"

static struct moment moment_now(void)
{
	return (struct moment) {
		.mono_usec = now_usec(CLOCK_MONOTONIC),
		.real_usec = now_usec(CLOCK_REALTIME),
	};
}

void agent_mark_dirty(struct agent *agent, struct bond *bond)
{
	bond->dirty = true;
	sd_event_source_set_enabled(agent->flush, SD_EVENT_ONESHOT);
}

void agent_mark_all_dirty(struct agent *agent)
{
	struct bond *bond;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		agent_mark_dirty(agent, bond);
}

/* True if there is no use in trying again. */
static bool switch_neighbor(struct agent *agent, struct bond *bond, bool on)
{
	int r = neighbor_set(agent->rtnl, bond, on), before;

	before = bond->neighbor_error;
	bond->neighbor_error = r;
	if (r == 0)
		log_notice("%s: NeighborBroadcast is %s now", bond->name,
			   on ? "on" : "off");
	else if (r != -EOPNOTSUPP && r != before)	/* that is a fault */
		log_error("%s: cannot switch NeighborBroadcast %s: %s",
			  bond->name, on ? "on" : "off", strerror(-r));
	return r == 0 || r == -EOPNOTSUPP || r == -EACCES;
}

/* Switched once when the bond appears, then only watched: no tug of war. */
static void apply_neighbor_policy(struct agent *agent, struct bond *bond)
{
	const struct bond_policy *policy = config_bond(agent->config, bond->name);
	bool wanted = policy->neighbor_broadcast == NEIGHBOR_POLICY_YES;
	enum neighbor_state state = neighbor_state(bond);

	bond->appeared = false;
	if (policy->neighbor_broadcast == NEIGHBOR_POLICY_KEEP ||
	    bond->attrs.mode != BOND_MODE_8023AD ||
	    state == (wanted ? NEIGHBOR_ON : NEIGHBOR_OFF) ||
	    (!wanted && state == NEIGHBOR_UNSUPPORTED))
		return;
	if (!switch_neighbor(agent, bond, wanted))
		bond->appeared = true;		/* the next tick tries again */
}

static void report_change(struct agent *agent, const struct bond *bond,
			  const struct problem *problem, bool raised)
{
	agent->since_changed = true;
	report_problem(agent->report, bond, problem, raised, moment_now());
	bus_event(agent->bus, bond, problem, raised);
}

/* Nothing is wrong any more, but there is something to learn: said once. */
static void report_remark(const struct bond *bond, const struct problems *before)
{
	char remark[256];
	size_t i = 0;
	const struct problem *cleared;

	while ((cleared = problems_cleared(&bond->problems, before, &i)))
		if (cleared->code == FAULT_PORT_DOWN &&
		    health_remark(bond, remark, sizeof(remark))[0])
			log_notice("%s: %s", bond->name, remark);
}

/* Raised before cleared: a fault that turns into another is never ok. */
static void publish(struct agent *agent, struct bond *bond)
{
	struct moment now = moment_now();
	_cleanup_(freep) struct problems *before = NULL;
	const struct problem *problem;
	size_t i = 0;

	before = malloc(sizeof(*before));
	if (!before)
		return;
	if (bond->appeared)
		apply_neighbor_policy(agent, bond);
	bond->dirty = false;
	bond->neighbor_source = neighbor_source(bond, &agent->driver);
	bond->neighbor_remedy = neighbor_remedy(bond, &agent->driver);
	bond->module_stale = agent->driver.is_stale;
	partner_observe(bond, now);

	verdict_update(bond, agent->keepalive);
	*before = bond->problems;
	since_recall(&agent->since, bond, before, now.mono_usec);
	health_check(bond, config_bond(agent->config, bond->name), before,
		     now, &bond->problems);
	since_forget(&agent->since, bond);
	bond->settled = health_settled(bond, now);
	bus_bond_changed(agent->bus, bond);
	while ((problem = problems_raised(&bond->problems, before, &i)))
		report_change(agent, bond, problem, true);
	i = 0;
	while ((problem = problems_cleared(&bond->problems, before, &i)))
		report_change(agent, bond, problem, false);
	report_remark(bond, before);
}

/* The next moment when time alone changes a verdict. */
static void arm(struct agent *agent)
{
	uint64_t next = UINT64_MAX;
	const struct bond *bond;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (bond->problems.next_usec < next)
			next = bond->problems.next_usec;
	sd_event_source_set_time(agent->health_timer, next);
	sd_event_source_set_enabled(agent->health_timer, next == UINT64_MAX ?
				    SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct bond *bond;

	(void)source, (void)usec;
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (now >= bond->problems.next_usec)
			agent_mark_dirty(agent, bond);
	return 0;
}

/* A new bond may be that of a module that was just loaded. */
static bool any_appeared(const struct agent *agent)
{
	const struct bond *bond;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (bond->appeared)
			return true;
	return false;
}

static void save_since(struct agent *agent)
{
	int r;

	if (!agent->since_changed)
		return;
	agent->since_changed = false;
	r = since_save(agent->lock, &agent->bonds, &agent->since);
	if (r < 0)
		log_debug("since when faults are there is lost at the next start: %s",
			  strerror(-r));
}

void flush_now(struct agent *agent)
{
	struct bond *bond;

	if (any_appeared(agent))
		driver_update(agent);
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (bond->dirty)
			publish(agent, bond);
	arm(agent);
	bus_manager_changed(agent->bus);
	report_status(agent->report, &agent->bonds);
	save_since(agent);
}

static int on_flush(sd_event_source *source, void *userdata)
{
	(void)source;
	flush_now(userdata);
	return 0;
}

/* A rename is a removal and an addition: what was wrong keeps its since. */
static void remember(struct problems *problems)
{
	problems->waiting_count = 0;
	for (size_t i = 0; i < problems->count; i++)
		problems_wait(problems, problems->list[i].code,
			      problems->list[i].ifindex,
			      problems->list[i].since);
	problems->count = 0;
}

void flush_bond_removed(struct agent *agent, struct bond *bond)
{
	for (size_t i = 0; i < bond->problems.count; i++)
		report_change(agent, bond, &bond->problems.list[i], false);
	remember(&bond->problems);
	sd_event_source_set_enabled(agent->flush, SD_EVENT_ONESHOT);
}

int flush_new(struct agent *agent)
{
	int r;

	r = sd_event_add_time(agent->event, &agent->health_timer,
			      CLOCK_MONOTONIC, UINT64_MAX, USEC_PER_MSEC,
			      on_timer, agent);
	if (r >= 0)
		r = sd_event_add_defer(agent->event, &agent->flush, on_flush,
				       agent);
	if (r < 0)
		return r;
	return sd_event_source_set_priority(agent->flush,
					    SD_EVENT_PRIORITY_NORMAL + 10);
}
