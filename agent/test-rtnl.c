// SPDX-License-Identifier: GPL-2.0
/*
 * rtnl.c over a kernel that is played here: libmnl's sockets are defined by
 * this test. Events wait in a queue, dumps are answered from a list of links.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "rtnl.h"
#include "util.h"

#define QUEUE_MAX 1024

/* The one that was opened first listens, the other one asks. */
struct mnl_socket {
	int fd;				/* takes options, is never read */
};

/* An event: a link by its name, '-' before it if it goes; or an error. */
struct event {
	const char *link;
	int error;
};

static struct kernel {
	struct mnl_socket sockets[2];
	int opened;
	struct event queue[QUEUE_MAX];
	size_t first, last;
	const char *links[4];		/* what a dump says */
	struct nlmsghdr request;	/* that waits for its answer */
	int interruptions;		/* of dumps to come */
	char log[512];
} kernel;

static void note(const char *what, const char *name)
{
	size_t used = strlen(kernel.log);

	snprintf(kernel.log + used, sizeof(kernel.log) - used, "%s%s%s",
		 used ? " " : "", what, name);
}

#define assert_log(expected) do {					\
	assert_string_equal(kernel.log, expected);			\
	kernel.log[0] = '\0';						\
} while (0)

static void queue(const char *link, int error, size_t times)
{
	while (times--) {
		assert_true(kernel.last < QUEUE_MAX);
		kernel.queue[kernel.last++] = (struct event){ link, error };
	}
}

/* "bond7" has ifindex 7. */
static size_t put_link(char *buffer, const char *link, uint32_t sequence,
		       uint16_t flags)
{
	bool gone = *link == '-';
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nlattr *linkinfo;
	struct ifinfomsg *header;

	link += gone;
	message->nlmsg_type = gone ? RTM_DELLINK : RTM_NEWLINK;
	message->nlmsg_seq = sequence;
	message->nlmsg_flags = flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifi_index = link[strlen(link) - 1] - '0';
	mnl_attr_put_strz(message, IFLA_IFNAME, link);
	linkinfo = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "bond");
	mnl_attr_nest_end(message, linkinfo);
	return message->nlmsg_len;
}

static size_t put_done(char *buffer, uint32_t sequence, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = NLMSG_DONE;
	message->nlmsg_seq = sequence;
	message->nlmsg_flags = flags;
	*(int *)mnl_nlmsg_put_extra_header(message, sizeof(int)) = 0;
	return message->nlmsg_len;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	struct mnl_socket *new = &kernel.sockets[kernel.opened++];

	new->fd = socket(AF_NETLINK, SOCK_RAW | flags, bus);
	assert_true(new->fd >= 0);
	return new;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl, (void)groups, (void)pid;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return nl->fd;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	return close(nl->fd);
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *request,
			  size_t size)
{
	assert_ptr_equal(nl, &kernel.sockets[1]);
	memcpy(&kernel.request, request, sizeof(kernel.request));
	if (kernel.request.nlmsg_type == RTM_GETLINK)
		note(kernel.first < kernel.last ? "dump-too-early" : "dump", "");
	return size;
}

static ssize_t answer(char *buffer)
{
	uint32_t sequence = kernel.request.nlmsg_seq;
	uint16_t flags = NLM_F_MULTI;
	size_t length = 0;

	if (kernel.request.nlmsg_type == RTM_GETLINK) {
		if (kernel.interruptions > 0) {
			kernel.interruptions--;
			flags |= NLM_F_DUMP_INTR;
		}
		for (size_t i = 0; kernel.links[i]; i++)
			length += put_link(buffer + length, kernel.links[i],
					   sequence, flags);
	}
	return length + put_done(buffer + length, sequence, flags);
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buffer,
			    size_t size)
{
	struct event event = { .error = EAGAIN };

	memset(buffer, 0, size);
	if (nl == &kernel.sockets[1])
		return answer(buffer);
	if (kernel.first < kernel.last)
		event = kernel.queue[kernel.first++];
	if (!event.error)
		return put_link(buffer, event.link, 0, 0);
	errno = event.error;
	return -1;
}

