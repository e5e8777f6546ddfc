// SPDX-License-Identifier: GPL-2.0

#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void log_print(int priority, const char *format, ...)
{
	char line[1024];
	va_list args;
	int length = 0;

	if (!(setlogmask(0) & LOG_MASK(LOG_PRI(priority))))
		return;
	if (getenv("JOURNAL_STREAM"))
		length = snprintf(line, sizeof(line), "<%d>", LOG_PRI(priority));

	va_start(args, format);
	vsnprintf(line + length, sizeof(line) - length, format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "%s\n", line);
}

void log_lines(int priority, const char *text)
{
	int length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		log_print(priority, "%.*s", length, text);
	}
}
