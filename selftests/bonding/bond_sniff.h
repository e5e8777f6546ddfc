/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames as they pass one interface of one namespace. The kernel takes the
 * outer VLAN tag out of a received frame; sniff_read() puts it back, so that
 * what it returns is what was on the wire.
 */
#ifndef BOND_SNIFF_H
#define BOND_SNIFF_H

#include <linux/if_packet.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNIFF_MAX	8
#define SNIFF_FRAME_MAX	9300

struct sniff {
	const char *name;	/* [NAMESPACE/]DEVICE */
	bool sent;		/* frames sent there, not received there */
	int fd;
	uint64_t usec;		/* kernel's time stamp of the last frame */
};

/*
 * A packet socket in the namespace of [NAMESPACE/]DEVICE, not bound yet, and
 * the address to bind it to. Prints the reason and returns -1 on failure.
 */
int packet_open(const char *name, struct sockaddr_ll *addr);

/* Prints the reason and returns -1 on failure. */
int sniff_open(struct sniff *s, const char *name, bool sent);

/* Returns the length of the next frame, 0 if there is none now. */
size_t sniff_read(struct sniff *s, uint8_t *frame);

/* Fills an array of SNIFF_MAX for poll(). */
void sniff_poll_fds(const struct sniff *s, size_t count, struct pollfd *fds);

/* Returns how many frames the kernel dropped because we were too slow. */
unsigned int sniff_dropped(const struct sniff *s);

#endif
