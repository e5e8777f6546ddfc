/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_CTL_H
#define DUALHOME_CTL_H

/* dualhomectl: what its verbs share. They talk to D-Bus and nothing else. */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "bus-names.h"
#include "json.h"
#include "names.h"

/* What the exit code says; `status` says how the worst bond is. */
enum {
	CTL_OK = 0,
	CTL_DEGRADED = 1,
	CTL_CRITICAL = 2,
	CTL_UNKNOWN = 3,		/* or the daemon cannot be reached */
	CTL_USAGE = 64,			/* EX_USAGE: no verb or bond like that */
	CTL_DENIED = 77,		/* EX_NOPERM */
};

#define CTL_TOLD_MAX 512

struct ctl {
	sd_bus *bus;
	char *told;			/* failures of the bus go here if not NULL */
	enum json_style json;
	bool no_legend;
	bool no_pager;
	bool force;
	bool color;
};

/* "dualhomectl: ..." to stderr; returns @code. */
int ctl_fail(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A word that switches something off, as systemd reads it. */
bool is_no(const char *word);

/* ctl-pager.c: NULL if none is wanted; close it after all is flushed. */
struct pager *pager_open(void);
struct pager *pager_close(struct pager *pager);

/* ctl-bus.c. 0, or the exit code of a failure that stderr tells of. */
int ctl_connect(struct ctl *ctl);
int ctl_call(struct ctl *ctl, const char *path, const char *interface,
	     const char *member, sd_bus_message **reply);
int ctl_call_failed(struct ctl *ctl, const sd_bus_error *error, int r);

/* What the daemon shows; strings live in @reply. */
struct view_problem {
	const char *code;
	const char *severity;
	const char *object;
	uint64_t since_usec;
	const char *text;
};

struct view_port {
	const char *path;
	const char *name;
	const char *bond;		/* path */
	int link_up;
	uint32_t speed_mbps;
	int usable;
	int drained;
	uint16_t aggregator;
	uint8_t actor_state;
	uint8_t partner_state;
	const char *switch_name;
	const char *switch_port;
	const char *partner_system;
	uint16_t partner_key;
	uint16_t partner_port;
	const char *health;
	uint64_t sent;
	uint64_t answered;
	uint64_t rtt_usec;
};

struct view_bond {
	const char *path;
	const char *name;
	const char *mode;
	const char *health;
	const char *verdict;
	const char *neighbor;
	const char *neighbor_source;
	const char *partner_system;
	uint32_t usable_ports;
	uint32_t peers_total;
	uint32_t peers_reachable;
	uint32_t port_count;
	struct view_problem *problems;
	size_t problem_count;
};

struct view {
	sd_bus_message *reply;
	struct view_bond *bonds;	/* by name */
	size_t bond_count;
	struct view_port *ports;	/* by name */
	size_t port_count;
};

/* ctl-view.c: all objects in one call, narrowed to @bond if it is not NULL. */
int view_read(struct view *view, struct ctl *ctl, const char *bond);
int view_narrow(struct view *view, const char *bond);
bool view_has(const struct view *view, const char *bond);
void view_clear(struct view *view);
enum health view_health(const struct view *view);

/* ctl-table.c: one description, printed as table or JSON. */
enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_BOOL };

struct column {
	const char *header;
	const char *json;
	enum column_type type;
	bool right;
};

struct table;

struct table *table_new(const struct ctl *ctl, const char *name,
			const struct column *columns, size_t count);
struct table *table_free(struct table *table);

/* Cells follow one another, left to right; a row begins with table_row(). */
void table_row(struct table *table);
void table_text(struct table *table, const char *text);
void table_number(struct table *table, uint64_t value);
void table_bool(struct table *table, bool value, const char *yes,
		const char *no);
void table_health(struct table *table, const char *health);
void table_colored(struct table *table, const char *text, const char *color);
/* A number in JSON, other words for people; NULL words: not known. */
void table_value(struct table *table, uint64_t value, const char *words);

/* Each line after @indent, if it is for people. */
int table_print(struct table *table, const char *indent);
/* Its rows as an array under @key. */
void table_embed(struct table *table, struct json *json, const char *key);

/* ctl-format.c: values in words. */
#define WORDS_MAX 32
const char *format_speed(char words[WORDS_MAX], uint32_t mbps);
const char *format_rtt(char words[WORDS_MAX], uint64_t usec);
const char *format_span(char words[WORDS_MAX], uint64_t usec);
const char *format_since(char words[WORDS_MAX], uint64_t usec, uint64_t now);
const char *format_lacp(const struct view_port *port);
const char *color_of(const char *health);

/* The verbs: exit code. argv[0] is the verb. */
int ctl_status(struct ctl *ctl, int argc, char **argv);
int ctl_list(struct ctl *ctl, int argc, char **argv);
int ctl_print_status(const struct ctl *ctl, const struct view *view);
int ctl_print_peers(struct ctl *ctl, const struct view *view);
int ctl_get_description(struct ctl *ctl, const char *path,
			const char *interface, char **text);
int ctl_print_description(struct ctl *ctl, const char *path,
			  const char *interface);
int ctl_ports(struct ctl *ctl, int argc, char **argv);
int ctl_describe(struct ctl *ctl, int argc, char **argv);
int ctl_reload(struct ctl *ctl, int argc, char **argv);
int ctl_drain(struct ctl *ctl, int argc, char **argv);
int ctl_undrain(struct ctl *ctl, int argc, char **argv);
int ctl_set_neighbor_broadcast(struct ctl *ctl, int argc, char **argv);
int ctl_peers(struct ctl *ctl, int argc, char **argv);
int ctl_diagnose(struct ctl *ctl, int argc, char **argv);
int ctl_monitor(struct ctl *ctl, int argc, char **argv);

#endif
