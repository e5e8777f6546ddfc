// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "since.h"
#include "util.h"

/*
 * What has not shown again by then was over: LACP is judged some seconds after
 * the start and churns for a minute at most; keepalives take three intervals to
 * miss an answer.
 */
#define RECALL_USEC (90 * USEC_PER_SEC)
#define RECALL_PATH_USEC (300 * USEC_PER_SEC)
#define FILE_MAX (SINCE_MAX * 96)

static uint64_t recall_usec(enum fault_code code)
{
	switch (code) {
	case FAULT_LEAF_ISOLATED:
	case FAULT_MTU_MISMATCH:
	case FAULT_UNICAST_FLOOD:
	case FAULT_GATEWAY_UNREACHABLE:
	case FAULT_PEER_UNREACHABLE:
		return RECALL_PATH_USEC;
	default:
		return RECALL_USEC;
	}
}

static void parse_line(struct since *since, const char *line, uint64_t now)
{
	struct waiting entry;
	char code[32];
	int used = 0;

	if (sscanf(line, "%31s %d %" SCNu64 " %" SCNu64 "%n", code,
		   &entry.ifindex, &entry.since.mono_usec,
		   &entry.since.real_usec, &used) != 4 || line[used] ||
	    since->count == SINCE_MAX || entry.since.mono_usec > now)
		return;
	entry.code = fault_code_from_string(code);
	if ((int)entry.code >= 0)
		since->list[since->count++] = entry;
}

void since_load(struct since *since, int fd, uint64_t now)
{
	char *text = calloc(1, FILE_MAX + 1), *line, *rest = text;

	since->count = 0;
	since->loaded_usec = now;
	if (text && pread(fd, text, FILE_MAX, 0) > 0)
		while ((line = strsep(&rest, "\n")))
			parse_line(since, line, now);
	free(text);
}

static void print_line(FILE *out, enum fault_code code, int ifindex,
		       const struct moment *since)
{
	fprintf(out, "%s %d %" PRIu64 " %" PRIu64 "\n",
		fault_code_to_string(code), ifindex, since->mono_usec,
		since->real_usec);
}

static void print_bond(FILE *out, const struct bond *bond)
{
	const struct problem *problem;

	for (size_t i = 0; i < bond->problems.count; i++) {
		problem = &bond->problems.list[i];
		print_line(out, problem->code, problem->ifindex,
			   &problem->since);
	}
}

int since_save(int fd, const struct bonds *bonds, const struct since *since)
{
	const struct bond *bond;
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	int r = 0;

	out = open_memstream(&text, &size);
	if (!out)
		return -errno;
	TAILQ_FOREACH(bond, &bonds->list, entry)
		print_bond(out, bond);
	for (size_t i = 0; i < since->count; i++)
		print_line(out, since->list[i].code, since->list[i].ifindex,
			   &since->list[i].since);
	if (fclose(out) != 0 || ftruncate(fd, 0) < 0 ||
	    pwrite(fd, text, size, 0) != (ssize_t)size)
		r = -(errno ? errno : EIO);
	free(text);
	return r;
}

static bool is_about(const struct waiting *entry, const struct bond *bond)
{
	const struct port *port;

	if (entry->ifindex == bond->ifindex)
		return true;
	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port->ifindex == entry->ifindex)
			return true;
	return false;
}

static void drop_old(struct since *since, uint64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < since->count; i++)
		if (now < since->loaded_usec + recall_usec(since->list[i].code))
			since->list[kept++] = since->list[i];
	since->count = kept;
}

void since_recall(struct since *since, const struct bond *bond,
		  struct problems *before, uint64_t now)
{
	const struct waiting *entry;

	drop_old(since, now);
	for (size_t i = 0; i < since->count; i++) {
		entry = &since->list[i];
		if (is_about(entry, bond) &&
		    !problems_find(before, entry->code, entry->ifindex))
			problems_wait(before, entry->code, entry->ifindex,
				      entry->since);
	}
}

bool since_has(const struct since *since, enum fault_code code, int ifindex)
{
	for (size_t i = 0; i < since->count; i++)
		if (since->list[i].code == code &&
		    since->list[i].ifindex == ifindex)
			return true;
	return false;
}

void since_forget(struct since *since, const struct bond *bond)
{
	size_t kept = 0;

	for (size_t i = 0; i < since->count; i++)
		if (!problems_find(&bond->problems, since->list[i].code,
				   since->list[i].ifindex))
			since->list[kept++] = since->list[i];
	since->count = kept;
}
