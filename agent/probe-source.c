// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "agent.h"
#include "probe.h"

/*
 * A peer that was found, not configured, is on the link even if no prefix of
 * ours holds it: the kernel itself talks to it there.
 */
int probe_source(const struct agent *agent, const struct keepalive_path *path,
		 struct address *source)
{
	int r;

	if (path->peer.family == AF_PACKET) {
		r = peers_own_address(agent->peers, path->interface, AF_INET,
				      source);
		if (r < 0)
			r = peers_own_address(agent->peers, path->interface,
					      AF_INET6, source);
		return r;
	}
	r = peers_source(agent->peers, path->interface, &path->peer, source);
	if (r == -ENETUNREACH && path->sources & ~PEER_BIT(PEER_STATIC))
		r = peers_own_address(agent->peers, path->interface,
				      path->peer.family, source);
	return r;
}
