/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_FLUSH_H
#define DUALHOME_FLUSH_H

/* From dirty bonds to what the world sees; agent_mark_dirty() asks for it. */

struct agent;
struct bond;

int flush_new(struct agent *agent);
void flush_now(struct agent *agent);

/* What was wrong with the bond is over. */
void flush_bond_removed(struct agent *agent, struct bond *bond);

#endif