static void on_dump_begin(void *userdata)
{
	(void)userdata;
	note("begin", "");
}

static void on_link_changed(const struct link_info *info, void *userdata)
{
	(void)userdata;
	assert_true(info->is_bond);
	assert_true(info->seen_usec > 0);	/* 0 would mean "long ago" */
	note("+", info->name);
}

static void on_link_removed(int ifindex, void *userdata)
{
	char name[16];

	(void)userdata;
	snprintf(name, sizeof(name), "%d", ifindex);
	note("-", name);
}

static void on_dump_end(void *userdata)
{
	(void)userdata;
	note("end", "");
}

static const struct rtnl_ops ops = {
	.dump_begin = on_dump_begin,
	.link_changed = on_link_changed,
	.link_removed = on_link_removed,
	.dump_end = on_dump_end,
};

struct fixture {
	sd_event *event;
	struct rtnl *rtnl;
};

static int setup(void **state)
{
	static struct fixture f;

	memset(&kernel, 0, sizeof(kernel));
	memset(&f, 0, sizeof(f));
	kernel.links[0] = "bond1";
	if (sd_event_new(&f.event) < 0 ||
	    rtnl_new(&f.rtnl, f.event, &ops, NULL) < 0)
		return -1;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	rtnl_free(f->rtnl);
	sd_event_unref(f->event);
	return 0;
}

static void test_start(void **state)
{
	(void)state;
	assert_log("begin dump +bond1 end");
}

static void test_events(void **state)
{
	struct fixture *f = *state;

	kernel.log[0] = '\0';
	queue("bond2", 0, 1);
	queue("-bond2", 0, 1);
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_log("+bond2 -2 dump +bond1");
}

/* What the kernel held when it ran over is older than the dump. */
static void test_overrun(void **state)
{
	struct fixture *f = *state;

	kernel.log[0] = '\0';
	queue("bond1", 0, 1);
	queue(NULL, ENOBUFS, 1);
	queue("bond7", 0, 600);
	queue(NULL, EINTR, 1);
	queue(NULL, ENOBUFS, 1);
	queue("bond7", 0, 1);
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_int_equal(kernel.first, kernel.last);
	assert_log("+bond1 begin dump +bond1 end dump +bond1");
}

/* A socket that fails meanwhile: the next refresh sweeps. */
static void test_overrun_then_error(void **state)
{
	struct fixture *f = *state;

	kernel.log[0] = '\0';
	queue(NULL, ENOBUFS, 1);
	queue(NULL, EIO, 1);
	assert_int_equal(rtnl_refresh(f->rtnl), -EIO);
	assert_log("");
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_log("begin dump +bond1 end");
}

/* No dump while older events wait: it comes with a later refresh. */
static void test_refresh_waits_for_events(void **state)
{
	struct fixture *f = *state;

	kernel.log[0] = '\0';
	queue(NULL, EINTR, 256);
	queue("bond7", 0, 1);
	queue("-bond7", 0, 1);
	assert_int_equal(rtnl_refresh(f->rtnl), 1);
	assert_log("");
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_log("+bond7 -7 dump +bond1");
}

static void test_interrupted_dump(void **state)
{
	struct fixture *f = *state;

	kernel.log[0] = '\0';
	queue(NULL, ENOBUFS, 1);
	kernel.interruptions = 2;
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_log("begin dump +bond1 begin dump +bond1 begin dump +bond1 end "
		   "dump +bond1");

	/* again and again: nothing is swept, a later refresh tries again */
	queue(NULL, ENOBUFS, 1);
	kernel.interruptions = 5;
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_null(strstr(kernel.log, "end"));
	kernel.log[0] = '\0';
	assert_int_equal(rtnl_refresh(f->rtnl), 0);
	assert_log("begin dump +bond1 end");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_start),
		TEST(test_events),
		TEST(test_overrun),
		TEST(test_overrun_then_error),
		TEST(test_refresh_waits_for_events),
		TEST(test_interrupted_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
