// SPDX-License-Identifier: GPL-2.0
/*
 * The wire contract on a kernel that nobody may touch: a direct-action
 * classifier for the bond's clsact egress. It sends a copy of ARP and of
 * IPv6 RS, NS and NA, behind up to two tags, to every usable port and consumes
 * the original; all else it leaves to the filters behind it and to the bond.
 *
 * Neither BTF nor a bounded loop is needed, and no helper that Linux 4.18
 * lacks. The ports are kept by user space, each in one slot for as long as it
 * is usable: there is no moment at which a port is in no slot or in two.
 *
 * Two limits: what is consumed here does not come to packet sockets on the bond
 * (those on the ports see each copy), and a sender with PACKET_QDISC_BYPASS goes
 * around it, so that its frames are hashed.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/icmpv6.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "neighbor-bpf.h"

#define ND_ROUTER_SOLICIT	133
#define ND_NEIGHBOR_SOLICIT	135
#define ND_NEIGHBOR_ADVERT	136

struct vlan_header {
	__be16 tci;
	__be16 proto;
};

/* ifindex of a usable port, 0 = free */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NEIGHBOR_BPF_PORTS);
	__type(key, __u32);
	__type(value, __u32);
} neighbor_ports SEC(".maps");

/* of a slot; user space clears it when another port gets the slot */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NEIGHBOR_BPF_PORTS);
	__type(key, __u32);
	__type(value, struct neighbor_bpf_copies);
} neighbor_copies SEC(".maps");

/* frames by enum neighbor_bpf_kind */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NEIGHBOR_BPF_KINDS);
	__type(key, __u32);
	__type(value, __u64);
} neighbor_kinds SEC(".maps");

static __always_inline bool is_tag(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

/*
 * What is behind the tags, and where it begins; 0 if the frame ends before.
 * A tag that is yet to be inserted counts as one of the two.
 */
static __always_inline __be16 inner_proto(struct __sk_buff *skb, __u32 *offset)
{
	struct vlan_header tag;
	__be16 proto;

	if (bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_proto), &proto,
			       sizeof(proto)) < 0)
		return 0;
	*offset = ETH_HLEN;
	if (!is_tag(proto))
		return proto;
	if (bpf_skb_load_bytes(skb, *offset, &tag, sizeof(tag)) < 0)
		return 0;
	*offset += sizeof(tag);
	if (!is_tag(tag.proto) || skb->vlan_present)
		return tag.proto;
	if (bpf_skb_load_bytes(skb, *offset, &tag, sizeof(tag)) < 0)
		return 0;
	*offset += sizeof(tag);
	return tag.proto;
}

static __always_inline int classify(struct __sk_buff *skb)
{
	struct {
		struct ipv6hdr ip6;
		struct icmp6hdr icmp6;
	} headers;
	__u32 offset = 0;
	__be16 proto;

	proto = inner_proto(skb, &offset);
	if (proto == bpf_htons(ETH_P_ARP))
		return NEIGHBOR_BPF_ARP;
	if (proto != bpf_htons(ETH_P_IPV6) ||
	    bpf_skb_load_bytes(skb, offset, &headers, sizeof(headers)) < 0 ||
	    headers.ip6.nexthdr != IPPROTO_ICMPV6)
		return -1;
	switch (headers.icmp6.icmp6_type) {
	case ND_ROUTER_SOLICIT:
		return NEIGHBOR_BPF_RS;
	case ND_NEIGHBOR_SOLICIT:
		return NEIGHBOR_BPF_NS;
	case ND_NEIGHBOR_ADVERT:
		return NEIGHBOR_BPF_NA;
	}
	return -1;
}

/* 1 if the port of the slot took a copy */
static __always_inline int send_copy(struct __sk_buff *skb, __u32 slot)
{
	struct neighbor_bpf_copies *copies;
	__u32 *ifindex;
	int r;

	ifindex = bpf_map_lookup_elem(&neighbor_ports, &slot);
	if (!ifindex || !*ifindex)
		return 0;
	r = bpf_clone_redirect(skb, *ifindex, 0);
	copies = bpf_map_lookup_elem(&neighbor_copies, &slot);
	if (copies) {
		if (r)
			copies->failed++;
		else
			copies->sent++;
	}
	return !r;
}

SEC("tc")
int neighbor_egress(struct __sk_buff *skb)
{
	int kind = classify(skb), sent = 0;
	__u64 *frames;
	__u32 key;

	if (kind < 0)
		return TC_ACT_UNSPEC;
#pragma unroll
	for (key = 0; key < NEIGHBOR_BPF_PORTS; key++)
		sent += send_copy(skb, key);
	/* No port took it: the bond may know of one that we do not. */
	if (!sent)
		return TC_ACT_UNSPEC;
	key = kind;
	frames = bpf_map_lookup_elem(&neighbor_kinds, &key);
	if (frames)
		(*frames)++;
	/* Unlike TC_ACT_SHOT, this is success to the sender. */
	return TC_ACT_STOLEN;
}

char neighbor_license[] SEC("license") = "GPL";
