/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_VERDICT_H
#define DUALHOME_VERDICT_H

/* From the paths of the schedule to the facts that health.c judges (paths.h). */

struct bond;
struct keepalive;

/* Count anew in bond->paths and the paths of its ports. */
void verdict_update(struct bond *bond, const struct keepalive *keepalive);

#endif
