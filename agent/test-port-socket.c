// SPDX-License-Identifier: GPL-2.0
/*
 * The packet socket is one end of an AF_UNIX pair: the kernel runs a socket
 * filter there as well, without privileges and without a link. What such a
 * socket cannot have (packet type, VLAN tag) the test puts into the program.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "bond.h"
#include "frame-neighbor.h"
#include "frame.h"
#include "port-socket.h"
#include "util.h"

/* What port-socket.c asked the kernel for, and what the kernel is to say. */
static struct kernel {
	char calls[64];			/* in order: s(ocket), f(ilter), ... */
	int peer;			/* the wire end of the pair */
	uint32_t packet_type;
	uint32_t vlan_tag;
	struct sockaddr_ll bound;
	int fail_bind;
	int fail_ignore_outgoing;
	int fail_membership;
	int flood;			/* frames that recvmmsg() makes up */
	int recv_error;			/* once */
} kernel;

int socket(int domain, int type, int protocol)
{
	int fds[2];

	assert_int_equal(domain, AF_PACKET);
	assert_int_equal(type, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_int_equal(protocol, 0);
	strcat(kernel.calls, "s");
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds), 0);
	kernel.peer = fds[1];
	return fds[0];
}

static int attach(int fd, const struct sock_fprog *program)
{
	struct sock_filter copy[64];
	struct sock_fprog patched = { .len = program->len, .filter = copy };

	assert_in_range(program->len, 1, ARRAY_SIZE(copy));
	for (size_t i = 0; i < program->len; i++) {
		const uint32_t meta = program->filter[i].k - SKF_AD_OFF;

		copy[i] = program->filter[i];
		if (BPF_CLASS(copy[i].code) != BPF_LD)
			continue;
		if (meta == SKF_AD_PKTTYPE)
			copy[i] = (struct sock_filter)
				BPF_STMT(BPF_LD | BPF_IMM, kernel.packet_type);
		if (meta == SKF_AD_VLAN_TAG_PRESENT)
			copy[i] = (struct sock_filter)
				BPF_STMT(BPF_LD | BPF_IMM, kernel.vlan_tag);
	}
	return syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_FILTER,
		       &patched, sizeof(patched));
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	if (level == SOL_PACKET && name == PACKET_IGNORE_OUTGOING) {
		strcat(kernel.calls, "i");
		errno = kernel.fail_ignore_outgoing;
		return errno ? -1 : 0;
	}
	if (level == SOL_SOCKET && name == SO_ATTACH_FILTER) {
		strcat(kernel.calls, "f");
		return attach(fd, value);
	}
	if (level == SOL_PACKET && name == PACKET_ADD_MEMBERSHIP) {
		const struct packet_mreq *request = value;

		assert_int_equal(request->mr_ifindex, 7);
		assert_int_equal(request->mr_type, PACKET_MR_MULTICAST);
		assert_int_equal(request->mr_alen, 6);
		snprintf(kernel.calls + strlen(kernel.calls), 4, "%02x,",
			 request->mr_address[5]);
		errno = kernel.fail_membership;
		return errno ? -1 : 0;
	}
	if (level == SOL_SOCKET && name == SO_LOCK_FILTER)
		strcat(kernel.calls, "l");
	return syscall(SYS_setsockopt, fd, level, name, value, size);
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd;
	assert_int_equal(size, sizeof(kernel.bound));
	memcpy(&kernel.bound, address, size);
	strcat(kernel.calls, "b");
	errno = kernel.fail_bind;
	return errno ? -1 : 0;
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
	     struct timespec *timeout)
{
	if (kernel.flood) {
		kernel.flood -= count;
		for (unsigned int i = 0; i < count; i++)
			messages[i].msg_len = 60;
		return count;
	}
	if (kernel.recv_error) {
		errno = kernel.recv_error;
		kernel.recv_error = 0;
		return -1;
	}
	return syscall(SYS_recvmmsg, fd, messages, count, flags, timeout);
}

