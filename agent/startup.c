// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "startup.h"

int startup_check_config(const char *root)
{
	struct config *config = NULL;
	char error[CONFIG_ERROR_MAX];
	int r;

	r = config_load(root, &config, error, sizeof(error));
	if (r < 0)
		log_lines(LOG_ERR, error[0] ? error : strerror(-r));
	config_free(config);
	return r;
}

int startup_check_capabilities(void)
{
	const uint32_t wanted = CAP_TO_MASK(CAP_NET_ADMIN) |
				CAP_TO_MASK(CAP_NET_RAW);
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) == 0 &&
	    (data[0].effective & wanted) == wanted)
		return 0;
	log_error("dualhomed needs CAP_NET_ADMIN and CAP_NET_RAW: use 'systemctl start dualhomed' or run it as root");
	return -EPERM;
}

int startup_lock(void)
{
	const char *folder = getenv("RUNTIME_DIRECTORY");
	struct stat namespace;
	char path[256];
	int fd, r;

	if (!folder) {
		folder = "/run/dualhomed";
		mkdir(folder, 0755);
	}
	if (stat("/proc/self/ns/net", &namespace) < 0)
		namespace.st_ino = 0;
	snprintf(path, sizeof(path), "%s/lock-%lu", folder,
		 (unsigned long)namespace.st_ino);

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		r = -errno;
		log_error("%s: %s", path, strerror(-r));
		return r;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	log_error("another dualhomed runs in this network namespace; stop it first (%s is locked)",
		  path);
	return -EBUSY;
}
