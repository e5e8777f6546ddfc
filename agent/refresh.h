/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_REFRESH_H
#define DUALHOME_REFRESH_H

/* When to read all links again; agent_refresh_soon() asks for it. */

struct agent;

int refresh_new(struct agent *agent);

#endif