struct fixture {
	sd_event *event;
	struct port port;
	struct port_socket *socket;
	size_t heard;
	size_t length;
	uint8_t bytes[FRAME_MAX];
};

static void on_frame(struct port *port, uint8_t *bytes, size_t length,
		     void *userdata)
{
	struct fixture *f = userdata;

	assert_ptr_equal(port, &f->port);
	assert_in_range(length, 0, FRAME_MAX);
	f->heard++;
	f->length = length;
	memcpy(f->bytes, bytes, length);
}

static int open_it(struct fixture *f)
{
	return port_socket_open(&f->socket, f->event, &f->port, on_frame, f);
}

/* Hand over everything that waits; returns how many frames were heard. */
static size_t run(struct fixture *f)
{
	f->heard = 0;
	assert_true(sd_event_run(f->event, 0) >= 0);
	return f->heard;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	kernel = (struct kernel) { .peer = -1 };
	f->port.ifindex = 7;
	*state = f;
	return sd_event_new(&f->event);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	assert_null(port_socket_free(f->socket));
	if (kernel.peer >= 0)
		close(kernel.peer);
	sd_event_unref(f->event);
	free(f);
	return 0;
}

static void test_open(void **state)
{
	struct fixture *f = *state;

	kernel.fail_ignore_outgoing = ENOPROTOOPT;	/* before 4.20 */
	kernel.fail_membership = ENXIO;		/* a card without groups */
	assert_int_equal(open_it(f), 0);
	/* bound last; then the groups of slow protocols and LLDP */
	assert_string_equal(kernel.calls, "sflib02,0e,03,00,");
	assert_int_equal(kernel.bound.sll_family, AF_PACKET);
	assert_int_equal(kernel.bound.sll_protocol, htons(ETH_P_ALL));
	assert_int_equal(kernel.bound.sll_ifindex, 7);
}

#define MACS 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2
#define ECHO_BODY 0xbe, 0xef, 0, 7, 'd', 'u', 'a', 'l', 'h', 'o', 'm', 'e'

static const uint8_t reply4[60] = {
	MACS, 0x08, 0x00,
	0x45, 0, 0, 52, 0, 0, 0, 0,		/* 14: version, 20: fragment */
	64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 10, /* 23: protocol */
	0, 0, 0, 0, ECHO_BODY			/* 34: type, 42: magic */
};

static const uint8_t reply6[86] = {
	MACS, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, 32, 58, 64,		/* 20: next header */
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	129, 0, 0, 0, ECHO_BODY			/* 54: type, 62: magic */
};

static const uint8_t lacpdu[124] = {
	0x01, 0x80, 0xc2, 0, 0, 2, 2, 0, 0, 0, 0, 2, 0x88, 0x09,
	1, 1,					/* 14: subtype */
};

static const uint8_t lldp[60] = {
	0x01, 0x80, 0xc2, 0, 0, 0x0e, 2, 0, 0, 0, 0, 2, 0x88, 0xcc,
};

