/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_IPVS_H
#define DUALHOME_IPVS_H

/*
 * The real servers of IPVS, by generic netlink. Asked when needed; a kernel
 * that runs no IPVS is asked nothing, so that nothing is loaded into it.
 */

#include "address.h"

/*
 * Hand over the real servers of all services in direct routing; one that
 * serves several is named several times. 0, also without IPVS, or -errno: then
 * some may be missing.
 */
int ipvs_list(void (*handle)(const struct address *server, void *userdata),
	      void *userdata);

#endif
