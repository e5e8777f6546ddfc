// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

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

/* Of the driver that runs; "" if it has none. */
static void read_running(char *version, size_t size)
{
	FILE *file;

	version[0] = '\0';
	file = fopen(VERSION_FILE, "re");
	if (!file)
		return;
	if (!fgets(version, size, file))
		version[0] = '\0';
	fclose(file);
	version[strcspn(version, "\n")] = '\0';
	if (strcmp(version, VERSION_IN_TREE) == 0)
		version[0] = '\0';
}

/*
 * dkms leaves a link of that name when it has installed a module:
 * kernel-6.1.0-56-amd64-x86_64 -> 1.2.3/6.1.0-56-amd64/x86_64
 */
static void read_installed(char *version, size_t size)
{
	struct utsname uts;
	char pattern[256];
	ssize_t n = -1;
	glob_t found;

	version[0] = '\0';
	if (uname(&uts) < 0)
		return;
	snprintf(pattern, sizeof(pattern),
		 "/var/lib/dkms/dualhome-bonding/kernel-%s-*", uts.release);
	if (glob(pattern, 0, NULL, &found) == 0)
		n = readlink(found.gl_pathv[0], version, size - 1);
	globfree(&found);
	version[n > 0 ? n : 0] = '\0';
	version[strcspn(version, "/")] = '\0';
}

struct neighbor_driver neighbor_read_driver(void)
{
	char running[64], installed[64];

	read_running(running, sizeof(running));
	read_installed(installed, sizeof(installed));
	return (struct neighbor_driver) {
		.ours_runs = running[0],
		.ours_installed = installed[0],
		.is_stale = installed[0] && strcmp(running, installed) != 0,
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
