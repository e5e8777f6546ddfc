// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the value of a static key of the running kernel or of a module: the
 * count that its first word is, out of /proc/kcore. A key has no other witness.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uintptr_t find_symbol(const char *name)
{
	char line[512], symbol[256];
	uintptr_t address = 0, found = 0;
	FILE *f;

	f = fopen("/proc/kallsyms", "re");
	if (!f)
		return 0;
	while (!found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNxPTR " %*c %255s", &address,
			   symbol) == 2 && !strcmp(symbol, name))
			found = address;
	fclose(f);
	return found;
}

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
		fputs("usage: bond_key SYMBOL\n", stderr);
		return 2;
	}
	address = find_symbol(argv[1]);
	if (!address) {
		fprintf(stderr, "%s: no such symbol\n", argv[1]);
		return 1;
	}
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
