// SPDX-License-Identifier: GPL-2.0
/* dualhomectl: arguments and the table of verbs. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

enum {
	VERB_ALONE	= 1 << 0,	/* works without a bus, too */
	VERB_ENDLESS	= 1 << 1,	/* no pager; ends when nobody reads */
	VERB_FORCE	= 1 << 2,	/* takes --force */
};

static const struct verb {
	const char *name;
	int (*run)(struct ctl *ctl, int argc, char **argv);
	int max_args;
	unsigned int flags;
} verbs[] = {
	{ "status",	ctl_status,	1, 0 },
	{ "list",	ctl_list,	0, 0 },
	{ "ports",	ctl_ports,	1, 0 },
	{ "peers",	ctl_peers,	1, 0 },
	{ "monitor",	ctl_monitor,	0, VERB_ENDLESS },
	{ "diagnose",	ctl_diagnose,	1, VERB_ALONE },
	{ "describe",	ctl_describe,	1, 0 },
	{ "reload",	ctl_reload,	0, 0 },
	{ "drain",	ctl_drain,	1, VERB_FORCE },
	{ "undrain",	ctl_undrain,	1, 0 },
	{ "set-neighbor-broadcast", ctl_set_neighbor_broadcast, 2, 0 },
};

static const char help[] =
	"Usage: dualhomectl [OPTION...] [VERB]\n"
	"\n"
	"Show what dualhomed knows about this host's bonds.\n"
	"\n"
	"  status [BOND]    how each bond is and why (default)\n"
	"  list             one line per bond\n"
	"  ports [BOND]     one line per port: LACP, and the switch by LLDP\n"
	"  peers [BOND]     keepalives by peer and port\n"
	"  monitor          what is raised and cleared, as it happens\n"
	"  diagnose [BOND]  a report to attach to a ticket; best as root\n"
	"  describe [BOND]  all that is known, in JSON\n"
	"  reload           read the configuration again\n"
	"  drain PORT       take a port out of use before its leaf is worked on\n"
	"  undrain PORT     put it back\n"
	"  set-neighbor-broadcast BOND on|off\n"
	"\n"
	"  --json[=pretty|short|off]  JSON instead of text\n"
	"  --no-legend      no headings\n"
	"  --no-pager       no pager, even on a terminal\n"
	"  --force          drain the last usable port as well\n"
	"  -h, --help       this text\n"
	"  --version        the version\n"
	"\n"
	"Exit code of status: 0 ok, 1 degraded, 2 critical, 3 unknown or no daemon;\n"
	"64 for a wrong argument, 77 without permission, with any verb. See dualhomectl(1).\n";

int ctl_fail(int code, const char *format, ...)
{
	va_list args;

	fputs("dualhomectl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	return code;
}

bool is_no(const char *word)
{
	static const char *const words[] = { "0", "n", "no", "f", "false", "off" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(words[i], word) == 0)
			return true;
	return false;
}

/* https://no-color.org, and systemd's variable, which wins */
static bool want_color(void)
{
	const char *systemd = getenv("SYSTEMD_COLORS");
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (systemd && *systemd)
		return !is_no(systemd);
	if (no_color && *no_color)
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static int parse_json(struct ctl *ctl, const char *word)
{
	if (!word || strcmp(word, "pretty") == 0)
		ctl->json = JSON_PRETTY;
	else if (strcmp(word, "short") == 0)
		ctl->json = JSON_SHORT;
	else if (strcmp(word, "off") == 0)
		ctl->json = JSON_OFF;
	else
		return ctl_fail(CTL_USAGE, "no JSON style '%s'; known: pretty, short, off",
				word);
	return 0;
}

enum option_key { OPTION_JSON = 256, OPTION_LEGEND, OPTION_PAGER,
		  OPTION_FORCE, OPTION_VERSION };

static const struct option options[] = {
	{ "json",	optional_argument, NULL, OPTION_JSON },
	{ "no-legend",	no_argument, NULL, OPTION_LEGEND },
	{ "no-pager",	no_argument, NULL, OPTION_PAGER },
	{ "force",	no_argument, NULL, OPTION_FORCE },
	{ "help",	no_argument, NULL, 'h' },
	{ "version",	no_argument, NULL, OPTION_VERSION },
	{ NULL,		0, NULL, 0 }
};

/* -1: go on; else the exit code. */
static int parse_options(struct ctl *ctl, int argc, char **argv)
{
	int key;

	while ((key = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (key) {
		case OPTION_JSON:
			if (parse_json(ctl, optarg))
				return CTL_USAGE;
			break;
		case OPTION_LEGEND:
			ctl->no_legend = true;
			break;
		case OPTION_PAGER:
			ctl->no_pager = true;
			break;
		case OPTION_FORCE:
			ctl->force = true;
			break;
		case 'h':
			fputs(help, stdout);
			return CTL_OK;
		case OPTION_VERSION:
			puts("dualhomectl " VERSION);
			return CTL_OK;
		default:	/* getopt_long() has named it */
			fputs("Try: dualhomectl --help\n", stderr);
			return CTL_USAGE;
		}
	}
	return -1;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	fprintf(stderr, "dualhomectl: no verb '%s'; known:", name);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(stderr, "%s %s", i ? "," : "", verbs[i].name);
	putc('\n', stderr);
	return NULL;
}

/* Whoever closed the other end of a pipe has seen enough. */
static bool is_cut_off(void)
{
	struct pollfd poller = { .fd = STDOUT_FILENO };

	return poll(&poller, 1, 0) == 1 && poller.revents & POLLERR;
}

static int run_paged(struct ctl *ctl, const struct verb *verb, int argc,
		     char **argv)
{
	struct pager *pager = NULL;
	int code, error = 0;

	if (!ctl->no_pager && !(verb->flags & VERB_ENDLESS))
		pager = pager_open();
	code = verb->run(ctl, argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !is_cut_off())
		error = errno;
	pager_close(pager);
	if (error)
		return ctl_fail(CTL_UNKNOWN, "cannot write: %s",
				strerror(error));
	return code;
}

static int run_verb(struct ctl *ctl, int argc, char **argv)
{
	char *status[] = { "status", NULL };
	const struct verb *verb;
	int code;

	if (argc == 0) {
		argc = 1;
		argv = status;
	}
	verb = find_verb(argv[0]);
	if (!verb)
		return CTL_USAGE;
	if (argc - 1 > verb->max_args)
		return ctl_fail(CTL_USAGE, "%s takes no '%s'", verb->name,
				argv[verb->max_args + 1]);
	if (ctl->force && !(verb->flags & VERB_FORCE))
		return ctl_fail(CTL_USAGE, "%s takes no '--force'", verb->name);

	/* `status | head -n 1` ends with the health, not by a signal */
	if (!(verb->flags & VERB_ENDLESS))
		signal(SIGPIPE, SIG_IGN);
	code = verb->flags & VERB_ALONE ? 0 : ctl_connect(ctl);
	if (code == 0)
		code = run_paged(ctl, verb, argc, argv);
	sd_bus_close_unref(ctl->bus);
	return code;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .color = want_color() };
	int code;

	code = parse_options(&ctl, argc, argv);
	if (code >= 0)
		return code;
	return run_verb(&ctl, argc - optind, argv + optind);
}
