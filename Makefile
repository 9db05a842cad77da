# SPDX-License-Identifier: GPL-2.0
# A standalone, trimmed tools/testing/selftests/bpf. 'make help' lists targets and variables.
#
#: BUILD=        directory of everything built and fetched (default: build)
#: V=1           show the commands

# Debian has bpftool in /usr/sbin, which is not in the PATH of an ordinary user.
export PATH := $(PATH):/usr/sbin:/sbin
# With CDPATH cd prints, and scripts would take that for a path.
unexport CDPATH

# Not every shell expands LINUX=~/linux.
expand_home = $(eval override $1 := $(patsubst ~/%,$(HOME)/%,$($1)))$(eval export $1)
$(foreach name,LINUX KERNEL CONFIG LISTS RESULTS BUILD, \
	$(if $(filter ~/%,$($(name))),$(call expand_home,$(name))))

BUILD ?= build
# Use one name for the directory: make would rebuild everything under a second name.
override BUILD := $(shell realpath -m --relative-base='$(CURDIR)' -- '$(BUILD)')
build_path := $(shell realpath -m -- '$(BUILD)')

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)';
MAKEFLAGS += --no-print-directory
endif

# Use all processors, unless make was told how many.
all_jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# Stop a target that needs a kernel tree if LINUX= is not set.
need_linux = @[ '$(LINUX)' ] || { echo 'LINUX= is missing: make $@ LINUX=~/bpf-next$(1)' >&2; false; }

# Remember the flags of commands, and rebuild after they change.
define remember
	@mkdir -p '$(@D)' 2>/dev/null || { \
		echo '$(@D): cannot be made: set BUILD= to a directory of your own' >&2; false; }
	@printf '%s\n' '$(1)' | cmp -s - '$@' || printf '%s\n' '$(1)' > '$@'
endef

.PHONY: all FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: test_progs ## build test_progs (ASAN=1: with AddressSanitizer)

# The tests and their runner
include mk/arch.mk	# the processor
include mk/flags.mk	# compilers, flavours, libbpf
include mk/test_progs.mk	# all, asan, undefined, fortified
# The virtual machine
include mk/vm.mk	# deps, run_tests, lint-lists, matrix, docs
# exitcheck and the series
include mk/exitcheck.mk	# exitcheck
include mk/series.mk	# series, check-series, ci-diffs, overlay, check-drop-in, check-upstream
# The original failures beside their fixes
include mk/repro.mk	# repro
# The project's own tests
include mk/check.mk	# check, bench, fuzz
include mk/lint.mk	# lint
include mk/install.mk	# install, uninstall, clean, help

-include $(shell find '$(BIN)' '$(BPF_OUT)' '$(BUILD)/exitcheck' -name '*.d' 2>/dev/null)
