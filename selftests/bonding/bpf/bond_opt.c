// SPDX-License-Identifier: GPL-2.0
/*
 * bond_opt of the tests on a kernel whose driver is left alone: "set DEV 1"
 * puts agent/neighbor.bpf.c on the bond's egress and leaves a process behind
 * that keeps its map of usable ports until "set DEV 0" or until the bond is
 * gone; "get DEV" says whether it is there. What a switch of the driver refuses
 * for the sake of a mode is not known here.
 *
 * The program is NEIGHBOR_OBJECT beside this one.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../../agent/neighbor-bpf.h"
#include "../bond_attr.h"

#define NEIGHBOR_OBJECT	"neighbor.bpf.o"
#define HANDLE		1
#define PRIORITY	48879	/* behind whatever else is there */
#define PERIOD_NSEC	20000000
#define DUMP_BUFFER	65536
/* <linux/if.h> and <linux/if_bonding.h> do not go with <net/if.h>. */
#define LOWER_UP	0x10000
#define MII_UP		0
#define STATE_USABLE	0x30	/* collecting and distributing */

struct bond_ports {
	int bond;
	int map, copies;
	__u16 aggregator;
	bool found;
	__u32 usable[NEIGHBOR_BPF_PORTS];
	size_t count;
};

static __u16 get_u16(const struct rtattr *a)
{
	return a ? *(__u16 *)RTA_DATA(a) : 0;
}

/* The bond comes before its ports or behind them: two passes. */
static void read_bond(struct bond_ports *ports, const struct rtattr *info)
{
	const struct rtattr *ad;

	ad = find_in(find_in(info, IFLA_INFO_DATA), IFLA_BOND_AD_INFO);
	ports->aggregator = get_u16(find_in(ad, IFLA_BOND_AD_INFO_AGGREGATOR));
	ports->found = true;
}

static void read_port(struct bond_ports *ports, const struct ifinfomsg *link,
		      const struct rtattr *info)
{
	const struct rtattr *data, *state, *mii;

	data = find_in(info, IFLA_INFO_SLAVE_DATA);
	state = find_in(data, IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE);
	mii = find_in(data, IFLA_BOND_SLAVE_MII_STATUS);
	if (!state || !mii || *(__u8 *)RTA_DATA(mii) != MII_UP ||
	    !(link->ifi_flags & LOWER_UP) ||
	    (*(__u8 *)RTA_DATA(state) & STATE_USABLE) != STATE_USABLE ||
	    get_u16(find_in(data, IFLA_BOND_SLAVE_AD_AGGREGATOR_ID)) !=
	    ports->aggregator || ports->count == NEIGHBOR_BPF_PORTS)
		return;
	ports->usable[ports->count++] = link->ifi_index;
}

static void read_link(struct bond_ports *ports, const struct nlmsghdr *n,
		      bool want_ports)
{
	const struct ifinfomsg *link = NLMSG_DATA(n);
	const struct rtattr *first = IFLA_RTA(link), *info, *master;

	info = find(first, IFLA_PAYLOAD(n), IFLA_LINKINFO);
	master = find(first, IFLA_PAYLOAD(n), IFLA_MASTER);
	if (!want_ports && link->ifi_index == ports->bond)
		read_bond(ports, info);
	else if (want_ports && master &&
		 *(int *)RTA_DATA(master) == ports->bond)
		read_port(ports, link, info);
}

