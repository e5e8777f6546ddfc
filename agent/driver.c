// SPDX-License-Identifier: GPL-2.0
#include "agent.h"
#include "driver.h"
#include "neighbor.h"

void driver_update(struct agent *agent)
{
	struct neighbor_driver driver = neighbor_read_driver();

	if (driver.ours_runs == agent->driver.ours_runs &&
	    driver.ours_installed == agent->driver.ours_installed &&
	    driver.is_stale == agent->driver.is_stale)
		return;
	agent->driver = driver;
	agent_mark_all_dirty(agent);
}
