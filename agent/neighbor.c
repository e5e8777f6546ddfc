// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "neighbor.h"
#include "rtnl.h"
#include "util.h"

/*
 * The in-tree driver has had no version since 5.7 and this one for years
 * before; so any other is that of dualhome-bonding.
 */
#define VERSION_FILE "/sys/module/bonding/version"
#define VERSION_IN_TREE "3.7.1"

enum neighbor_state neighbor_state(const struct bond *bond)
{
	if (!bond->attrs.has_broadcast_neighbor)
		return NEIGHBOR_UNSUPPORTED;
	return bond->attrs.broadcast_neighbor ? NEIGHBOR_ON : NEIGHBOR_OFF;
}

static bool ours_is_running(void)
{
	char version[64] = "";
	FILE *file;

	file = fopen(VERSION_FILE, "re");
	if (!file)
		return false;
	if (!fgets(version, sizeof(version), file))
		version[0] = '\0';
	fclose(file);
	version[strcspn(version, "\n")] = '\0';
	return version[0] && strcmp(version, VERSION_IN_TREE) != 0;
}

/* dkms leaves a link of that name when it has installed a module. */
static bool ours_is_installed(void)
{
	struct utsname uts;
	char pattern[256];
	glob_t found;
	bool any;

	if (uname(&uts) < 0)
		return false;
	snprintf(pattern, sizeof(pattern),
		 "/var/lib/dkms/dualhome-bonding/kernel-%s-*", uts.release);
	any = glob(pattern, 0, NULL, &found) == 0;
	globfree(&found);
	return any;
}

struct neighbor_driver neighbor_read_driver(void)
{
	return (struct neighbor_driver) {
		.ours_runs = ours_is_running(),
		.ours_installed = ours_is_installed(),
	};
}

enum neighbor_source neighbor_source(const struct bond *bond,
				     const struct neighbor_driver *driver)
{
	if (neighbor_state(bond) == NEIGHBOR_UNSUPPORTED)
		return NEIGHBOR_SOURCE_NONE;
	return driver->ours_runs ? NEIGHBOR_SOURCE_DKMS :
				   NEIGHBOR_SOURCE_MAINLINE;
}

const char *neighbor_remedy(const struct bond *bond,
			    const struct neighbor_driver *driver)
{
	switch (neighbor_state(bond)) {
	case NEIGHBOR_ON:
		return NULL;
	case NEIGHBOR_OFF:
		return "it is off; systemctl reload dualhomed switches it on";
	default:
		break;
	}
	if (driver->ours_runs)
		return "the running bonding driver lacks the option; update dualhome-bonding-dkms and reboot";
	if (driver->ours_installed)
		return "dualhome-bonding-dkms is installed, but the old driver still runs; reboot";
	return "the running bonding driver lacks the option; install dualhome-bonding-dkms and reboot";
}

int neighbor_set(struct rtnl *rtnl, struct bond *bond, bool on)
{
	struct link_info info;
	int r;

	if (bond->attrs.mode != BOND_MODE_8023AD)
		return -EACCES;
	r = rtnl_set_broadcast_neighbor(rtnl, bond->ifindex, on);
	if (r < 0)
		return r;
	r = rtnl_get_link(rtnl, bond->ifindex, &info);
	if (r < 0)
		return r;
	if (!info.is_bond)
		return -ENODEV;
	r = bonds_link_changed(bond->bonds, &info);
	if (r < 0)
		return r;
	return neighbor_state(bond) == (on ? NEIGHBOR_ON : NEIGHBOR_OFF) ?
	       0 : -EOPNOTSUPP;
}