static int dump_links(int fd, struct bond_ports *ports, bool want_ports)
{
	static _Alignas(struct nlmsghdr) char answer[DUMP_BUFFER];
	struct {
		struct nlmsghdr n;
		struct ifinfomsg i;
	} request = {
		.n.nlmsg_len = sizeof(request),
		.n.nlmsg_type = RTM_GETLINK,
		.n.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};

	if (send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	for (;;) {
		ssize_t len = recv(fd, answer, sizeof(answer), 0);
		const struct nlmsghdr *n = (void *)answer;

		if (len < 0)
			return -errno;
		for (; NLMSG_OK(n, (size_t)len); n = NLMSG_NEXT(n, len)) {
			if (n->nlmsg_type == NLMSG_DONE)
				return 0;
			if (n->nlmsg_type == NLMSG_ERROR)
				return -EIO;
			read_link(ports, n, want_ports);
		}
	}
}

static bool is_usable(const struct bond_ports *ports, __u32 ifindex)
{
	size_t i;

	for (i = 0; i < ports->count && ports->usable[i] != ifindex; i++)
		;
	return i < ports->count;
}

static void clear_copies(const struct bond_ports *ports, __u32 slot)
{
	int cpus = libbpf_num_possible_cpus();
	struct neighbor_bpf_copies *zero = calloc(cpus, sizeof(*zero));

	if (zero)
		bpf_map_update_elem(ports->copies, &slot, zero, BPF_ANY);
	free(zero);
}

/* A port that stays keeps its slot: see neighbor.bpf.c. */
static void write_map(const struct bond_ports *ports)
{
	__u32 slots[NEIGHBOR_BPF_PORTS] = { 0 }, slot, none = 0;
	size_t i;

	for (slot = 0; slot < NEIGHBOR_BPF_PORTS; slot++) {
		bpf_map_lookup_elem(ports->map, &slot, &slots[slot]);
		if (slots[slot] && !is_usable(ports, slots[slot])) {
			bpf_map_update_elem(ports->map, &slot, &none, BPF_ANY);
			slots[slot] = 0;
		}
	}
	for (i = 0; i < ports->count; i++) {
		__u32 free_slot = NEIGHBOR_BPF_PORTS;

		for (slot = NEIGHBOR_BPF_PORTS; slot-- > 0;) {
			if (slots[slot] == ports->usable[i])
				break;
			if (!slots[slot])
				free_slot = slot;
		}
		if (slot != (__u32)-1 || free_slot == NEIGHBOR_BPF_PORTS)
			continue;
		slots[free_slot] = ports->usable[i];
		clear_copies(ports, free_slot);
		bpf_map_update_elem(ports->map, &free_slot, &slots[free_slot],
				    BPF_ANY);
	}
}

static int look(int fd, struct bond_ports *ports)
{
	int ret;

	ports->count = 0;
	ports->found = false;
	ret = dump_links(fd, ports, false);
	if (!ret)
		ret = ports->found ? dump_links(fd, ports, true) : -ENODEV;
	if (!ret)
		write_map(ports);
	return ret;
}

static struct bpf_tc_hook hook_of(int ifindex)
{
	return (struct bpf_tc_hook){
		.sz = sizeof(struct bpf_tc_hook),
		.ifindex = ifindex,
		.attach_point = BPF_TC_EGRESS,
	};
}

/* The program's id, 0 = none, -errno */
static int attached(int ifindex)
{
	struct bpf_tc_hook hook = hook_of(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE, .priority = PRIORITY);
	int ret = bpf_tc_query(&hook, &opts);

	if (ret == -ENOENT || ret == -EINVAL)
		return 0;	/* no filter, or no clsact */
	return ret ? ret : (int)opts.prog_id;
}

/* Until another program, or none, is in its place. */
static void keep(int fd, struct bond_ports *ports, int prog_id)
{
	struct timespec period = { .tv_nsec = PERIOD_NSEC };

	while (attached(ports->bond) == prog_id && !look(fd, ports))
		nanosleep(&period, NULL);
}

static struct bpf_object *load(void)
{
	char path[PATH_MAX];
	struct bpf_object *object;
	ssize_t len;
	char *slash;

	len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (len < 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash + 1, path + sizeof(path) - slash - 1, NEIGHBOR_OBJECT);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		return NULL;
	bpf_program__set_type(bpf_object__find_program_by_name(object,
							       "neighbor_egress"),
			      BPF_PROG_TYPE_SCHED_CLS);
	if (bpf_object__load(object)) {
		bpf_object__close(object);
		return NULL;
	}
	return object;
}

static int attach(int ifindex, struct bpf_object *object)
{
	struct bpf_tc_hook hook = hook_of(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE, .priority = PRIORITY);
	int ret;

	ret = bpf_tc_hook_create(&hook);
	if (ret && ret != -EEXIST)
		return ret;
	opts.prog_fd = bpf_program__fd(
		bpf_object__find_program_by_name(object, "neighbor_egress"));
	return bpf_tc_attach(&hook, &opts);
}

static int switch_on(int ifindex)
{
	struct bond_ports ports = { .bond = ifindex };
	struct bpf_object *object;
	int fd, ret, prog_id;

	ret = attached(ifindex);
	if (ret)
		return ret < 0 ? ret : 0;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	object = load();
	if (fd < 0 || !object)
		return errno ? -errno : -EIO;
	ports.map = bpf_object__find_map_fd_by_name(object, "neighbor_ports");
	ports.copies = bpf_object__find_map_fd_by_name(object,
						       "neighbor_copies");
	ret = look(fd, &ports);
	if (!ret)
		ret = attach(ifindex, object);
	prog_id = ret ? ret : attached(ifindex);
	if (prog_id < 0 || daemon(0, 0))
		return prog_id < 0 ? prog_id : -errno;
	keep(fd, &ports, prog_id);
	return 0;
}

static int switch_off(int ifindex)
{
	struct bpf_tc_hook hook = hook_of(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE, .priority = PRIORITY);

	return attached(ifindex) ? bpf_tc_detach(&hook, &opts) : 0;
}

static int set(int ifindex, const char *value)
{
	if (!strcmp(value, "1"))
		return switch_on(ifindex);
	return strcmp(value, "0") ? -EINVAL : switch_off(ifindex);
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	/* "Exclusivity flag on" is how libbpf says that there is a clsact. */
	return level == LIBBPF_WARN && getenv("BOND_OPT_VERBOSE") ?
	       vfprintf(stderr, format, args) : 0;
}

int main(int argc, char **argv)
{
	int ifindex, ret;

	libbpf_set_print(quiet);
	ifindex = argc < 3 ? 0 : if_nametoindex(argv[2]);
	if (!ifindex) {
		fputs("usage: bond_opt get DEV | set DEV 0|1\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "get") && argc == 3) {
		ret = attached(ifindex);
		if (ret >= 0)
			printf("%d\n", ret > 0);
	} else if (!strcmp(argv[1], "set") && argc == 4) {
		ret = set(ifindex, argv[3]);
	} else {
		ret = -EOPNOTSUPP;
	}
	if (ret < 0)
		puts(ret == -EINVAL ? "EINVAL" : strerror(-ret));
	return ret < 0 ? 1 : 0;
}
