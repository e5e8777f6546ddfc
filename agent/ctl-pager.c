// SPDX-License-Identifier: GPL-2.0
/*
 * What goes to a terminal goes through a pager, as systemctl does it: the same
 * variables with the same meaning. A pager may run commands and write files; for
 * somebody who is not the one at the terminal (sudo) only less is trusted, with
 * LESSSECURE=1, unless SYSTEMD_PAGERSECURE= says otherwise.
 */

#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include "util.h"

#define LESS_OPTIONS "FRSXMK"		/* K: ^C ends it, and not us alone */
#define WORDS 16

struct pager {
	pid_t pid;
	int out, error;			/* the terminal, -1 = not replaced */
};

enum security { UNSAFE_ALLOWED, SECURE, SECURE_BY_GUESS };

static enum security get_security(void)
{
	const char *word = getenv("SYSTEMD_PAGERSECURE");
	uid_t owner;

	if (word && *word)
		return is_no(word) ? UNSAFE_ALLOWED : SECURE;
	if (sd_pid_get_owner_uid(0, &owner) >= 0 && owner == geteuid())
		return UNSAFE_ALLOWED;
	return SECURE_BY_GUESS;
}

static void set(const char *name, const char *from, const char *otherwise)
{
	const char *value = getenv(from);

	if (value || otherwise)
		setenv(name, value ? value : otherwise, 1);
}

/* @line is cut into words, as systemctl does it: no shell, no quotes. */
static void try(const char *line)
{
	char *words[WORDS + 1] = { NULL }, *copy = strdup(line), *word;
	size_t count = 0;

	while (copy && count < WORDS && (word = strsep(&copy, " \t")))
		if (*word)
			words[count++] = word;
	if (count)
		execvp(words[0], words);
}

static void copy_all(void)
{
	char buffer[4096];
	ssize_t n, done, m;

	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
		for (done = 0; done < n; done += m) {
			m = write(STDOUT_FILENO, buffer + done, n - done);
			if (m <= 0)
				return;
		}
}

/* The pager's process; does not return. */
__attribute__((noreturn))
static void run(const char *chosen, enum security security)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	set("LESS", "SYSTEMD_LESS", LESS_OPTIONS);
	set("LESSCHARSET", "SYSTEMD_LESSCHARSET", NULL);
	if (security == UNSAFE_ALLOWED)
		unsetenv("LESSSECURE");
	else
		setenv("LESSSECURE", "1", 1);
	if (chosen && security != SECURE_BY_GUESS)
		try(chosen);
	if (security == UNSAFE_ALLOWED)
		try("pager");
	try("less");
	if (security == UNSAFE_ALLOWED)
		try("more");
	copy_all();
	_exit(0);
}

/* NULL: none is set; "": none is wanted. */
static const char *choose(void)
{
	const char *pager = getenv("SYSTEMD_PAGER");

	if (!pager)
		pager = getenv("PAGER");
	return pager && strcmp(pager, "cat") == 0 ? "" : pager;
}

static int replace(int fd, int with)
{
	int saved = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (saved >= 0)
		dup2(with, fd);
	return saved;
}

struct pager *pager_open(void)
{
	const char *term = getenv("TERM"), *chosen = choose();
	const char *options = getenv("SYSTEMD_LESS");
	struct pager *pager;
	int pipes[2];

	if (!isatty(STDOUT_FILENO) || (term && strcmp(term, "dumb") == 0) ||
	    (chosen && !*chosen))
		return NULL;
	pager = calloc(1, sizeof(*pager));
	if (!pager || pipe2(pipes, O_CLOEXEC) < 0) {
		free(pager);
		return NULL;
	}
	fflush(stdout);
	pager->pid = fork();
	if (pager->pid == 0) {
		dup2(pipes[0], STDIN_FILENO);
		close(pipes[1]);	/* copy_all() would wait for itself */
		run(chosen, get_security());
	}
	close(pipes[0]);
	pager->out = pager->error = -1;
	if (pager->pid > 0) {
		pager->out = replace(STDOUT_FILENO, pipes[1]);
		if (isatty(STDERR_FILENO))
			pager->error = replace(STDERR_FILENO, pipes[1]);
		/* then ^C is the pager's own affair */
		if (options && !strchr(options, 'K'))
			signal(SIGINT, SIG_IGN);
	}
	close(pipes[1]);
	return pager;
}

static void restore(int fd, int saved)
{
	if (saved < 0)
		return;
	dup2(saved, fd);
	close(saved);
}

struct pager *pager_close(struct pager *pager)
{
	if (!pager)
		return NULL;
	restore(STDOUT_FILENO, pager->out);
	restore(STDERR_FILENO, pager->error);
	while (pager->pid > 0 && waitpid(pager->pid, NULL, 0) < 0 &&
	       errno == EINTR)
		;
	free(pager);
	return NULL;
}
