# SPDX-License-Identifier: GPL-2.0
# The processor of the build and of the virtual machine: a row of vm/arch.sh.
#
#: ARCH=         processor, as the kernel names it (x86, arm64, s390; default: this machine's). Files for
#:               another one are in $(BUILD)/ARCH
#: CROSS_COMPILE= prefix of the compiler for another ARCH= (default: Debian's)

arch_row := $(shell ARCH='$(ARCH)'; . vm/arch.sh; if arch_choose; \
	then echo $$arch_kernel $$arch_triplet $$arch_bpf $$arch_directory; \
	else echo "unknown $$arch_why"; fi)
$(if $(filter unknown,$(firstword $(arch_row))),$(error $(wordlist 2,99,$(arch_row))))
arch_kernel := $(word 1,$(arch_row))
arch_triplet := $(word 2,$(arch_row))
arch_bpf := $(word 3,$(arch_row))
arch_directory := $(word 4,$(arch_row))

# This machine's own processor needs no sysroot, and its files are in $(BUILD) itself.
ARCH_BUILD := $(BUILD)$(arch_directory)
ifneq ($(arch_directory),)
CROSS_COMPILE ?= $(arch_triplet)-
SYSROOT := $(ARCH_BUILD)/sysroot/build
SYSROOT_CFLAGS = $(if $(findstring clang,$(CC)),--target=$(arch_triplet)) -isystem $(SYSROOT)/usr/include
# Static libelf and libdw need them.
SYSROOT_LDFLAGS := -L$(SYSROOT)/usr/lib/$(arch_triplet)
SYSROOT_LIBS := -lzstd -llzma -lbz2
need_compiler = @command -v $(firstword $(CC)) >/dev/null || { echo '$(firstword $(CC)): not found:' \
	'run make deps ARCH=$(arch_kernel), which installs gcc-$(arch_triplet); or set CROSS_COMPILE=' >&2; false; }

# The script knows if the packages are those that it wants.
$(SYSROOT): FORCE
	$(Q)vm/packages/sysroot.sh '$(BUILD)' >/dev/null

# Debian 12's bpftool refuses programs of the other byte order.
ifeq ($(arch_bpf),bpfeb)
BPFTOOL ?= $(BUILD)/bpftool/bpftool
BPFTOOL_READY := $(filter $(BUILD)/%,$(BPFTOOL))
endif

$(BUILD)/bpftool/bpftool:
	$(Q)vm/packages/bpftool.sh '$(BUILD)'

own_only := check bench fuzz lint install exitcheck patches repro check-drop-in check-upstream lint-lists
$(foreach goal,$(filter $(own_only),$(MAKECMDGOALS)),$(error $(goal): works on this machine's own \
	processor only: leave ARCH=$(ARCH) out))
endif
