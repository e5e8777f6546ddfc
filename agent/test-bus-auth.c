// SPDX-License-Identifier: GPL-2.0
/*
 * Who may change something. The caller is a child that is nobody, polkit is a
 * name on the test's own connection: it answers what the test says, or later.
 */
#include "test-client.h"

#include <sys/wait.h>

#include "log.h"

enum verdict { YES, NO, CHALLENGE, LATER };

struct polkit {
	enum verdict verdict;
	unsigned int asked;
	uint32_t flags;
	char action[64];
	sd_bus_message *waiting;	/* the question that is answered later */
};

static struct polkit polkit;

static void answer(sd_bus_message *question, enum verdict verdict)
{
	assert_true(sd_bus_reply_method_return(question, "(bba{ss})",
					       verdict == YES,
					       verdict == CHALLENGE, 0) >= 0);
}

static int on_question(sd_bus_message *message, void *userdata,
		       sd_bus_error *error)
{
	const char *kind, *key, *sender, *action, *cancel;

	(void)userdata, (void)error;
	assert_true(sd_bus_message_read(message, "(sa{sv})sa{ss}us", &kind, 1,
					&key, "s", &sender, &action, 0,
					&polkit.flags, &cancel) >= 0);
	assert_string_equal(kind, "system-bus-name");
	assert_string_equal(key, "name");
	assert_int_equal(sender[0], ':');
	snprintf(polkit.action, sizeof(polkit.action), "%s", action);
	polkit.asked++;
	sd_bus_message_unref(polkit.waiting);
	polkit.waiting = NULL;
	if (polkit.verdict == LATER)
		polkit.waiting = sd_bus_message_ref(message);
	else
		answer(message, polkit.verdict);
	return 1;
}

static const sd_bus_vtable polkit_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})",
		      on_question, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void start_polkit(struct daemon *d, enum verdict verdict)
{
	polkit.verdict = verdict;
	assert_true(sd_bus_add_object_vtable(d->client, NULL,
			"/org/freedesktop/PolicyKit1/Authority",
			POLKIT ".Authority", polkit_vtable, NULL) >= 0);
	assert_true(sd_bus_request_name(d->client, POLKIT, 0) >= 0);
}

static int setup_auth(void **state)
{
	memset(&polkit, 0, sizeof(polkit));
	return setup(state);
}

static int teardown_auth(void **state)
{
	polkit.waiting = sd_bus_message_unref(polkit.waiting);
	return teardown(state);
}

struct question {
	const char *path, *interface, *member, *types;
	bool dialog;
	int times;			/* without waiting for the others */
};

static const struct question set_neighbor = {
	BUS_BONDS "/bond0", BUS_BOND, "SetNeighborBroadcast", "b", false, 1,
};

static int on_child_reply(sd_bus_message *reply, void *userdata,
			  sd_bus_error *error)
{
	const sd_bus_error *problem = sd_bus_message_get_error(reply);

	(void)error;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("%s\n", problem ? problem->message : "done");
	--*(int *)userdata;
	return 1;
}

/* In the child: ask, and write down what is answered. */
static int ask_as_nobody(const struct question *question)
{
	sd_bus_message *message;
	int left = question->times, r;
	sd_bus *bus;

	if (setresgid(65534, 65534, 65534) < 0 ||
	    setresuid(65534, 65534, 65534) < 0 || sd_bus_open_system(&bus) < 0)
		return 2;
	for (int i = 0; i < question->times; i++) {
		r = sd_bus_message_new_method_call(bus, &message, BUS_NAME,
						   question->path,
						   question->interface,
						   question->member);
		if (r >= 0 && question->types)
			r = sd_bus_message_append(message, question->types, 1);
		if (r >= 0)
			r = sd_bus_message_set_allow_interactive_authorization(
				message, question->dialog);
		if (r >= 0)
			r = sd_bus_call_async(bus, NULL, message, on_child_reply,
					      &left, TIMEOUT_USEC);
		if (r < 0)
			return 3;
	}
	while (left > 0) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, TIMEOUT_USEC);
		if (r < 0)
			return 4;
	}
	return fflush(stdout) ? 5 : 0;
}

static pid_t start_child(struct daemon *d, const struct question *question)
{
	char path[80];
	pid_t child;

	snprintf(path, sizeof(path), "%s/answers", d->folder);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (!freopen(path, "w", stdout))
			_exit(1);
		_exit(ask_as_nobody(question));
	}
	return child;
}

static void assert_answered(struct daemon *d, const char *expected)
{
	char path[80], text[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/answers", d->folder);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	unlink(path);
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_non_null(strstr(text, "destination=\"org.dualhome1\""));
}

static void assert_answers(struct daemon *d, pid_t child, const char *expected)
{
	int status = 0;

	while (waitpid(child, &status, WNOHANG) == 0)
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
	assert_answered(d, expected);
	assert_int_equal(status, 0);
}

/* What the child was told is of no interest. */
static void forget_answers(struct daemon *d)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/answers", d->folder);
	unlink(path);
}

static void wait_asked(struct daemon *d)
{
	while (!polkit.waiting)
		step(d);
}

#define REFUSED(member, why)						\
	member " is for root and those to whom polkit grants "		\
	"org.dualhome1.manage; " why "\n"

