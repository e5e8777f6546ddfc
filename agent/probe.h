/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PROBE_H
#define DUALHOME_PROBE_H

/* What a probe looks like: from a path of the schedule to the frame. */

#include <stddef.h>
#include <stdint.h>

#include "keepalive.h"
#include "topology.h"

struct agent;

#define PROBE_MAX 128			/* the longest: ICMPv6 in two tags */

/*
 * The frame of the probe that is due on @path, with the address and the MAC of
 * its interface and the tags that are needed. Its length; or what is wrong with
 * the peer, as topology_way(), peers_source() and peers_mac() say, or -ENOTUNIQ if
 * its MAC is that of a group, zero or our own. What does not resolve, or no longer answers, the kernel is told to ask for.
 */
int probe_build(struct agent *agent, const struct keepalive_path *path,
		uint8_t *bytes, size_t size);

/* Our address that the peer of @path sees; 0, -EADDRNOTAVAIL, -ENETUNREACH, ... */
int probe_source(const struct agent *agent, const struct keepalive_path *path,
		 struct address *source);

/* What both ends of a path are, for frames of another kind; errors as above. */
struct probe_ends {
	struct way way;
	struct address source;
	uint8_t mac[MAC_LEN];		/* of the peer */
};

int probe_find_ends(struct agent *agent, const struct keepalive_path *path,
		    struct probe_ends *ends);

#endif