/* Closed: a frame that would pass the filter is refused. */
static void assert_closed(void)
{
	assert_int_equal(send(kernel.peer, lacpdu, sizeof(lacpdu), 0), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(kernel.peer);
}

static void test_close(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(open_it(f), 0);
	f->socket = port_socket_free(f->socket);
	assert_closed();
	kernel.fail_bind = ENODEV;
	assert_int_equal(open_it(f), -ENODEV);
	assert_null(f->socket);
	assert_closed();
	kernel.peer = -1;
	assert_null(port_socket_free(NULL));
}

/* A frame, which byte of it is changed, and whether the filter keeps it. */
static void test_filter(void **state)
{
#define FRAME(frame) frame, sizeof(frame)
	static const struct {
		const char *name;
		const uint8_t *bytes;
		size_t length;
		size_t offset;
		uint8_t value;
		bool kept;
	} cases[] = {
		{ "LACPDU", FRAME(lacpdu), 14, 1, true },
		{ "marker", FRAME(lacpdu), 14, 2, false },
		{ "OAM", FRAME(lacpdu), 14, 3, false },
		{ "no subtype", lacpdu, 14, 0, 1, false },
		{ "not LLDP", FRAME(lldp), 13, 0xcd, false },
		{ "LLDP", FRAME(lldp), 13, 0xcc, true },
		{ "not LACP", FRAME(lldp), 13, 0x09, false },
		{ "reply", FRAME(reply4), 34, 0, true },
		{ "another identifier", FRAME(reply4), 39, 1, true },
		{ "don't fragment", FRAME(reply4), 20, 0x40, true },
		{ "request", FRAME(reply4), 34, 8, false },
		{ "TCP", FRAME(reply4), 23, 6, false },
		{ "options", FRAME(reply4), 14, 0x46, false },
		{ "first fragment", FRAME(reply4), 20, 0x20, false },
		{ "middle fragment", FRAME(reply4), 20, 0x01, false },
		{ "last fragment", FRAME(reply4), 21, 0x01, false },
		{ "ping(8), first word", FRAME(reply4), 42, 0, false },
		{ "ping(8), second word", FRAME(reply4), 49, 0, false },
		{ "cut in the magic", reply4, 49, 0, 2, false },
		{ "ARP", FRAME(reply4), 13, 0x06, false },
		{ "802.1Q", FRAME(reply4), 12, 0x81, false },
		{ "IPv6 reply", FRAME(reply6), 54, 129, true },
		{ "IPv6 request", FRAME(reply6), 54, 128, false },
		{ "neighbor solicitation", FRAME(reply6), 54, 135, false },
		{ "hop-by-hop header", FRAME(reply6), 20, 0, false },
		{ "IPv6 fragment", FRAME(reply6), 20, 44, false },
		{ "IPv6 ping(8)", FRAME(reply6), 65, 0, false },
		{ "cut in the header", reply6, 50, 0, 2, false },
		{ "runt", reply4, 13, 0, 2, false },
	};
	struct fixture *f = *state;

	assert_int_equal(open_it(f), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[sizeof(lacpdu)];

		memcpy(bytes, cases[i].bytes, cases[i].length);
		bytes[cases[i].offset] = cases[i].value;
		assert_int_equal(send(kernel.peer, bytes, cases[i].length, 0),
				 cases[i].length);
		if (run(f) != cases[i].kept)
			fail_msg("%s: %s", cases[i].name,
				 cases[i].kept ? "dropped" : "kept");
		if (!cases[i].kept)
			continue;
		assert_int_equal(f->length, cases[i].length);
		assert_memory_equal(f->bytes, bytes, cases[i].length);
	}
}

/* The kernel takes the outer tag off; the inner one is in the frame. */
static void test_filter_inner_tag(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t length;
		uint16_t protocol;
		size_t offset;
		uint8_t value;
		bool kept;
	} cases[] = {
		{ FRAME(reply4), ETH_P_8021Q, 14, 0x45, true },
		{ FRAME(reply4), ETH_P_8021AD, 14, 0x45, true },
		{ FRAME(reply4), 0x9100, 14, 0x45, false },
		{ FRAME(reply4), ETH_P_8021Q, 34, 8, false },	/* request */
		{ FRAME(reply4), ETH_P_8021Q, 49, 0, false },	/* ping(8) */
		{ FRAME(reply4), ETH_P_8021Q, 12, 0x81, false },	/* a third */
		{ FRAME(reply6), ETH_P_8021Q, 54, 129, true },
		{ FRAME(reply6), ETH_P_8021Q, 65, 0, false },
		{ FRAME(lacpdu), ETH_P_8021Q, 14, 1, false },
	};
	struct fixture *f = *state;

	assert_int_equal(open_it(f), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct frame_tags tag = { 1, { { cases[i].protocol, 5 } } };
		uint8_t bytes[sizeof(lacpdu) + 4];
		int length;

		memcpy(bytes, cases[i].bytes, cases[i].length);
		bytes[cases[i].offset] = cases[i].value;
		length = frame_add_tags(&tag, bytes, cases[i].length,
					sizeof(bytes));
		assert_int_equal(send(kernel.peer, bytes, length, 0), length);
		if (run(f) != cases[i].kept)
			fail_msg("case %zu", i);
	}
}

