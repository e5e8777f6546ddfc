// SPDX-License-Identifier: GPL-2.0
/*
 * The socket sees all that the port receives, before the bond takes it over
 * and before routing could drop it: ETH_P_ALL listeners come first. So the
 * filter runs for every frame of the port and lets go of data traffic after
 * five instructions.
 *
 * The port's queueing discipline is not bypassed: with PACKET_QDISC_BYPASS a
 * full transmit ring drops the frame at once, which would look like a leaf that
 * does not answer, and a filter that the administrator put there would not see
 * it.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "bond.h"
#include "frame-lldp.h"
#include "frame.h"
#include "port-socket.h"
#include "util.h"

/* Frames per wakeup, so that a flood on one port does not starve the rest. */
#define BATCH 64
#define RECEIVE 8			/* frames per system call */

struct port_socket {
	struct port *port;
	int fd;
	sd_event_source *source;
	port_socket_handler handler;
	void *userdata;
};

/* The instruction at @at: loads into A or X, then jumps to absolute places. */
#define LOAD8(at, offset) [at] = BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offset)
#define LOAD16(at, offset) [at] = BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offset)
#define LOAD8_X(at, offset) [at] = BPF_STMT(BPF_LD | BPF_B | BPF_IND, offset)
#define LOAD16_X(at, offset) [at] = BPF_STMT(BPF_LD | BPF_H | BPF_IND, offset)
#define LOAD32_X(at, offset) [at] = BPF_STMT(BPF_LD | BPF_W | BPF_IND, offset)
#define LOAD_META(at, what) [at] = \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)(SKF_AD_OFF + (what)))
#define SET_X(at, value) [at] = BPF_STMT(BPF_LDX | BPF_IMM, value)
#define IF_EQUAL(at, value, yes, no) [at] = BPF_JUMP(BPF_JMP | BPF_JEQ, value, \
	(yes) - (at) - 1, (no) - (at) - 1)
#define IF_BITS(at, bits, yes, no) [at] = BPF_JUMP(BPF_JMP | BPF_JSET, bits, \
	(yes) - (at) - 1, (no) - (at) - 1)
#define RETURN(at, length) [at] = BPF_STMT(BPF_RET | BPF_K, length)

/* X is 0 at first: the length of an inner VLAN tag, which stands in the frame. */
enum {
	INNER = 7, SLOW = 11, UNTAGGED = 13, IPV4 = 15, IPV6 = 27, META = 35,
	KEEP = 37, DROP = 38,

	ECHO4 = ETH_HLEN + sizeof(struct iphdr),
	ECHO6 = ETH_HLEN + sizeof(struct ip6_hdr),
};

static const struct sock_filter filter[] = {
	LOAD16(0, 12),				/* ethertype */
	IF_EQUAL(1, ETH_P_IP, IPV4, 2),
	IF_EQUAL(2, ETH_P_IPV6, IPV6, 3),
	IF_EQUAL(3, ETH_P_SLOW, SLOW, 4),
	IF_EQUAL(4, ETH_P_LLDP_802_1AB, UNTAGGED, 5),
	IF_EQUAL(5, ETH_P_8021Q, INNER, 6),
	IF_EQUAL(6, ETH_P_8021AD, INNER, DROP),	/* ARP and others end here */

	SET_X(INNER, 4),			/* the outer one is taken off */
	LOAD16_X(8, 12),
	IF_EQUAL(9, ETH_P_IP, IPV4, 10),
	IF_EQUAL(10, ETH_P_IPV6, IPV6, DROP),

	LOAD8(SLOW, ETH_HLEN),			/* subtype */
	IF_EQUAL(12, 1, UNTAGGED, DROP),	/* LACP; neither marker nor OAM */

	LOAD_META(UNTAGGED, SKF_AD_VLAN_TAG_PRESENT),
	IF_EQUAL(14, 0, META, DROP),		/* not of the port itself */

	LOAD8_X(IPV4, ETH_HLEN + 9),		/* protocol */
	IF_EQUAL(16, IPPROTO_ICMP, 17, DROP),	/* TCP and UDP end here */
	LOAD8_X(17, ETH_HLEN),			/* version and header length */
	IF_EQUAL(18, 0x45, 19, DROP),		/* no options */
	LOAD16_X(19, ETH_HLEN + 6),		/* fragment flags and offset */
	IF_BITS(20, 0x3fff, DROP, 21),		/* whole, "don't" or not */
	LOAD8_X(21, ECHO4),			/* ICMP type */
	IF_EQUAL(22, ICMP_ECHOREPLY, 23, DROP),
	LOAD32_X(23, ECHO4 + 8),		/* payload: "dual", ... */
	IF_EQUAL(24, FRAME_ECHO_MAGIC >> 32, 25, DROP),
	LOAD32_X(25, ECHO4 + 12),		/* ... "home" */
	IF_EQUAL(26, FRAME_ECHO_MAGIC & UINT32_MAX, META, DROP),

	LOAD8_X(IPV6, ETH_HLEN + 6),		/* next header */
	IF_EQUAL(28, IPPROTO_ICMPV6, 29, DROP),	/* directly, as we sent it */
	LOAD8_X(29, ECHO6),			/* ICMPv6 type */
	IF_EQUAL(30, ICMP6_ECHO_REPLY, 31, DROP),
	LOAD32_X(31, ECHO6 + 8),
	IF_EQUAL(32, FRAME_ECHO_MAGIC >> 32, 33, DROP),
	LOAD32_X(33, ECHO6 + 12),
	IF_EQUAL(34, FRAME_ECHO_MAGIC & UINT32_MAX, META, DROP),

	LOAD_META(META, SKF_AD_PKTTYPE),
	IF_EQUAL(36, PACKET_OUTGOING, DROP, KEEP), /* kernels before 4.20 */

	RETURN(KEEP, UINT32_MAX),
	RETURN(DROP, 0),
};

