# SPDX-License-Identifier: GPL-2.0
# Compilers and their flags, the flavours of test_progs, libbpf and vmlinux.h.
#
#: CC=           compiler of test_progs: gcc (default) or clang
#: ASAN=1        build with AddressSanitizer, in $(BUILD)/asan
#: SAN_CFLAGS=   other flags for compiling and linking, built in $(BUILD)/san
#: VMLINUX_BTF=  make vmlinux.h from this vmlinux or BTF file, of kernel 6.19 or newer
#: VMLINUX_H=    use this vmlinux.h

CC := $(if $(filter default,$(origin CC)),$(CROSS_COMPILE)gcc,$(CC))
CLANG ?= clang
BPFTOOL ?= bpftool
PKG_CONFIG ?= pkg-config
CFLAGS ?= -g -O2

# A flavour is a set of binaries with its own directory and its own make variables.
flavours := plain asan undefined fortified
asan_flags := -fsanitize=address -fno-omit-frame-pointer
plain := ASAN= SAN_CFLAGS=
asan := ASAN=1 SAN_CFLAGS='$(asan_flags)'
undefined := ASAN= FLAVOUR=undefined \
	SAN_CFLAGS='$(asan_flags) -fsanitize=undefined -fno-sanitize-recover=all'
fortified := ASAN= FLAVOUR=fortified SAN_CFLAGS='-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3'
ifeq ($(ASAN),1)
SAN_CFLAGS ?= $(asan_flags)
FLAVOUR := asan
else
SAN_CFLAGS ?=
FLAVOUR := $(if $(SAN_CFLAGS),san,plain)
endif
BIN := $(ARCH_BUILD)/$(FLAVOUR)
BPF_OUT := $(ARCH_BUILD)/bpf

# vm/packages/ fetches libbpf and vmlinux.h into $(BUILD) if the system's are too old or not for ARCH=.
LIBBPF_CFLAGS := $(if $(SYSROOT),,\
	$(shell $(PKG_CONFIG) --atleast-version=1.6 libbpf 2>/dev/null && echo system))
ifeq ($(strip $(LIBBPF_CFLAGS)),system)
LIBBPF_CFLAGS := $(shell $(PKG_CONFIG) --cflags libbpf)
LIBBPF_LIBS := $(shell $(PKG_CONFIG) --libs libbpf)
LIBBPF_READY := $(BUILD)/.libbpf-checked
# The system's kernel headers may be older than its libbpf.
$(LIBBPF_READY):
	$(Q)vm/packages/libbpf.sh '$(BUILD)' && mkdir -p '$(@D)' && touch '$@'
else
LIBBPF_CFLAGS := -isystem $(ARCH_BUILD)/libbpf/include -isystem $(ARCH_BUILD)/libbpf/include/uapi
LIBBPF_LIBS := $(ARCH_BUILD)/libbpf/lib/libbpf.a
LIBBPF_READY := $(ARCH_BUILD)/libbpf/lib/libbpf.a
endif
LIBDW_LIBS := $(or $(if $(SYSROOT),,$(shell $(PKG_CONFIG) --libs libdw 2>/dev/null)),-ldw)
# $(call remembered,NAME…): use the one of these variables that is set now, else the one that was
# set for an earlier make. They exclude each other.
given = $(filter command environment,$(firstword $(origin $1)))
define remembered
ifneq ($(strip $(foreach name,$1,$(call given,$(name)))),)
$$(shell mkdir -p '$(BUILD)/given' && printf '%s := %s\n' $(foreach name,$1,$(if $(call given,$(name)), \
	'$(name)' '$(abspath $($(name)))')) | head -n 1 >'$(BUILD)/given/$(firstword $1).mk')
else
-include $(BUILD)/given/$(firstword $1).mk
endif
endef
$(eval $(call remembered,VMLINUX_BTF VMLINUX_H))
ifdef VMLINUX_BTF
VMLINUX_H := $(BPF_OUT)/vmlinux.h
else
VMLINUX_H ?= $(BUILD)/vmlinux/vmlinux.h
endif

ALL_CFLAGS = $(CFLAGS) $(SAN_CFLAGS) -D_GNU_SOURCE= -std=gnu11 -Wall -Wextra -Wno-sign-compare \
	-I. -I$(BPF_OUT) $(LIBBPF_CFLAGS) $(SYSROOT_CFLAGS)
ALL_LDLIBS = $(SYSROOT_LDFLAGS) $(LIBBPF_LIBS) $(LIBDW_LIBS) -lelf -lz $(SYSROOT_LIBS)
# vmlinux.h has anonymous members of a named type, as the kernel is compiled with that extension.
BPF_CFLAGS = -g -O2 -target $(arch_bpf) -mcpu=v3 -D__TARGET_ARCH_$(arch_kernel) -Wall \
	-fms-extensions -Wno-microsoft-anon-tag -Wno-missing-declarations \
	-I$(dir $(VMLINUX_H)) -Iprogs $(LIBBPF_CFLAGS)

# For another processor vmlinux.h is in the sysroot.
need_libdw = @$(if $(SYSROOT),,$(PKG_CONFIG) --exists libdw || { echo 'libdw: not found: run make deps, or install' \
	'libdw-dev (Debian, Ubuntu), elfutils-devel (Fedora), libdw-devel (openSUSE) or libelf (Arch)' >&2; false; })

$(BIN)/flags: FORCE | $(SYSROOT)
	$(need_compiler)
	$(need_libdw)
	$(call remember,$(CC) $(ALL_CFLAGS) $(ALL_LDLIBS))

$(BPF_OUT)/flags: FORCE
	$(call remember,$(CLANG) $(BPF_CFLAGS) $(VMLINUX_BTF))

$(ARCH_BUILD)/libbpf/lib/libbpf.a:
	$(Q)vm/packages/libbpf.sh '$(BUILD)'

$(BUILD)/vmlinux/vmlinux.h:
	$(Q)vm/packages/vmlinux-h.sh '$(BUILD)'

# Stop if the user's file no longer exists.
$(VMLINUX_BTF) $(filter-out $(BUILD)/vmlinux/vmlinux.h $(BPF_OUT)/vmlinux.h,$(VMLINUX_H)):
	@echo '$@: no such file: set VMLINUX_H= or VMLINUX_BTF= to an existing file' >&2; false

ifdef VMLINUX_BTF
$(VMLINUX_H): $(VMLINUX_BTF) $(BPF_OUT)/flags
	$(call say,BTF,$@)$(BPFTOOL) btf dump file '$<' format c > '$@'
	@grep -q '^struct bpf_task_work {' '$@' || \
		{ echo '$<: types of an old kernel: set VMLINUX_BTF= to a vmlinux of 6.19 or newer' >&2; false; }
endif
