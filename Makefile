# SPDX-License-Identifier: GPL-2.0
# Thin: every folder builds and tests itself.

BUILD := $(CURDIR)/build
PREFIX ?= /usr
FUZZ_SECONDS ?= 300
export PREFIX BUILD

all: agent

help:
	@echo 'make                the agent: build/agent/dualhomed, build/agent/dualhomectl'
	@echo 'make demo           a server on two independent leaves, shown in a VM'
	@echo 'make check          all tests; STAGES="lint unit" runs some of them'
	@echo 'make bench          what driver and agent cost; KERNEL=, ROUNDS=, PARTS="driver agent"'
	@echo 'make lab LAB=dsr     a shell in a VM with a lab built: dsr, destack or fabric'
	@echo 'make check-debug    the driver under stress on a kernel with KASAN, lockdep, kmemleak'
	@echo 'make fuzz           what the agent parses, searched for FUZZ_SECONDS (300) each'
	@echo 'make check-tree KSRC=<kernel tree>   the patches on any kernel'
	@echo 'make bonding KDIR=<kernel build dir> KSRC=<source tree or tarball> O=<dir>'
	@echo 'make install        agent and CLI below DESTDIR and PREFIX'
	@echo 'make deb            packages for Debian, in build/packages; "make rpm": for the RHEL family'
	@echo 'make dkms-install   the DKMS source tree below DESTDIR'
	@echo 'make clean          remove build/'

agent:
	$(MAKE) -C agent all

install:
	$(MAKE) -C agent install

dkms-install:
	$(MAKE) -C dkms install

deb:
	packaging/build-deb

rpm:
	packaging/build-rpm

bonding:
	dkms/build KDIR='$(KDIR)' KSRC='$(KSRC)' O='$(O)'

demo:
	selftests/prerequisites
	selftests/demo/run

check:
	selftests/check $(STAGES)

lab:
	selftests/prerequisites
	selftests/lab/shell $(LAB)

check-debug:
	selftests/prerequisites
	selftests/debug/check

bench:
	selftests/prerequisites
	$(MAKE) -s -C agent all
	selftests/bench/run $(PARTS)

fuzz:
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(MAKE) -s -C agent fuzz

check-tree:
	kernel-patches/check-tree '$(KSRC)'

clean:
	rm -rf build

.PHONY: all help agent install dkms-install deb rpm bonding demo check bench lab check-debug fuzz \
	check-tree clean
