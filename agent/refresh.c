// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel does not announce most LACP transitions. What announces them for
 * it is an LACPDU with other contents or a change of a link: then all links
 * are read again a moment later. A tick catches what nothing announces: each
 * second while LACP is wrong, unsettled or overdue, else every 10 s. Reading
 * marks what it finds changed; time alone changes only what is unsettled.
 */
#include <string.h>

#include "agent.h"
#include "driver.h"
#include "listen.h"
#include "log.h"
#include "observe.h"
#include "refresh.h"
#include "util.h"

#define TICK_USEC USEC_PER_SEC
#define IDLE_TICKS 10
#define REST_FACTOR 3			/* as long as a refresh took */
/* The driver's LACP machines run every 100 ms: the next run must be over. */
#define SOON_USEC (150 * USEC_PER_MSEC)
/* An LACPDU is overdue well before the timeouts of 3 s and 90 s. */
#define OVERDUE_FAST_USEC (2 * USEC_PER_SEC)
#define OVERDUE_SLOW_USEC (35 * USEC_PER_SEC)

void agent_refresh_soon(struct agent *agent)
{
	uint64_t soon = now_usec(CLOCK_MONOTONIC) + SOON_USEC, next;

	if (soon < agent->refresh_rest_usec)
		soon = agent->refresh_rest_usec;
	agent->refresh_now = true;
	if (sd_event_source_get_time(agent->refresh_timer, &next) == 0 &&
	    next > soon)
		sd_event_source_set_time(agent->refresh_timer, soon);
}

static bool port_is_overdue(const struct port *port, uint64_t now)
{
	uint64_t limit = port->attrs.actor_state & LACP_TIMEOUT ?
			 OVERDUE_FAST_USEC : OVERDUE_SLOW_USEC;

	return port->carrier && port->has_lacpdu &&
	       now > port->lacpdu_usec + limit;
}

/*
 * LACP and the speed of a port change without an event. The others are
 * announced when they begin and when they end, or end by time alone.
 */
static bool is_silent(enum fault_code code)
{
	static const uint32_t silent =
		1U << FAULT_LACP_NO_PARTNER | 1U << FAULT_LACP_PARTNER_SILENT |
		1U << FAULT_LACP_ONE_WAY | 1U << FAULT_PORT_NOT_USABLE |
		1U << FAULT_AGGREGATOR_SPLIT | 1U << FAULT_LACP_LOOPBACK |
		1U << FAULT_PARTNER_SYSTEM_MISMATCH | 1U << FAULT_LACP_CHURN |
		1U << FAULT_PARTNER_KEY_MISMATCH | 1U << FAULT_SPEED_MISMATCH |
		1U << FAULT_CARRIER_WITHOUT_PORT | 1U << FAULT_MIN_LINKS;

	return silent >> code & 1;
}

/* Something may change that no event announces. */
static bool bond_is_restless(const struct bond *bond, uint64_t now)
{
	const struct port *port;

	for (size_t i = 0; i < bond->problems.count; i++)
		if (is_silent(bond->problems.list[i].code))
			return true;
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port_is_overdue(port, now))
			return true;
	return !bond->settled || bond->appeared ||
	       bond->problems.waiting_count;
}

static bool wants_refresh(struct agent *agent)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	const struct bond *bond;

	if (++agent->idle_ticks >= IDLE_TICKS || agent->refresh_now)
		return true;
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (bond_is_restless(bond, now))
			return true;
	return false;
}

/* The realtime clock was set: see health_check(). */
static bool clock_was_set(struct agent *agent)
{
	int64_t offset = now_usec(CLOCK_REALTIME) - now_usec(CLOCK_MONOTONIC);
	int64_t moved = offset - agent->clock_offset;

	agent->clock_offset = offset;
	return llabs(moved) > (int64_t)CLOCK_STEP_USEC;
}

/* What no message of the kernel marks. */
static void mark_dirty(struct agent *agent, bool all, uint64_t now)
{
	struct bond *bond;

	driver_update(agent);
	if (clock_was_set(agent))
		agent_mark_all_dirty(agent);
	TAILQ_FOREACH(bond, &agent->bonds.list, entry) {
		if (all || bond->dirty || bond_is_restless(bond, now))
			observe_bond(agent, bond);
		if (!bond->settled || bond->appeared)
			agent_mark_dirty(agent, bond);
	}
}

/* @began: when the refresh that ends now did */
static void rest(struct agent *agent, uint64_t began)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC), next;

	agent->refresh_rest_usec = now + REST_FACTOR * (now - began);
	if (sd_event_source_get_time(agent->refresh_timer, &next) == 0 &&
	    next < agent->refresh_rest_usec)
		sd_event_source_set_time(agent->refresh_timer,
					 agent->refresh_rest_usec);
}

static void refresh(struct agent *agent)
{
	uint64_t began = now_usec(CLOCK_MONOTONIC);
	bool all;
	int r;

	all = agent->idle_ticks >= IDLE_TICKS;
	agent->refresh_now = false;
	if (all)
		agent->idle_ticks = 0;
	r = rtnl_refresh(agent->rtnl);
	if (r > 0)
		agent->refresh_now = true;
	if (r < 0)
		log_warning("rtnetlink: reading the links failed: %s",
			    strerror(-r));
	mark_dirty(agent, all, now_usec(CLOCK_MONOTONIC));
	listen_retry(agent);
	rest(agent, began);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;

	(void)usec;
	sd_event_source_set_time(source, now_usec(CLOCK_MONOTONIC) + TICK_USEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	listen_age(agent);
	if (wants_refresh(agent))
		refresh(agent);
	return 0;
}

int refresh_new(struct agent *agent)
{
	(void)clock_was_set(agent);	/* a first value */
	return sd_event_add_time(agent->event, &agent->refresh_timer,
				 CLOCK_MONOTONIC,
				 now_usec(CLOCK_MONOTONIC) + TICK_USEC,
				 10 * USEC_PER_MSEC, on_tick, agent);
}
