/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_NEIGHBOR_H
#define DUALHOME_NEIGHBOR_H

/*
 * Switches the wire contract on and off for a bond, and says who provides it.
 * The kernel's option is set by netlink and always read back: kernels without
 * it acknowledge the attribute as well.
 */

#include "bond.h"

struct rtnl;

/* off, on, or unsupported if the kernel does not show the option. */
enum neighbor_state neighbor_state(const struct bond *bond);

/* Which bonding driver there is; read it once for all bonds. */
struct neighbor_driver {
	bool ours_runs;			/* /sys/module/bonding/version is ours */
	bool ours_installed;		/* by dkms, for the running kernel */
	bool is_stale;			/* installed, but another one runs */
};

struct neighbor_driver neighbor_read_driver(void);

/* What the administrator has to do to have it on, in words. */
const char *neighbor_remedy(const struct bond *bond,
			    const struct neighbor_driver *driver);

/* Who does it on this bond. */
enum neighbor_source neighbor_source(const struct bond *bond,
				     const struct neighbor_driver *driver);

/*
 * Switch it. 0 if the read back agrees, -EOPNOTSUPP if the kernel took the
 * attribute but does not do it, -EACCES if the bond is not in mode 802.3ad.
 */
int neighbor_set(struct rtnl *rtnl, struct bond *bond, bool on);

#endif