static void test_no_polkit(void **state)
{
	static const struct question rows[] = {
		{ BUS_ROOT, BUS_MANAGER, "Reload", NULL, false, 1 },
		{ BUS_BONDS "/bond0", BUS_BOND, "SetNeighborBroadcast", "b",
		  false, 1 },
		{ BUS_ROOT, BUS_MANAGER, "Describe", NULL, false, 1 },
		{ "/org/freedesktop/LogControl1",
		  "org.freedesktop.DBus.Properties", "Set", NULL, false, 1 },
	};
	static const char *const expected[] = {
		REFUSED("Reload", "there is no polkit on this bus"),
		REFUSED("SetNeighborBroadcast", "there is no polkit on this bus"),
		"done\n",		/* everybody may read */
		NULL,			/* the bus's own words */
	};
	struct daemon *d = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_answers(d, start_child(d, &rows[i]), expected[i]);
	assert_false(d->reloaded);
	assert_int_equal(d->set_to, -1);
}

static void test_verdicts(void **state)
{
	static const struct {
		enum verdict verdict;
		bool dialog;
		const char *expected;
		int set_to;
	} rows[] = {
		{ NO, false, REFUSED("SetNeighborBroadcast",
				     "it does not to you"), -1 },
		{ CHALLENGE, false, REFUSED("SetNeighborBroadcast",
			"a polkit agent has to ask for a password"), -1 },
		{ YES, true, "done\n", 1 },
		{ YES, false, "done\n", 1 },
	};
	struct question question = set_neighbor;
	struct daemon *d = *state;

	start_polkit(d, NO);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		d->set_to = -1;
		polkit.verdict = rows[i].verdict;
		question.dialog = rows[i].dialog;
		assert_answers(d, start_child(d, &question), rows[i].expected);
		assert_int_equal(d->set_to, rows[i].set_to);
		assert_int_equal(polkit.flags, rows[i].dialog);
		assert_int_equal(polkit.asked, i + 1);
		assert_string_equal(polkit.action, "org.dualhome1.manage");
	}
}

/* Root needs nobody's word: polkit may hang. */
static void test_root(void **state)
{
	struct daemon *d = *state;

	start_polkit(d, LATER);
	sd_bus_message_unref(call(d, BUS_ROOT, BUS_MANAGER, "Reload"));
	assert_true(d->reloaded);
	assert_int_equal(polkit.asked, 0);
}

/* While polkit thinks, everything else goes on. */
static void test_late(void **state)
{
	struct daemon *d = *state;
	pid_t child;

	start_polkit(d, LATER);
	child = start_child(d, &set_neighbor);
	wait_asked(d);
	free(call_string(d, BUS_ROOT, BUS_MANAGER, "Describe"));
	sd_bus_message_unref(call(d, BUS_ROOT, BUS_MANAGER, "Reload"));
	assert_int_equal(d->set_to, -1);
	answer(polkit.waiting, YES);
	assert_answers(d, child, "done\n");
	assert_int_equal(d->set_to, 1);
}

static void test_bond_has_gone(void **state)
{
	struct daemon *d = *state;
	pid_t child;

	start_polkit(d, LATER);
	child = start_child(d, &set_neighbor);
	wait_asked(d);
	assert_int_equal(bonds_link_removed(&d->agent.bonds, 10), 1);
	answer(polkit.waiting, YES);
	assert_answers(d, child, "bond 'bond0' has gone\n");
	assert_int_equal(d->set_to, -1);
}

/* Nothing is done for one who did not wait for it. */
static void test_caller_has_gone(void **state)
{
	struct daemon *d = *state;
	pid_t child;

	start_polkit(d, LATER);
	child = start_child(d, &set_neighbor);
	wait_asked(d);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	settle(d);		/* the bus has said so before it answers */
	answer(polkit.waiting, YES);
	settle(d);
	assert_int_equal(d->set_to, -1);
	forget_answers(d);
}

/* Four may wait; the fifth is told so at once. */
static void test_too_many(void **state)
{
	static const char refused[] =
		"too many requests wait for an authorization\n";
	struct question question = set_neighbor;
	struct daemon *d = *state;
	char path[80];
	struct stat st;
	pid_t child;

	question.times = 5;
	start_polkit(d, LATER);
	child = start_child(d, &question);
	snprintf(path, sizeof(path), "%s/answers", d->folder);
	while (polkit.asked < 4 || stat(path, &st) < 0 || !st.st_size)
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_answered(d, refused);
	assert_int_equal(polkit.asked, 4);
	assert_int_equal(d->set_to, -1);
}

/* The bus goes while a question is open; ASan watches. */
static void test_bus_has_gone(void **state)
{
	struct daemon *d = *state;
	pid_t child;

	start_polkit(d, LATER);
	child = start_child(d, &set_neighbor);
	wait_asked(d);
	polkit.waiting = sd_bus_message_unref(polkit.waiting);
	d->client = sd_bus_close_unref(d->client);
	stop_dbus(d);
	waitpid(child, NULL, 0);
	start_dbus(d);
	connect_client(d);
	wait_for_owner(d);
	settle(d);
	assert_int_equal(d->set_to, -1);
	forget_answers(d);
}

#define AUTH(name) \
	cmocka_unit_test_setup_teardown(name, setup_auth, teardown_auth)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AUTH(test_no_polkit),
		AUTH(test_verdicts),
		AUTH(test_root),
		AUTH(test_late),
		AUTH(test_bond_has_gone),
		AUTH(test_caller_has_gone),
		AUTH(test_too_many),
		AUTH(test_bus_has_gone),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root to be somebody else");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
