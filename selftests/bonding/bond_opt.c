// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink attribute of the neighbor broadcast: iproute2 before 6.18 does
 * not know it, and an acknowledgment proves nothing (a kernel without the
 * option acknowledges it too), so "get" is the only witness.
 *
 * Failures print the name of the errno, for example EACCES.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bond_attr.h"

/* IFLA_BOND_BROADCAST_NEIGH; too new for the headers of many systems */
#define BROADCAST_NEIGH	33

struct request {
	struct nlmsghdr n;
	struct ifinfomsg i;
	char attributes[256];
};

static const char usage[] =
	"usage: bond_opt get DEV\n"
	"       bond_opt set DEV VALUE\n"
	"       bond_opt add DEV MODE VALUE\n"
	"VALUE is 0 to 255, or \"none\": an attribute without a value\n";

static struct rtattr *put_attribute(struct request *r, unsigned short type,
				    const void *data, size_t len)
{
	struct rtattr *a = (void *)((char *)r + NLMSG_ALIGN(r->n.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	r->n.nlmsg_len = NLMSG_ALIGN(r->n.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static void end_nest(const struct request *r, struct rtattr *nest)
{
	nest->rta_len = (char *)r + r->n.nlmsg_len - (char *)nest;
}

static void put_value(struct request *r, const char *text)
{
	unsigned char value = atoi(text);

	put_attribute(r, BROADCAST_NEIGH, &value, strcmp(text, "none") != 0);
}

static void put_bond(struct request *r, const char *mode, const char *value)
{
	struct rtattr *info, *data;

	info = put_attribute(r, IFLA_LINKINFO, NULL, 0);
	put_attribute(r, IFLA_INFO_KIND, "bond", 5);
	data = put_attribute(r, IFLA_INFO_DATA, NULL, 0);
	put_value(r, value);
	if (mode) {
		unsigned char number = atoi(mode);

		put_attribute(r, IFLA_BOND_MODE, &number, 1);
	}
	end_nest(r, data);
	end_nest(r, info);
}

/* Returns 0 or -errno; the answer, if one came, is in the buffer. */
static int talk(struct request *r, char *answer, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr *n = (void *)answer;
	ssize_t len;
	int fd, ret;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	r->n.nlmsg_flags |= NLM_F_REQUEST;
	ret = sendto(fd, r, r->n.nlmsg_len, 0, (struct sockaddr *)&kernel,
		     sizeof(kernel));
	len = ret < 0 ? ret : recv(fd, answer, size, 0);
	ret = len < 0 ? -errno : 0;
	close(fd);
	if (ret)
		return ret;
	if (!NLMSG_OK(n, (size_t)len))
		return -EBADMSG;
	if (n->nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)NLMSG_DATA(n))->error;
	return 0;
}

static int get(struct request *r)
{
	_Alignas(struct nlmsghdr) char answer[32768];
	const struct nlmsghdr *n = (void *)answer;
	const struct rtattr *a;
	int ret;

	r->n.nlmsg_type = RTM_GETLINK;
	ret = talk(r, answer, sizeof(answer));
	if (ret)
		return ret;
	a = find((void *)((char *)NLMSG_DATA(n) +
			  NLMSG_ALIGN(sizeof(struct ifinfomsg))),
		 IFLA_PAYLOAD(n), IFLA_LINKINFO);
	a = find_in(find_in(a, IFLA_INFO_DATA), BROADCAST_NEIGH);
	if (a)
		printf("%u\n", *(unsigned char *)RTA_DATA(a));
	else
		puts("none");
	return 0;
}

static int change(struct request *r, const char *mode, const char *value)
{
	_Alignas(struct nlmsghdr) char answer[4096];

	r->n.nlmsg_type = RTM_NEWLINK;
	r->n.nlmsg_flags = NLM_F_ACK;
	if (mode)
		r->n.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	put_bond(r, mode, value);
	return talk(r, answer, sizeof(answer));
}

/* What the option can be refused with; the C library's names are too new. */
static void print_error(int error)
{
	switch (error) {
	case EACCES:
		puts("EACCES");
		break;
	case EINVAL:
		puts("EINVAL");
		break;
	case ERANGE:
		puts("ERANGE");
		break;
	default:
		puts(strerror(error));
	}
}

int main(int argc, char **argv)
{
	struct request r = {
		.n.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
	};
	int ret;

	if (argc < 3 || strlen(argv[2]) >= IFNAMSIZ) {
		fputs(usage, stderr);
		return 2;
	}
	put_attribute(&r, IFLA_IFNAME, argv[2], strlen(argv[2]) + 1);
	if (!strcmp(argv[1], "get") && argc == 3) {
		ret = get(&r);
	} else if (!strcmp(argv[1], "set") && argc == 4) {
		ret = change(&r, NULL, argv[3]);
	} else if (!strcmp(argv[1], "add") && argc == 5) {
		ret = change(&r, argv[3], argv[4]);
	} else {
		fputs(usage, stderr);
		return 2;
	}
	if (ret)
		print_error(-ret);
	return ret ? 1 : 0;
}
