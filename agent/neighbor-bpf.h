/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_NEIGHBOR_BPF_H
#define DUALHOME_NEIGHBOR_BPF_H

/* What neighbor.bpf.c and the keeper of its maps share. */

#include <linux/types.h>

/* Slots: usable ports of one bond. LACP partners aggregate 8 or 16. */
#define NEIGHBOR_BPF_PORTS 16

enum neighbor_bpf_kind {
	NEIGHBOR_BPF_ARP,
	NEIGHBOR_BPF_RS,
	NEIGHBOR_BPF_NS,
	NEIGHBOR_BPF_NA,
	NEIGHBOR_BPF_KINDS,
};

struct neighbor_bpf_copies {
	__u64 sent;
	__u64 failed;
};

#endif
