/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_DRIVER_H
#define DUALHOME_DRIVER_H

struct agent;

/* Look which bonding driver runs and which is installed; if that is another
 * than before, every bond is judged anew. */
void driver_update(struct agent *agent);

#endif
