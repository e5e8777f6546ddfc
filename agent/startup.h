/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_STARTUP_H
#define DUALHOME_STARTUP_H

/* What must hold before the daemon starts; each logs its own failure. */

/* --check: 0, or the error that config_load() has; a line per mistake. */
int startup_check_config(const char *root);

/* CAP_NET_ADMIN and CAP_NET_RAW, or -EPERM. */
int startup_check_capabilities(void);

/* One daemon per network namespace: a locked file, or -EBUSY. */
int startup_lock(void);

#endif
