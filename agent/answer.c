// SPDX-License-Identifier: GPL-2.0
#include "answer.h"
#include "keepalive.h"

void answer_count(struct keepalive_path *path, uint64_t now)
{
	uint64_t rtt = now > path->sent_usec ? now - path->sent_usec : 1;

	path->cookie = 0;
	path->revived = !keepalive_is_alive(path);
	path->answered++;
	path->answered_usec = now;
	path->misses = 0;
	path->rtt_usec = rtt;
	path->rtt_sum_usec += rtt;
	if (rtt > UINT32_MAX)
		rtt = UINT32_MAX;
	if (!path->rtt_min_usec || rtt < path->rtt_min_usec)
		path->rtt_min_usec = rtt;
	if (rtt > path->rtt_max_usec)
		path->rtt_max_usec = rtt;
}
