// SPDX-License-Identifier: GPL-2.0
/*
 * The entries, as sd_journal_sendv() gets them from this test's own, and their
 * catalog.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "bond.h"
#include "journal.h"
#include "report.h"
#include "throttle.h"
#include "util.h"

static char sent[4096];			/* a line per field, then an empty one */
static unsigned int entries;

int sd_journal_sendv(const struct iovec *iov, int n)
{
	size_t used = 0;

	for (int i = 0; i < n; i++)
		used += snprintf(sent + used, sizeof(sent) - used, "%.*s\n",
				 (int)iov[i].iov_len,
				 (const char *)iov[i].iov_base);
	entries++;
	return 0;
}

static const struct problem no_carrier = {
	.code = FAULT_PORT_DOWN, .severity = SEVERITY_DEGRADED, .ifindex = 3,
	.object = "eth1", .text = "eth1 has no carrier",
	.since = { .mono_usec = 5 * USEC_PER_SEC, .real_usec = 86400000000 },
};

struct fixture {
	sd_event *event;
	struct report *report;
	struct bond bond;
};

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.bond.ifindex = 10;
	strcpy(f.bond.name, "bond0");
	f.bond.up = true;
	setenv("JOURNAL_STREAM", "8:1", 1);
	entries = 0;
	*state = &f;
	return sd_event_new(&f.event) < 0 || report_new(&f.report, f.event) < 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	report_free(f->report);
	sd_event_unref(f->event);
	unsetenv("JOURNAL_STREAM");
	return 0;
}

static void say(struct fixture *f, const struct problem *problem, bool raised)
{
	report_problem(f->report, &f->bond, problem, raised,
		       (struct moment){ .mono_usec = 17 * USEC_PER_SEC });
}

static void test_port(void **state)
{
	char expected[512];

	say(*state, &no_carrier, true);
	snprintf(expected, sizeof(expected),
		 "MESSAGE=bond0: eth1 has no carrier [port-down, degraded]\n"
		 "MESSAGE_ID=%s\nPRIORITY=4\nCODE=port-down\nSEVERITY=degraded\n"
		 "SINCE_USEC=86400000000\nBOND=bond0\nPORT=eth1\n",
		 journal_id("port-down"));
	assert_string_equal(sent, expected);
	say(*state, &no_carrier, false);
	assert_string_equal(sent,
		"MESSAGE=bond0: port-down of eth1 is over after 12 s\n"
		"MESSAGE_ID=" JOURNAL_ID_CLEARED "\nPRIORITY=5\n"
		"CODE=port-down\nSEVERITY=ok\nSINCE_USEC=86400000000\n"
		"BOND=bond0\nPORT=eth1\n");
	assert_int_equal(entries, 2);
}

/* "is over" is said of what is over. */
static void test_not_over(void **state)
{
	struct fixture *f = *state;

	f->bond.problems.count = 1;
	f->bond.problems.list[0] = no_carrier;
	f->bond.problems.list[0].code = FAULT_PORT_FLAPPING;
	say(f, &no_carrier, false);
	assert_non_null(strstr(sent, "MESSAGE=bond0: port-down of eth1 has become port-flapping after 12 s\n"));
	f->bond.problems.list[0].ifindex = 4;
	say(f, &no_carrier, false);
	assert_non_null(strstr(sent, "is over after 12 s\n"));
	f->bond.problems.count = 0;
	f->bond.up = false;
	say(f, &no_carrier, false);
	assert_non_null(strstr(sent, "MESSAGE=bond0: port-down of eth1 is not judged any more: bond0 is switched off\n"));
}

/* The bond itself has no PORT=; nothing of a name reaches a terminal raw. */
static void test_bond(void **state)
{
	struct fixture *f = *state;
	struct problem problem = {
		.code = FAULT_BOND_DOWN, .severity = SEVERITY_CRITICAL,
		.ifindex = 10, .object = "up\033\377",
		.text = "no port of up\033\377 has carrier",
	};

	strcpy(f->bond.name, "up\033\377");
	say(f, &problem, true);
	assert_non_null(strstr(sent, "MESSAGE=up\\x1b\\xff: no port of up\\x1b\\xff has carrier [bond-down, critical]\n"));
	assert_non_null(strstr(sent, "\nPRIORITY=3\n"));
	assert_non_null(strstr(sent, "\nBOND=up\\x1b\\xff\n"));
	assert_null(strstr(sent, "PORT="));
}

/* What flaps is summed up; who stops says the last word first. */
static void test_flapping(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < 99; i++)
		say(f, &no_carrier, i % 2 == 0);
	assert_int_equal(entries, THROTTLE_BURST);
	f->report = report_free(f->report);
	assert_int_equal(entries, THROTTLE_BURST + 1);
	assert_non_null(strstr(sent, "MESSAGE=bond0: eth1 has no carrier [port-down, degraded] (88 changes before left out)\n"));
}

static char catalog[65536];

static int read_catalog(void **state)
{
	FILE *file = fopen("dualhome.catalog", "r");

	*state = NULL;
	if (!file)
		return -1;
	catalog[fread(catalog, 1, sizeof(catalog) - 1, file)] = '\0';
	fclose(file);
	return 0;
}

/* The entry of @id, up to the next one. */
static void assert_entry(const char *code, const char *id)
{
	char head[128], *entry, *body;

	snprintf(head, sizeof(head), "\n# %s\n-- %s\nSubject: ", code, id);
	entry = strstr(catalog, head);
	if (!entry)
		fail_msg("no catalog entry for %s with its id %s", code, id);
	body = strstr(entry, "\n\n");
	assert_non_null(body);
	assert_non_null(memmem(entry, body - entry,
			       "\nDefined-By: dualhome\n", 22));
	assert_non_null(memmem(entry, body - entry,
			       "\nDocumentation: man:dualhomed(8)", 32));
	/* cause, an empty line, remedy */
	body = strstr(body + 2, "\n\n");
	if (!body || body[2] == '#')
		fail_msg("no remedy for %s", code);
}

/* Each code has an id of its own and an entry with cause and remedy. */
static void test_catalog(void **state)
{
	const char *ids[_FAULT_CODE_MAX];
	unsigned int found = 0;

	(void)state;
	for (int code = 0; code < _FAULT_CODE_MAX; code++) {
		const char *word = fault_code_to_string(code);

		ids[code] = journal_id(word);
		if (!ids[code])
			fail_msg("no message id for %s", word);
		assert_int_equal(strlen(ids[code]), 32);
		assert_int_equal(strspn(ids[code], "0123456789abcdef"), 32);
		assert_string_not_equal(ids[code], JOURNAL_ID_CLEARED);
		for (int other = 0; other < code; other++)
			assert_string_not_equal(ids[code], ids[other]);
		assert_entry(word, ids[code]);
	}
	assert_non_null(strstr(catalog, "\n-- " JOURNAL_ID_CLEARED "\n"));
	for (const char *at = catalog; (at = strstr(at, "\n-- ")); at++)
		found++;
	assert_in_range(found, _FAULT_CODE_MAX + 1, 100);
	assert_null(journal_id("no-such-code"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_port),
		TEST(test_not_over),
		TEST(test_bond),
		TEST(test_flapping),
		cmocka_unit_test_setup(test_catalog, read_catalog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