/* Slow protocols, and the three scopes of LLDP (802.1AB-2016, table 7-1). */
static const uint8_t groups[][MAC_LEN] = {
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 },
};

/*
 * The network card lets them through as long as the socket is open. One that
 * cannot (ENXIO, EOPNOTSUPP) lets everything through or has no use for it; the
 * bond joins the first by itself.
 */
static void join_groups(int fd, int ifindex)
{
	struct packet_mreq request = {
		.mr_ifindex = ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = MAC_LEN,
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		memcpy(request.mr_address, groups[i], MAC_LEN);
		(void)setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP,
				 &request, sizeof(request));
	}
}

static int on_readable(sd_event_source *source, int fd, uint32_t events,
		       void *userdata)
{
	struct port_socket *socket = userdata;
	struct mmsghdr messages[RECEIVE] = {};
	struct iovec buffers[RECEIVE];
	uint8_t bytes[RECEIVE][FRAME_MAX];

	(void)source;
	(void)events;
	for (int i = 0; i < RECEIVE; i++) {
		buffers[i].iov_base = &bytes[i];
		buffers[i].iov_len = FRAME_MAX;
		messages[i].msg_hdr.msg_iov = &buffers[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (int calls = 0; calls < BATCH / RECEIVE; calls++) {
		int n = recvmmsg(fd, messages, RECEIVE,
				 MSG_DONTWAIT | MSG_TRUNC, NULL);

		if (n < 0 && errno == EAGAIN)
			return 0;
		/* The port went down, told once; the socket outlives that. */
		if (n < 0 && (errno == ENETDOWN || errno == EINTR))
			continue;
		if (n < 0)
			return -errno;
		for (int i = 0; i < n; i++) {
			if (messages[i].msg_len > FRAME_MAX)
				continue;	/* nothing of ours is so long */
			socket->handler(socket->port, bytes[i],
					messages[i].msg_len, socket->userdata);
		}
		if (n < RECEIVE)
			return 0;
	}
	return 0;
}

static int set_filter(int fd)
{
	const struct sock_fprog program = {
		.len = ARRAY_SIZE(filter),
		.filter = (struct sock_filter *)filter,
	};
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)) < 0)
		return -errno;
	/* Saves a clone of all that the port sends; the filter does the same. */
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) < 0 && errno != ENOPROTOOPT)
		return -errno;
	return 0;
}

/* Protocol 0 hears nothing; only bind() turns the ear on. */
static int open_filtered(int ifindex)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int fd, r;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = set_filter(fd);
	if (r == 0 && bind(fd, (const struct sockaddr *)&address,
			   sizeof(address)) < 0)
		r = -errno;
	if (r < 0) {
		close(fd);
		return r;
	}
	join_groups(fd, ifindex);
	return fd;
}

int port_socket_open(struct port_socket **socket, struct sd_event *event,
		     struct port *port, port_socket_handler handler,
		     void *userdata)
{
	struct port_socket *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->port = port;
	new->handler = handler;
	new->userdata = userdata;
	r = new->fd = open_filtered(port->ifindex);
	if (r >= 0)
		r = sd_event_add_io(event, &new->source, new->fd, EPOLLIN,
				    on_readable, new);
	if (r < 0) {
		port_socket_free(new);
		return r;
	}
	*socket = new;
	return 0;
}

struct port_socket *port_socket_free(struct port_socket *socket)
{
	if (!socket)
		return NULL;
	sd_event_source_disable_unref(socket->source);
	if (socket->fd >= 0)
		close(socket->fd);
	free(socket);
	return NULL;
}

int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count)
{
	struct mmsghdr messages[BATCH] = {};
	int sent;

	if (count > ARRAY_SIZE(messages))
		count = ARRAY_SIZE(messages);
	for (unsigned int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = (struct iovec *)&frames[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(socket->fd, messages, count, MSG_DONTWAIT);
	return sent < 0 ? -errno : sent;
}
