// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "bond_sniff.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RECEIVE_BUFFER	(32 << 20)
#define TAG_OFFSET	(2 * ETH_ALEN)
#define TAG_LEN		4

static int enter_netns(const char *path)
{
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = setns(fd, CLONE_NEWNET);
	close(fd);
	return ret;
}

/* A socket stays in the namespace that it was made in. */
static int socket_in_netns(const char *netns)
{
	char path[128], own[64];
	int keep, fd = -1;

	if (!strcmp(netns, "."))
		return socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	keep = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (keep < 0)
		return -1;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", keep);
	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	if (!enter_netns(path)) {
		/* Protocol 0: nothing is queued before bind(). */
		fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		if (enter_netns(own)) {
			close(fd);
			fd = -1;
		}
	}
	close(keep);
	return fd;
}

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

int packet_open(const char *name, struct sockaddr_ll *addr)
{
	const char *dev = strchr(name, '/');
	struct ifreq ifr = { 0 };
	char netns[64];
	int fd;

	snprintf(netns, sizeof(netns), "%.*s", dev ? (int)(dev - name) : 1,
		 dev ? name : ".");
	dev = dev ? dev + 1 : name;
	fd = socket_in_netns(netns);
	/* if_nametoindex() would look in the caller's namespace. */
	strncpy(ifr.ifr_name, dev, sizeof(ifr.ifr_name) - 1);
	if (fd < 0 || ioctl(fd, SIOCGIFINDEX, &ifr) < 0) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		return -1;
	}
	*addr = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_ifindex = ifr.ifr_ifindex,
	};
	return fd;
}

int sniff_open(struct sniff *s, const char *name, bool sent)
{
	struct sockaddr_ll addr;

	*s = (struct sniff){ .name = name, .sent = sent };
	s->fd = packet_open(name, &addr);
	if (s->fd < 0)
		return -1;
	addr.sll_protocol = htons(ETH_P_ALL);
	if (set_option(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER) ||
	    set_option(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) ||
	    set_option(s->fd, SOL_PACKET, PACKET_AUXDATA, 1) ||
	    bind(s->fd, (struct sockaddr *)&addr, sizeof(addr))) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		return -1;
	}
	return 0;
}

static size_t insert_tag(uint8_t *frame, size_t len,
			 const struct tpacket_auxdata *aux)
{
	uint16_t tag[2] = { htons(ETH_P_8021Q), htons(aux->tp_vlan_tci) };

	if (aux->tp_status & TP_STATUS_VLAN_TPID_VALID)
		tag[0] = htons(aux->tp_vlan_tpid);
	memmove(frame + TAG_OFFSET + TAG_LEN, frame + TAG_OFFSET,
		len - TAG_OFFSET);
	memcpy(frame + TAG_OFFSET, tag, TAG_LEN);
	return len + TAG_LEN;
}

static size_t read_ancillary(struct sniff *s, struct msghdr *msg,
			     uint8_t *frame, size_t len)
{
	struct tpacket_auxdata aux = { 0 };
	struct timespec ts = { 0 };
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == SOL_PACKET &&
		    c->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		else if (c->cmsg_level == SOL_SOCKET &&
			 c->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	}
	s->usec = ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000;
	if (aux.tp_status & TP_STATUS_VLAN_VALID && len >= TAG_OFFSET)
		len = insert_tag(frame, len, &aux);
	return len;
}

size_t sniff_read(struct sniff *s, uint8_t *frame)
{
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_ll from;
	ssize_t len;

	for (;;) {
		struct iovec iov = { frame, SNIFF_FRAME_MAX - TAG_LEN };
		struct msghdr msg = {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};

		len = recvmsg(s->fd, &msg, MSG_DONTWAIT);
		if (len < 0 && (errno == ENETDOWN || errno == EINTR))
			continue;	/* reported once, or a signal */
		if (len <= 0)
			return 0;
		if ((from.sll_pkttype == PACKET_OUTGOING) == s->sent)
			return read_ancillary(s, &msg, frame, len);
	}
}

void sniff_poll_fds(const struct sniff *s, size_t count, struct pollfd *fds)
{
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = s[i].fd, .events = POLLIN };
}

unsigned int sniff_dropped(const struct sniff *s)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	if (getsockopt(s->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		return 0;
	return stats.tp_drops;
}
