// SPDX-License-Identifier: GPL-2.0
/* peers: a line for each peer and port. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define PEER "sssssas"			/* of ListPeerDetails, without paths */
#define PATH "(ottttttt)"

/* What is the same for all paths of a peer. */
struct peer {
	const char *address;
	const char *interface;
	const char *source;
	const char *mac;
	const char *method;
	char reasons[64];		/* separated by commas */
};

static const struct column peer_columns[] = {
	{ "PEER",		"peer", COLUMN_TEXT, false },
	{ "INTERFACE",		"interface", COLUMN_TEXT, false },
	{ "PORT",		"port", COLUMN_TEXT, false },
	{ "SENT",		"sent", COLUMN_NUMBER, true },
	{ "ANSWERED",		"answered", COLUMN_NUMBER, true },
	{ "LOSS",		"loss_percent", COLUMN_NUMBER, true },
	{ "RTT-MIN",		"rtt_min_usec", COLUMN_NUMBER, true },
	{ "AVG",		"rtt_avg_usec", COLUMN_NUMBER, true },
	{ "MAX",		"rtt_max_usec", COLUMN_NUMBER, true },
	{ "LAST-ANSWER",	"since_answer_usec", COLUMN_NUMBER, true },
	{ "WHY",		"reasons", COLUMN_TEXT, false },
	{ "METHOD",		"method", COLUMN_TEXT, false },
	{ "SOURCE",		"source", COLUMN_TEXT, false },
	{ "MAC",		"mac", COLUMN_TEXT, false },
};

/* Nothing to lose where nothing is answered, or sent yet. */
static void add_loss(struct table *table, const struct peer *peer,
		     uint64_t sent, uint64_t answered)
{
	const bool counts = strcmp(peer->method, "echo") == 0 && sent;
	uint64_t percent = counts ? 100 * (sent - answered) / sent : 0;
	char words[8];

	if (!counts) {
		table_value(table, 0, NULL);
		return;
	}
	snprintf(words, sizeof(words), "%u%%", (unsigned int)percent);
	table_value(table, percent, words);
}

static int add_paths(struct table *table, sd_bus_message *reply,
		     const struct peer *peer)
{
	uint64_t sent, answered, min, avg, max, last, since;
	char words[WORDS_MAX];
	const char *port;
	char name[BUS_NAME_TEXT_MAX];
	int r;

	r = sd_bus_message_enter_container(reply, 'a', PATH);
	while (r >= 0 &&
	       (r = sd_bus_message_read(reply, PATH, &port, &sent, &answered,
					&min, &avg, &max, &last, &since)) > 0) {
		table_row(table);
		table_text(table, peer->address);
		table_text(table, peer->interface);
		table_text(table, bus_path_name(port, name, sizeof(name)));
		table_number(table, sent);
		table_number(table, answered);
		add_loss(table, peer, sent, answered);
		table_value(table, min, format_rtt(words, min));
		table_value(table, avg, format_rtt(words, avg));
		table_value(table, max, format_rtt(words, max));
		table_value(table, since, format_span(words, since));
		table_text(table, peer->reasons);
		table_text(table, peer->method);
		table_text(table, peer->source);
		table_text(table, peer->mac);
	}
	return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int read_reasons(sd_bus_message *reply, struct peer *peer)
{
	const char *reason;
	size_t used = 0;
	int r;

	peer->reasons[0] = '\0';
	r = sd_bus_message_enter_container(reply, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read(reply, "s", &reason)) > 0)
		if (used < sizeof(peer->reasons))
			used += snprintf(peer->reasons + used,
					 sizeof(peer->reasons) - used, "%s%s",
					 used ? "," : "", reason);
	return r < 0 ? r : sd_bus_message_exit_container(reply);
}

static int add_peers(struct table *table, sd_bus_message *reply)
{
	struct peer peer;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "(" PEER "a" PATH ")");
	while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'r',
						PEER "a" PATH)) > 0) {
		r = sd_bus_message_read(reply, "sssss", &peer.address,
					&peer.interface, &peer.source,
					&peer.mac, &peer.method);
		if (r >= 0)
			r = read_reasons(reply, &peer);
		if (r >= 0)
			r = add_paths(table, reply, &peer);
		if (r >= 0)
			r = sd_bus_message_exit_container(reply);
	}
	return r;
}

static int fill_peers(struct ctl *ctl, const struct view *view,
		      struct table *table)
{
	int code = 0, r;

	for (size_t i = 0; !code && i < view->bond_count; i++) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;

		code = ctl_call(ctl, view->bonds[i].path, BUS_BOND,
				"ListPeerDetails", &reply);
		if (code)
			break;
		r = add_peers(table, reply);
		if (r < 0)
			code = ctl_fail(CTL_UNKNOWN, "cannot read the answer of dualhomed: %s",
					strerror(-r));
	}
	return code ? code : table_print(table, "");
}

int ctl_print_peers(struct ctl *ctl, const struct view *view)
{
	struct table *table;
	int code;

	table = table_new(ctl, "peers", peer_columns, ARRAY_SIZE(peer_columns));
	code = table ? fill_peers(ctl, view, table) :
		       ctl_fail(CTL_UNKNOWN, "out of memory");
	table_free(table);
	return code;
}

int ctl_peers(struct ctl *ctl, int argc, char **argv)
{
	struct view view;
	int code;

	code = view_read(&view, ctl, argc > 1 ? argv[1] : NULL);
	if (code)
		return code;
	code = ctl_print_peers(ctl, &view);
	view_clear(&view);
	return code;
}