/* The same good frame as the kernel would describe it. */
static void test_filter_metadata(void **state)
{
	static const struct {
		uint32_t packet_type;
		uint32_t vlan_tag;
		size_t heard;
	} cases[] = {
		{ PACKET_HOST, 0, 1 },
		{ PACKET_MULTICAST, 0, 1 },
		{ PACKET_OTHERHOST, 0, 1 },	/* the bond's MAC, not the port's */
		{ PACKET_OUTGOING, 0, 0 },
		{ PACKET_HOST, 1, 1 },		/* of a VLAN device's peer */
		{ PACKET_HOST, 1, 0 },		/* with an LACPDU */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		kernel.calls[0] = '\0';
		kernel.packet_type = cases[i].packet_type;
		kernel.vlan_tag = cases[i].vlan_tag;
		assert_int_equal(open_it(f), 0);
		if (i == ARRAY_SIZE(cases) - 1)
			send(kernel.peer, lacpdu, sizeof(lacpdu), 0);
		else
			send(kernel.peer, reply4, sizeof(reply4), 0);
		if (run(f) != cases[i].heard)
			fail_msg("case %zu", i);
		f->socket = port_socket_free(f->socket);
		close(kernel.peer);
	}
	kernel.peer = -1;
}

static void test_receive(void **state)
{
	struct fixture *f = *state;
	uint8_t giant[FRAME_MAX + 1] = {};

	assert_int_equal(open_it(f), 0);
	memcpy(giant, lacpdu, sizeof(lacpdu));
	send(kernel.peer, giant, FRAME_MAX, 0);
	send(kernel.peer, giant, FRAME_MAX + 1, 0);
	send(kernel.peer, lacpdu, sizeof(lacpdu), 0);
	assert_int_equal(run(f), 2);		/* the giant is left out */
	assert_int_equal(f->length, sizeof(lacpdu));

	kernel.recv_error = ENETDOWN;		/* a state, not an end */
	send(kernel.peer, lacpdu, sizeof(lacpdu), 0);
	assert_int_equal(run(f), 1);
	send(kernel.peer, lacpdu, sizeof(lacpdu), 0);
	assert_int_equal(run(f), 1);

	kernel.flood = 10000;			/* others get their turn */
	send(kernel.peer, lacpdu, sizeof(lacpdu), 0);
	assert_in_range(run(f), 1, 100);
	assert_in_range(run(f), 1, 100);
}

/* Several at once; what does not fit is left, and told when it is the first. */
static void test_send(void **state)
{
	struct fixture *f = *state;
	struct iovec frames[100];
	uint8_t bytes[FRAME_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		frames[i] = (struct iovec) {
			(void *)lacpdu, i == 1 ? 60 : sizeof(lacpdu)
		};
	assert_int_equal(open_it(f), 0);
	assert_int_equal(port_socket_send(f->socket, frames, 2), 2);
	assert_int_equal(read(kernel.peer, bytes, sizeof(bytes)), sizeof(lacpdu));
	assert_memory_equal(bytes, lacpdu, sizeof(lacpdu));
	assert_int_equal(read(kernel.peer, bytes, sizeof(bytes)), 60);
	assert_in_range(port_socket_send(f->socket, frames, 100), 1, 64);
	while (port_socket_send(f->socket, frames, 100) > 0)
		;
	assert_int_equal(port_socket_send(f->socket, frames, 100), -EAGAIN);
	close(kernel.peer);
	kernel.peer = -1;
	assert_int_equal(port_socket_send(f->socket, frames, 2), -ECONNREFUSED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_open),
		TEST(test_close),
		TEST(test_filter),
		TEST(test_filter_inner_tag),
		TEST(test_filter_metadata),
		TEST(test_receive),
		TEST(test_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
