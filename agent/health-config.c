// SPDX-License-Identifier: GPL-2.0
/* What the administrator wants, and what the kernel does. */
#include <string.h>

#include "health-private.h"

/* The option is on, and it does not do what it says. */
static bool wire_is_off(const struct bond *bond, char *text)
{
	const struct bond_wire *wire = &bond->wire;
	/* mainline's option knows no tags */
	const bool knows_no_tags = wire->tagged &&
		bond->neighbor_source == NEIGHBOR_SOURCE_MAINLINE;

	return SAY(text, "ARP of %s does not leave on %s, though broadcast_neighbor is on; %s",
		   wire->link, wire->port, knows_no_tags ?
		   "the running bonding driver does not see it in VLAN tags: install dualhome-bonding-dkms and reboot" :
		   "look for a filter on that port (nft, tc), or update the bonding driver");
}

/*
 * [Bond *] asks for it wherever it is possible; a section of its own for a
 * bond that cannot have it is a mistake to point out.
 */
bool health_neighbor_off(const struct subject *subject, char *text)
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
		return bond->wire.off && wire_is_off(bond, text);
	return SAY(text, "ARP and ND leave %s on one port only%s%s", bond->name,
		   remedy ? "; " : "", remedy ? remedy : "");
}

bool health_module_not_active(const struct subject *subject, char *text)
{
	return subject->bond->module_stale &&
	       SAY(text, "%s runs on another bonding driver than the installed dualhome-bonding; reboot to activate it",
		   subject->bond->name);
}

static bool uses_hash(uint8_t mode)
{
	return mode == BOND_MODE_XOR || mode == BOND_MODE_8023AD ||
	       mode == BOND_MODE_TLB;
}

/* Appends "NAME is IS, not WANTED" to @words. */
static void append(char *words, size_t size, const char *name, const char *is,
		   const char *wanted)
{
	size_t used = strlen(words);

	snprintf(words + used, size - used, "%s%s is %s, not %s",
		 used ? ", " : "", name, is, wanted);
}

/* "lacp_rate is slow, not fast, ...": all that differs */
static bool drifted(const struct bond *bond, const struct bond_policy *policy,
		    char *words, size_t size)
{
	const struct bond_attrs *is = &bond->attrs;
	char now[16], wanted[32];

	words[0] = '\0';
	if (policy->mode >= 0 && policy->mode != is->mode)
		append(words, size, "mode", bond_mode_to_string(is->mode),
		       bond_mode_to_string(policy->mode));
	if (speaks_lacp(bond) && policy->lacp_rate >= 0 &&
	    policy->lacp_rate != is->lacp_rate)
		append(words, size, "lacp_rate",
		       lacp_rate_to_string(is->lacp_rate),
		       lacp_rate_to_string(policy->lacp_rate));
	if (policy->miimon_msec >= 0 && policy->miimon_msec != is->miimon) {
		snprintf(now, sizeof(now), "%u ms", is->miimon);
		snprintf(wanted, sizeof(wanted), "%lld ms",
			 (long long)policy->miimon_msec);
		append(words, size, "miimon", now, wanted);
	}
	if (uses_hash(is->mode) && policy->xmit_hash_policy >= 0 &&
	    policy->xmit_hash_policy != is->xmit_hash_policy)
		append(words, size, "xmit_hash_policy",
		       xmit_hash_policy_to_string(is->xmit_hash_policy),
		       xmit_hash_policy_to_string(policy->xmit_hash_policy));
	return words[0];
}

/* Slow is what the kernel takes by itself; whoever wants it says so. */
bool health_config_drift(const struct subject *subject, char *text)
{
	const struct bond *bond = subject->bond;
	char words[200];

	if (drifted(bond, subject->policy, words, sizeof(words)))
		return SAY(text, "%s is not as configured: %s", bond->name,
			   words);
	return speaks_lacp(bond) && bond->attrs.lacp_rate == 0 &&
	       subject->policy->lacp_rate < 0 &&
	       SAY(text, "lacp_rate of %s is slow; a silent partner is dropped after some 93 s instead of 6 s",
		   bond->name);
}
