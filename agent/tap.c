// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"

int tap_set_filter(int fd, const struct sock_filter *filter, size_t count)
{
	const struct sock_fprog program = {
		.len = count,
		.filter = (struct sock_filter *)filter,
	};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}

static int prepare(int fd, const struct tap *tap,
		   const struct sock_filter *filter, size_t count)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = tap->ifindex,
	};
	const int on = 1;
	int r;

	r = tap_set_filter(fd, filter, count);
	if (r < 0)
		return r;
	/* kernels before 4.20 leave it to the filter */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &tap->queue,
		       sizeof(tap->queue)) < 0 ||
	    (!tap->outgoing &&
	     setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			sizeof(on)) < 0 && errno != ENOPROTOOPT) ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return 0;
}

/* Protocol 0 hears nothing; only bind() turns the ear on. */
int tap_open(const struct tap *tap, const struct sock_filter *filter,
	     size_t count)
{
	int fd, r;

	fd = socket(AF_PACKET, tap->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = prepare(fd, tap, filter, count);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}
