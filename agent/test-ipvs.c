// SPDX-License-Identifier: GPL-2.0
/* ipvs.c against a kernel that answers with what a test wrote down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "ipvs.h"
#include "util.h"

#define FAMILY 0x1c			/* number of IPVS in this kernel */

/* A message is its attributes; header and sequence are put before it. */
struct answer {
	const char *bytes;
	size_t length;
};

#define ANSWER(text) { (text), sizeof(text) - 1 }

#define FAMILY_ID	"\x06\x00" "\x01\x00" "\x1c\x00" "\0\0"	/* CTRL_ATTR_FAMILY_ID */
#define U16(type, value) "\x06\x00" type "\x00" value "\0\0"
#define U32(type, value) "\x08\x00" type "\x00" value

/* IPVS_CMD_ATTR_SERVICE: IPv4, TCP, port 80, 192.0.2.80; a service of IPv6 */
#define SERVICE4 "\x30\x00" "\x01\x00"					\
	U16("\x01", "\x02\x00")						\
	U16("\x02", "\x06\x00")						\
	"\x14\x00" "\x03\x00" "\xc0\0\2\x50" "\0\0\0\0\0\0\0\0\0\0\0\0"	\
	U16("\x04", "\x00\x50")
/* the same, in the order in which it is asked for */
#define ASKED4 "\x30\x00" "\x01\x80"					\
	U16("\x01", "\x02\x00")						\
	U16("\x02", "\x06\x00")						\
	U16("\x04", "\x00\x50")						\
	"\x14\x00" "\x03\x00" "\xc0\0\2\x50" "\0\0\0\0\0\0\0\0\0\0\0\0"
#define SERVICE_MARK "\x14\x00" "\x01\x00"				\
	U16("\x01", "\x0a\x00")						\
	U32("\x05", "\x07\0\0\0")

/* IPVS_CMD_ATTR_DEST: an address, the method in flags (3 = direct routing) */
#define SERVER4(last, flags) "\x20\x00" "\x02\x00"			\
	"\x14\x00" "\x01\x00" "\xc0\0\2" last "\0\0\0\0\0\0\0\0\0\0\0\0"	\
	U32("\x03", flags)
#define SERVER6(last, flags) "\x20\x00" "\x02\x00"			\
	"\x14\x00" "\x01\x00" "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0" last	\
	U32("\x03", flags)
/* an IPv4 server of an IPv6 service (tunnels may mix; told by the attribute) */
#define SERVER_MIXED "\x28\x00" "\x02\x00"				\
	"\x14\x00" "\x01\x00" "\xc0\0\2\x99" "\0\0\0\0\0\0\0\0\0\0\0\0"	\
	U32("\x03", "\x03\0\0\0")					\
	U16("\x0b", "\x02\x00")

static struct world {
	bool no_ipvs;
	int open_error, errors;		/* of netlink, to the nth request */
	const struct answer *families, *services, *servers[2];
	unsigned int requests, asked_servers, opened, closed;
	uint32_t sequence;
	uint8_t command;
	char named[2][64];		/* what the kernel was asked by */
	size_t named_length[2];
	unsigned int found;
	char list[8][INET6_ADDRSTRLEN];
} world;

int access(const char *path, int mode)
{
	(void)mode;
	assert_string_equal(path, "/proc/self/net/ip_vs");
	errno = ENOENT;
	return world.no_ipvs ? -1 : 0;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus, (void)flags;
	errno = world.open_error;
	world.opened += !world.open_error;
	return world.open_error ? NULL : (struct mnl_socket *)&world;
}

int mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
	(void)socket, (void)groups, (void)pid;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *socket)
{
	(void)socket;
	return -1;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	(void)fd, (void)level, (void)value, (void)size;
	assert_int_equal(name, SO_RCVTIMEO);	/* a mute kernel blocks nobody */
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *socket)
{
	(void)socket;
	return 0;
}

int mnl_socket_close(struct mnl_socket *socket)
{
	(void)socket;
	world.closed++;
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *socket, const void *bytes,
			  size_t length)
{
	const struct nlmsghdr *request = bytes;
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(request);
	const char *attrs = (const char *)(header + 1);
	size_t size = (const char *)bytes + length - attrs;

	(void)socket;
	world.requests++;
	world.sequence = request->nlmsg_seq;
	world.command = header->cmd;
	if (request->nlmsg_type == GENL_ID_CTRL) {
		world.command = 0;
		assert_int_equal(header->cmd, CTRL_CMD_GETFAMILY);
		assert_memory_equal(attrs, "\x09\x00\x02\x00IPVS", 9);
		return length;
	}
	assert_int_equal(request->nlmsg_type, FAMILY);
	assert_true(request->nlmsg_flags & NLM_F_DUMP);
	if (header->cmd == IPVS_CMD_GET_DEST) {
		assert_in_range(world.asked_servers, 0, 1);
		assert_in_range(size, 1, 64);
		memcpy(world.named[world.asked_servers], attrs, size);
		world.named_length[world.asked_servers++] = size;
	}
	return length;
}

static char *put(char *bytes, uint16_t type, const struct answer *answer)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);

	message->nlmsg_type = type;
	message->nlmsg_seq = world.sequence;
	mnl_nlmsg_put_extra_header(message, sizeof(struct genlmsghdr));
	memcpy(bytes + message->nlmsg_len, answer->bytes, answer->length);
	message->nlmsg_len += answer->length;
	return bytes + MNL_ALIGN(message->nlmsg_len);
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *socket, void *bytes,
			    size_t size)
{
	const struct answer *answer = world.command == 0 ? world.families :
		world.command == IPVS_CMD_GET_SERVICE ? world.services :
		world.servers[world.asked_servers - 1];
	struct nlmsgerr error = { .error = world.errors };
	struct nlmsghdr *message;
	char *end = bytes;

	(void)socket;
	assert_in_range(size, 8192, UINT32_MAX);
	for (; answer && answer->length; answer++)
		end = put(end, world.command ? FAMILY : GENL_ID_CTRL, answer);
	message = mnl_nlmsg_put_header(end);
	message->nlmsg_type = world.command && !world.errors ? NLMSG_DONE :
							       NLMSG_ERROR;
	message->nlmsg_seq = world.sequence;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(error)), &error,
	       sizeof(error));
	return end + message->nlmsg_len - (char *)bytes;
}

