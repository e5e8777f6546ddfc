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
#include "listen.h"
#include "log.h"
#include "refresh.h"
#include "util.h"

#define TICK_USEC USEC_PER_SEC
#define IDLE_TICKS 10
/* The driver's LACP machines run every 100 ms: the next run must be over. */
#define SOON_USEC (150 * USEC_PER_MSEC)
/* An LACPDU is overdue well before the timeouts of 3 s and 90 s. */
#define OVERDUE_FAST_USEC (2 * USEC_PER_SEC)
#define OVERDUE_SLOW_USEC (35 * USEC_PER_SEC)

void agent_refresh_soon(struct agent *agent)
{
	uint64_t soon = now_usec(CLOCK_MONOTONIC) + SOON_USEC, next;

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

/* The others are announced by events when they begin and when they end. */
static bool is_silent(enum fault_code code)
{
	return code != FAULT_NEIGHBOR_BROADCAST_OFF &&
	       code != FAULT_PORT_DOWN && code != FAULT_BOND_DOWN;
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
	return !bond->settled || bond->appeared;
}

static bool wants_refresh(struct agent *agent)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	const struct bond *bond;

	if (agent->refresh_now || ++agent->idle_ticks >= IDLE_TICKS)
		return true;
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (bond_is_restless(bond, now))
			return true;
	return false;
}

/* What no message of the kernel marks. */
static void mark_dirty(struct agent *agent)
{
	struct neighbor_driver driver = neighbor_read_driver();
	struct bond *bond;

	if (driver.ours_runs != agent->driver.ours_runs ||
	    driver.ours_installed != agent->driver.ours_installed)
		agent_mark_all_dirty(agent);
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		if (!bond->settled || bond->appeared)
			agent_mark_dirty(agent, bond);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	int r;

	(void)usec;
	sd_event_source_set_time(source, now_usec(CLOCK_MONOTONIC) + TICK_USEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	if (!wants_refresh(agent))
		return 0;
	agent->refresh_now = false;
	agent->idle_ticks = 0;
	r = rtnl_refresh(agent->rtnl);
	if (r > 0)
		agent->refresh_now = true;
	if (r < 0)
		log_warning("rtnetlink: reading the links failed: %s",
			    strerror(-r));
	mark_dirty(agent);
	listen_retry(agent);
	return 0;
}

int refresh_new(struct agent *agent)
{
	return sd_event_add_time(agent->event, &agent->refresh_timer,
				 CLOCK_MONOTONIC,
				 now_usec(CLOCK_MONOTONIC) + TICK_USEC,
				 10 * USEC_PER_MSEC, on_tick, agent);
}
