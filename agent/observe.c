// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "log.h"
#include "observe.h"
#include "proc-bonding.h"

/* The first word of the file; "" if there is none. */
static void read_word(const char *port, const char *name, char *word, int size)
{
	char path[64];
	FILE *file;

	word[0] = '\0';
	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", port, name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(word, size, file))
		word[0] = '\0';
	fclose(file);
	word[strcspn(word, "\n")] = '\0';
}

/* sysfs has it without a privileged ioctl; -1 where it is not known. */
void observe_speed(struct port *port)
{
	char word[16];
	long speed = 0;

	port->half_duplex = false;
	if (port->carrier) {
		read_word(port->name, "speed", word, sizeof(word));
		speed = strtol(word, NULL, 10);
		read_word(port->name, "duplex", word, sizeof(word));
		port->half_duplex = strcmp(word, "half") == 0;
	}
	port->speed_mbps = speed > 0 ? speed : 0;
}

/* LACPDUs do not arrive, or the driver does not take them. */
static void observe_counters(struct agent *agent, struct port *port)
{
	const uint8_t bad = LACP_EXPIRED | LACP_DEFAULTED;
	struct lacp_counters counters;

	if (!port->carrier || !port->attrs.has_ad ||
	    !(port->attrs.actor_state & bad))
		return;
	if (rtnl_get_lacp_counters(agent->rtnl, port->ifindex, &counters) < 0)
		return;
	if (counters.illegal_rx != port->counters.illegal_rx ||
	    counters.unknown_rx != port->counters.unknown_rx)
		agent_mark_dirty(agent, port->bond);
	port->counters = counters;
}

/* Without procfs (ENOENT) LACPDUs have to say it all. */
static void observe_proc(struct agent *agent, struct bond *bond)
{
	int r;

	if (bond->attrs.mode != BOND_MODE_8023AD)
		return;
	r = proc_bonding_read(bond);
	if (r < 0 && r != -ENOENT)
		log_debug("%s: reading procfs failed: %s", bond->name,
			  strerror(-r));
	if (r > 0)
		agent_mark_dirty(agent, bond);
}

void observe_bond(struct agent *agent, struct bond *bond)
{
	struct port *port;
	uint32_t speed;
	bool half;

	observe_proc(agent, bond);
	TAILQ_FOREACH(port, &bond->ports, entry) {
		speed = port->speed_mbps;
		half = port->half_duplex;
		observe_speed(port);
		if (speed != port->speed_mbps || half != port->half_duplex)
			agent_mark_dirty(agent, bond);
		observe_counters(agent, port);
	}
}
