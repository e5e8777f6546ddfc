// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the value of the static key at an address of the kernel (see
 * /proc/kallsyms): the count that its first word is, out of /proc/kcore. A key
 * has no other witness.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Returns where in the file the address is, or -1. */
static off_t find_offset(int fd, uintptr_t address)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;
	size_t i;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return -1;
	for (i = 0; i < header.e_phnum; i++) {
		if (pread(fd, &segment, sizeof(segment),
			  header.e_phoff + i * sizeof(segment)) !=
		    sizeof(segment))
			return -1;
		if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
		    address - segment.p_vaddr < segment.p_filesz)
			return segment.p_offset + (address - segment.p_vaddr);
	}
	errno = EFAULT;
	return -1;
}

int main(int argc, char **argv)
{
	int fd, value;
	uintptr_t address;
	off_t offset;

	if (argc != 2) {
		fputs("usage: bond_key ADDRESS\n", stderr);
		return 2;
	}
	address = strtoull(argv[1], NULL, 16);
	fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	offset = fd < 0 ? -1 : find_offset(fd, address);
	if (offset < 0 ||
	    pread(fd, &value, sizeof(value), offset) != sizeof(value)) {
		perror("/proc/kcore");
		return 1;
	}
	printf("%d\n", value);
	return 0;
}
