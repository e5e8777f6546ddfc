/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_LOG_H
#define DUALHOME_LOG_H

/*
 * One line to stderr per call, with the level in the form that the journal
 * reads ("<4>...") when stderr is the journal. setlogmask(3) holds the level.
 */

#include <syslog.h>

void log_print(int priority, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* An entry for each line of @text. */
void log_lines(int priority, const char *text);

#define log_error(...) log_print(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_print(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_print(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_print(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_print(LOG_DEBUG, __VA_ARGS__)

#endif
