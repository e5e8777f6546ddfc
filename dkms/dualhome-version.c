// SPDX-License-Identifier: GPL-2.0
/*
 * The version that "modinfo -F version bonding" and
 * /sys/module/bonding/version show. dkms 3.0 does not install a module over an
 * in-tree one when neither has a version.
 */
#include <linux/module.h>

MODULE_VERSION(DUALHOME_VERSION);
