// SPDX-License-Identifier: GPL-2.0
/*
 * One sentence for a fault, wherever it is read: the property and the signal of
 * D-Bus, dualhomectl, the journal and the status line of the service.
 */
#include "test-ctl.h"

#include <stdarg.h>
#include <sys/uio.h>

#include "log.h"
#include "report.h"

static struct {
	char journal[512];		/* MESSAGE= of the last entry */
	char status[1024];
} said;

/* The seam: what would leave the process. */
int sd_journal_sendv(const struct iovec *fields, int count)
{
	static const char key[] = "MESSAGE=";

	for (int i = 0; i < count; i++)
		if (fields[i].iov_len > strlen(key) &&
		    memcmp(fields[i].iov_base, key, strlen(key)) == 0)
			snprintf(said.journal, sizeof(said.journal), "%.*s",
				 (int)(fields[i].iov_len - strlen(key)),
				 (char *)fields[i].iov_base + strlen(key));
	return 0;
}

int sd_notifyf(int unset, const char *format, ...)
{
	va_list args;

	(void)unset;
	va_start(args, format);
	vsnprintf(said.status, sizeof(said.status), format, args);
	va_end(args);
	return 0;
}

static void assert_has(const char *where, const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("%s: no '%s' in '%s'", where, wanted, text);
}

/* Run the daemon until the file of the monitor has @text. */
static void wait_for(struct daemon *d, const char *name, const char *text)
{
	uint64_t end = now_usec(CLOCK_MONOTONIC) + TIMEOUT_USEC;
	char path[100], seen[65536];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", d->folder, name);
	do {
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
		in = fopen(path, "r");
		if (!in)
			continue;
		seen[fread(seen, 1, sizeof(seen) - 1, in)] = '\0';
		fclose(in);
		if (strstr(seen, text))
			return;
	} while (now_usec(CLOCK_MONOTONIC) < end);
	fail_msg("no '%s' in time", text);
}

/* The problem of @code as health.c would word it: evidence; meaning. */
static struct problem problem_of(int code)
{
	struct problem problem = port_down();

	problem.code = code;
	problem.severity = code % _SEVERITY_MAX;
	problem.ifindex = code % 2 ? 3 : 10;
	strcpy(problem.object, code % 2 ? "eth1" : "bond0");
	snprintf(problem.text, sizeof(problem.text),
		 "eth1 shows evidence %d\033; it means \"%s\"", code,
		 fault_code_to_string(code));
	return problem;
}

static void cause(struct daemon *d, struct report *report, int code)
{
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct moment now = { .mono_usec = now_usec(CLOCK_MONOTONIC) };

	bond->problems.list[0] = problem_of(code);
	bond->problems.count = 1;
	bus_bond_changed(d->agent.bus, bond);
	bus_event(d->agent.bus, bond, &bond->problems.list[0], true);
	report_problem(report, bond, &bond->problems.list[0], true, now);
	report_status(report, &d->agent.bonds);
}

/* The monitor has "out" and "error" of the folder: this needs its own. */
static void run_beside(struct daemon *d, const char *line, struct result *result)
{
	struct daemon beside = *d;

	snprintf(beside.folder, sizeof(beside.folder), "%.40s/beside", d->folder);
	assert_int_equal(mkdir(beside.folder, 0755), 0);
	finish(&beside, start(&beside, line), result);
	assert_int_equal(rmdir(beside.folder), 0);
}

static void assert_same(struct daemon *d, int code)
{
	const char *name = fault_code_to_string(code);
	struct result result;
	char text[256], since[256], journal[300], line[300];

	snprintf(text, sizeof(text), "eth1 shows evidence %d\\x1b; it means \"%s\"",
		 code, name);
	snprintf(since, sizeof(since), "eth1 shows evidence %d\\x1b since 00:00:00; it means \"%s\"",
		 code, name);
	snprintf(journal, sizeof(journal), "bond0: %s [%s, %s]", text, name,
		 severity_to_string(code % _SEVERITY_MAX));
	assert_string_equal(said.journal, journal);
	assert_has("STATUS", said.status, since);

	snprintf(line, sizeof(line), " %s: %s\n", name, text);
	wait_for(d, "out", line);	/* monitor: the signal Event */

	run_beside(d, "status", &result);
	assert_has("status", result.out, since);
	snprintf(line, sizeof(line), " %s since 1970-01-02 00:00:00: %s\n", name,
		 text);
	assert_has("Problems", result.out, line);
	/* the first line is that of STATUS=, all of it */
	result.out[strcspn(result.out, "\n")] = '\0';
	assert_string_equal(result.out, said.status + strlen("STATUS="));
}

static void test_same(void **state)
{
	struct daemon *d = *state;
	struct report *report;
	struct result result;
	pid_t monitor;

	setenv("JOURNAL_STREAM", "1:1", 1);
	assert_int_equal(report_new(&report, d->agent.event), 0);
	monitor = start(d, "monitor");
	wait_for(d, "error", "Watching");
	for (int code = 0; code < _FAULT_CODE_MAX; code++) {
		cause(d, report, code);
		assert_same(d, code);
	}
	kill(monitor, SIGINT);
	finish(d, monitor, &result);
	unsetenv("JOURNAL_STREAM");
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