static void on_server(const struct address *server, void *userdata)
{
	assert_ptr_equal(userdata, &world);
	assert_in_range(world.found, 0, 7);
	address_to_text(server, world.list[world.found++]);
}

static const struct answer family[] = { ANSWER(FAMILY_ID), {} };
static const struct answer service4[] = { ANSWER(SERVICE4), {} };

static int setup(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.families = family;
	world.services = service4;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(world.opened, world.closed);
	return 0;
}

static void test_services(void **state)
{
	static const struct answer services[] = {
		ANSWER(SERVICE4), ANSWER(SERVICE_MARK), {}
	};
	static const struct answer servers4[] = {
		ANSWER(SERVER4("\x15", "\x03\0\0\0")), {}
	};
	static const struct answer servers6[] = {
		ANSWER(SERVER6("\x15", "\x03\0\0\0")), ANSWER(SERVER_MIXED), {}
	};

	(void)state;
	world.services = services;
	world.servers[0] = servers4;
	world.servers[1] = servers6;
	assert_int_equal(ipvs_list(on_server, &world), 0);
	assert_int_equal(world.found, 3);
	assert_string_equal(world.list[0], "192.0.2.21");
	assert_string_equal(world.list[1], "2001:db8::15");
	assert_string_equal(world.list[2], "192.0.2.153");
	/* a service is asked for by what the kernel said of it; nested: bit 15 */
	assert_int_equal(world.named_length[0], sizeof(ASKED4) - 1);
	assert_memory_equal(world.named[0], ASKED4, sizeof(ASKED4) - 1);
	assert_int_equal(world.named_length[1], sizeof(SERVICE_MARK) - 1);
	assert_memory_equal(world.named[1] + 4, &SERVICE_MARK[4],
			    sizeof(SERVICE_MARK) - 1 - 4);
}

/* Masquerading (0), local (1) and tunnels (2) are none of ours; flags above
 * the method do not matter. */
static void test_methods(void **state)
{
	static const struct answer servers[] = {
		ANSWER(SERVER4("\x01", "\x00\0\0\0")),
		ANSWER(SERVER4("\x02", "\x01\0\0\0")),
		ANSWER(SERVER4("\x03", "\x02\0\0\0")),
		ANSWER(SERVER4("\x04", "\x03\1\0\0")), {}
	};

	(void)state;
	world.servers[0] = servers;
	assert_int_equal(ipvs_list(on_server, &world), 0);
	assert_int_equal(world.found, 1);
	assert_string_equal(world.list[0], "192.0.2.4");
}

/* A kernel without IPVS is asked nothing: that would load it. */
static void test_none(void **state)
{
	(void)state;
	world.no_ipvs = true;
	assert_int_equal(ipvs_list(on_server, &world), 0);
	assert_int_equal(world.opened, 0);
	world.no_ipvs = false;
	world.services = NULL;
	assert_int_equal(ipvs_list(on_server, &world), 0);
	assert_int_equal(world.asked_servers, 0);
}

static void test_errors(void **state)
{
	static const struct answer nothing[] = { {} };

	(void)state;
	world.open_error = EMFILE;
	assert_int_equal(ipvs_list(on_server, &world), -EMFILE);
	world.open_error = 0;
	world.errors = -EPERM;
	assert_int_equal(ipvs_list(on_server, &world), -EPERM);
	world.errors = 0;
	world.families = nothing;		/* acknowledged, without a number */
	assert_int_equal(ipvs_list(on_server, &world), -ENOENT);
	assert_int_equal(world.found, 0);
}

/* What ends too early, or is of another family, is passed over. */
static void test_malformed(void **state)
{
	static const struct answer services[] = {
		ANSWER("\x0c\x00" "\x01\x00" U16("\x01", "\x02\x00")),
		ANSWER("\x30\x00" "\x01\x00" "\x06\x00"),
		ANSWER(SERVICE4),
		{}
	};
	static const struct answer servers[] = {
		/* no method; an address of 2 bytes; a family that is none */
		ANSWER("\x18\x00" "\x02\x00" "\x14\x00" "\x01\x00"
		       "\xc0\0\2\1" "\0\0\0\0\0\0\0\0\0\0\0\0"),
		ANSWER("\x14\x00" "\x02\x00" "\x06\x00" "\x01\x00" "\xc0\0" "\0\0"
		       U32("\x03", "\x03\0\0\0")),
		ANSWER("\x28\x00" "\x02\x00" "\x14\x00" "\x01\x00"
		       "\xc0\0\2\2" "\0\0\0\0\0\0\0\0\0\0\0\0"
		       U32("\x03", "\x03\0\0\0") U16("\x0b", "\x63\x00")),
		ANSWER(SERVER4("\x05", "\x03\0\0\0")),
		{}
	};

	(void)state;
	world.services = services;
	world.servers[0] = servers;
	assert_int_equal(ipvs_list(on_server, &world), 0);
	assert_int_equal(world.asked_servers, 1);
	assert_int_equal(world.found, 1);
	assert_string_equal(world.list[0], "192.0.2.5");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_services),
		TEST(test_methods),
		TEST(test_none),
		TEST(test_errors),
		TEST(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
