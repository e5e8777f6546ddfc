// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "bond.h"
#include "history.h"
#include "util.h"

/* Whoever takes over from a dead M-LAG master does so within a minute or two. */
#define TAKEOVER_USEC (120 * USEC_PER_SEC)

void carrier_changed(struct carrier_history *history, unsigned int count,
		     bool carrier, uint64_t now)
{
	if (count > CARRIER_CHANGES_MAX)
		count = CARRIER_CHANGES_MAX;
	while (count--) {
		history->changed_usec[history->next] = now;
		history->next = (history->next + 1) % CARRIER_CHANGES_MAX;
	}
	if (!carrier) {
		history->lost_usec = now;
		history->back_usec = 0;
	} else if (history->lost_usec) {
		history->back_usec = now;
	}
}

unsigned int carrier_changes(const struct carrier_history *history,
			     uint64_t since)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < CARRIER_CHANGES_MAX; i++)
		count += history->changed_usec[i] > since;
	return count;
}

uint64_t carrier_last_change(const struct carrier_history *history)
{
	unsigned int last = history->next + CARRIER_CHANGES_MAX - 1;

	return history->changed_usec[last % CARRIER_CHANGES_MAX];
}

/* What all ports agree on that hear a partner, or NULL; @count of them hear one. */
static const uint8_t *agreed_system(const struct bond *bond, unsigned int *count)
{
	const uint8_t gone = LACP_EXPIRED | LACP_DEFAULTED;
	const struct frame_lacp_party *partner;
	const uint8_t *system = NULL;
	const struct port *port;
	bool agreed = true;

	*count = 0;
	TAILQ_FOREACH(port, &bond->ports, entry) {
		partner = port_partner(port);
		if (!partner || (port->attrs.has_ad &&
				 port->attrs.actor_state & gone))
			continue;
		if (system && !mac_equal(system, partner->system))
			agreed = false;
		system = partner->system;
		++*count;
	}
	return agreed ? system : NULL;
}

/* Who lost its carrier shortly before now, last of all. */
static void note_lost_port(struct bond *bond, struct moment now)
{
	struct partner_history *history = &bond->partner;
	const struct port *port;
	uint64_t last = 0;

	history->lost_port[0] = '\0';
	TAILQ_FOREACH(port, &bond->ports, entry) {
		if (port->carrier || port->history.lost_usec <= last ||
		    port->history.lost_usec + TAKEOVER_USEC < now.mono_usec)
			continue;
		last = port->history.lost_usec;
		memcpy(history->lost_port, port->name, sizeof(port->name));
		history->lost_sec = (now.mono_usec - last) / USEC_PER_SEC;
	}
}

int partner_observe(struct bond *bond, struct moment now)
{
	struct partner_history *history = &bond->partner;
	unsigned int count, split = history->split;
	const uint8_t *system = agreed_system(bond, &count);
	bool is_back;

	if (!system) {
		if (count)
			history->split = count;
		return 0;
	}
	history->split = 0;
	if (mac_equal(system, history->system))
		return 0;
	/* one of two that differed fell silent: the other says nothing new */
	if (count < split) {
		memcpy(history->system, system, MAC_LEN);
		return 0;
	}
	/* while a change is shown, the old partner again is its end */
	is_back = history->changed.mono_usec &&
		  now.mono_usec < history->changed.mono_usec +
				  PARTNER_CHANGED_USEC &&
		  mac_equal(system, history->before);
	memcpy(history->before, history->system, MAC_LEN);
	memcpy(history->system, system, MAC_LEN);
	if (is_back || mac_is_zero(history->before)) {
		history->changed = (struct moment) {};
		return 0;
	}
	history->changed = now;
	note_lost_port(bond, now);
	return 1;
}
