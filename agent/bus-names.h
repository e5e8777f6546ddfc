/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_BUS_NAMES_H
#define DUALHOME_BUS_NAMES_H

/* What the daemon and its command line have to spell alike on the bus. */

#define BUS_NAME		"org.dualhome1"
#define BUS_ROOT		"/org/dualhome1"
#define BUS_BONDS		BUS_ROOT "/bond"
#define BUS_PORTS		BUS_ROOT "/port"
#define BUS_MANAGER		BUS_NAME ".Manager"
#define BUS_BOND		BUS_NAME ".Bond"
#define BUS_PORT		BUS_NAME ".Port"

#define BUS_ERROR_NO_SUCH_BOND	BUS_NAME ".Error.NoSuchBond"
#define BUS_ERROR_CONFIG	BUS_NAME ".Error.InvalidConfiguration"
#define BUS_ERROR_UNSUPPORTED	BUS_NAME ".Error.NotSupported"
#define BUS_ERROR_NO_SUCH_PORT	BUS_NAME ".Error.NoSuchPort"
#define BUS_ERROR_LAST_PORT	BUS_NAME ".Error.LastPort"
#define BUS_ERROR_BUSY		BUS_NAME ".Error.Busy"
#define BUS_ERROR_WRONG_MODE	BUS_NAME ".Error.WrongMode"

/* UINT64_MAX microseconds since the last answer: there was none yet. */
#define BUS_NEVER		UINT64_MAX

/* Prefix, slash and 15 bytes of name, each as _xx at worst. */
#define BUS_PATH_MAX		72
/* 15 bytes of name, each as \xNN at worst, and the NUL */
#define BUS_NAME_TEXT_MAX	64

/* The object of the bond or port @name: 0 or -errno. */
int bus_path(char path[BUS_PATH_MAX], const char *prefix, const char *name);

/* The name in @path, fit to be shown; "" if it is no bond or port. */
const char *bus_path_name(const char *path, char *name, unsigned int size);

/* The system bus, as sd_bus_open_system() finds it. */
const char *bus_address(void);

#endif
