/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_ANSWER_H
#define DUALHOME_ANSWER_H

#include <stdint.h>

struct keepalive_path;

/* The last probe of @path was answered at @now: its counts and round trips. */
void answer_count(struct keepalive_path *path, uint64_t now);

#endif
