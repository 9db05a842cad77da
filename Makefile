# SPDX-License-Identifier: GPL-2.0
# A standalone, trimmed tools/testing/selftests/bpf. 'make help' lists targets and variables.

# bpftool is in /usr/sbin, which is not in the PATH of an ordinary user of Debian.
export PATH := $(PATH):/usr/sbin:/sbin

BUILD ?= build
# One name for one directory, or what is there would be built again under the other.
override BUILD := $(shell realpath -m --relative-base='$(CURDIR)' -- '$(BUILD)')
build_path := $(shell realpath -m -- '$(BUILD)')
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CLANG ?= clang
BPFTOOL ?= bpftool
PKG_CONFIG ?= pkg-config
CFLAGS ?= -g -O2

# A flavour is a set of binaries with a directory of its own: what each of them is made with.
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
BIN := $(BUILD)/$(FLAVOUR)
BPF_OUT := $(BUILD)/bpf

# 'make V=1' shows the commands.
ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s %s\n' '$(1)' '$(2)';
MAKEFLAGS += --no-print-directory
endif

# What a target says that works on a kernel tree, and has none.
need_linux = @[ '$(LINUX)' ] || { echo 'LINUX= is missing: make $@ LINUX=~/bpf-next$(1)' >&2; false; }

# Packages that are too old here are brought into $(BUILD) by vm/packages/: libbpf, vmlinux.h.
LIBBPF_CFLAGS := $(shell $(PKG_CONFIG) --atleast-version=1.6 libbpf 2>/dev/null && echo system)
ifeq ($(LIBBPF_CFLAGS),system)
LIBBPF_CFLAGS := $(shell $(PKG_CONFIG) --cflags libbpf)
LIBBPF_LIBS := $(shell $(PKG_CONFIG) --libs libbpf)
LIBBPF_READY :=
else
LIBBPF_CFLAGS := -isystem $(BUILD)/libbpf/include -isystem $(BUILD)/libbpf/include/uapi
LIBBPF_LIBS := $(BUILD)/libbpf/lib/libbpf.a
LIBBPF_READY := $(BUILD)/libbpf/lib/libbpf.a
endif
ifdef VMLINUX_BTF
VMLINUX_H := $(BPF_OUT)/vmlinux.h
else
VMLINUX_H ?= $(BUILD)/vmlinux/vmlinux.h
endif

ALL_CFLAGS = $(CFLAGS) $(SAN_CFLAGS) -D_GNU_SOURCE= -std=gnu11 -Wall -Wextra -Wno-sign-compare \
	-I. -I$(BPF_OUT) $(LIBBPF_CFLAGS)
ALL_LDLIBS = $(LIBBPF_LIBS) -ljson-c -lelf -lz
# vmlinux.h has what the kernel is compiled with: anonymous members of a named type.
BPF_CFLAGS = -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -fms-extensions \
	-Wno-microsoft-anon-tag -Wno-missing-declarations \
	-I$(dir $(VMLINUX_H)) -Iprogs $(LIBBPF_CFLAGS)

HELPERS := $(addsuffix _helpers.c,testing cap network sysctl trace) test_loader.c
TESTS := $(sort $(wildcard prog_tests/*.c))
RUNNER := $(sort $(wildcard runner/*.c lib/*.c))
PROGS := $(sort $(wildcard progs/*.c))

RUNNER_OBJS := $(patsubst %.c,$(BIN)/%.o,test_progs.c $(RUNNER) $(HELPERS))
TEST_OBJS := $(TESTS:%.c=$(BIN)/%.o)
SKELETONS := $(PROGS:progs/%.c=$(BPF_OUT)/%.skel.h)

# libclang tells the operators of expressions since 17; Debian has it beside the system's clang.
# A clang of another version is there without its libclang often enough.
LIBCLANG ?= $(patsubst %/include/clang-c/Index.h,%,$(lastword $(sort $(wildcard \
	$(foreach n,17 18 19 20 21 22 23 24 25,/usr/lib/llvm-$n/include/clang-c/Index.h)))))
EXITCHECK := $(BUILD)/exitcheck/exitcheck
EXITCHECK_OBJS := $(patsubst %.c,$(BUILD)/exitcheck/objects/%.o,$(wildcard exitcheck/*.c) \
	lib/utf8.c lib/xalloc.c)

# Two at a time, since an emulated machine takes one processor: the longest first, then cheap ones.
CHECKS ?= tests/machine.bats $(flavours:%=$(BUILD)/%/unit) \
	$(addprefix tests/,lint.bats man.bats cli.bats exitcheck.bats patches.bats overlay.bats \
	drop_in.bats checkout.bats install.bats docs.bats lists.bats runner.bats packages.bats vmtest.bats \
	workflow.bats matrix.bats repro.bats)

.PHONY: all $(flavours) run_tests lint lint-lists analyze warnings bpf-warnings check \
	check-programs check-upstream check-drop-in overlay matrix docs bench repro exitcheck patches fuzz install uninstall deps clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BIN)/test_progs ## build test_progs (ASAN=1: with AddressSanitizer)

asan: ## build test_progs with AddressSanitizer, in $(BUILD)/asan
undefined: ## build test_progs with UndefinedBehaviorSanitizer too, in $(BUILD)/undefined
fortified: ## build test_progs with -D_FORTIFY_SOURCE=3, in $(BUILD)/fortified
$(flavours):
	$(Q)$(MAKE) $($@) all

deps: ## install what is missing (needs root for that only) and fetch libbpf and vmlinux.h
	$(Q)vm/packages/deps.sh '$(BUILD)'

run_tests: ## run plain and asan in a virtual machine; KERNEL=, HOST=1, ARGS=, CPUS=, LISTS=, RESULTS=
	$(Q)mkdir -p '$(BUILD)'
	$(Q)flock -o '$(BUILD)' $(MAKE) $(plain) all
	$(Q)flock -o '$(BUILD)' $(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' vm/run_tests.sh

lint-lists: ## say which entries of ALLOWLIST* and DENYLIST* are stale; LISTS=, RUN=1: which pass now
	$(Q)$(MAKE) $(plain) all
	$(Q)[ -z '$(RUN)' ] || $(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' vm/lists.sh lint

repro: ## show the original failures beside their cures, in a virtual machine; RUNS=, KERNEL=, PLOT=
	$(Q)$(MAKE) $(plain) all repro-programs
	$(Q)BUILD='$(build_path)' repro/run.sh

# All processors, unless this make has been told how many.
all_jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

check: ## run the project's own tests
	$(Q)$(MAKE) $(all_jobs) $(plain) all check-programs repro-programs '$(EXITCHECK)'
	$(Q)$(MAKE) $(all_jobs) $(asan) all check-programs '$(BUILD)/fuzz'
	$(Q)$(MAKE) $(all_jobs) $(undefined) all check-programs
	$(Q)$(MAKE) $(all_jobs) $(fortified) all check-programs
	$(Q)FLAVOURS='$(flavours)' BUILD='$(build_path)' prove --timer --comments -j2 $(CHECKS)

lint: ## say what is wrong with the sources, without running them (part of check)
	$(Q)BUILD='$(build_path)' prove --verbose --comments tests/lint.bats

check-upstream: $(EXITCHECK) ## try exitcheck and the patches on Linux 6.12, 7.2 and 7.3 (downloads)
	$(Q)BUILD='$(build_path)' tests/upstream.sh

overlay: ## put our tests into a copy of LINUX=, in OUT=; or IN_PLACE=1; UNDO=1 takes them back
	$(call need_linux, OUT=~/copy)
	@[ '$(OUT)$(IN_PLACE)$(UNDO)' ] || { echo 'OUT= is missing: where to copy; or IN_PLACE=1' >&2; false; }
	$(Q)series/overlay.sh $(if $(UNDO),--undo,$(if $(IN_PLACE),--in-place,--output '$(OUT)')) '$(LINUX)'

check-drop-in: ## our tests in LINUX='s runner, and its tests in ours: the same verdicts
	$(need_linux)
	$(Q)$(MAKE) $(plain) all
	$(Q)$(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' tests/drop_in.py '$(LINUX)'

matrix: ## every subtest on every Debian kernel since 6.12, built by every compiler; KERNELS=, TOOLCHAINS=, FLAVOURS=
	$(Q)BUILD='$(build_path)' tests/matrix.py

docs: docs/kernels.md ## make docs/kernels.md anew, from tests/matrix.json

# Of files that git has brought none is newer than another.
docs/kernels.md: FORCE
	@PYTHONDONTWRITEBYTECODE=1 tests/kernels_page.py >'$@.new'
	@cmp -s '$@.new' '$@' && rm '$@.new' || mv '$@.new' '$@'

bench: ## measure what the runner costs, against its limits
	$(Q)$(MAKE) $(plain) check-programs
	$(Q)$(MAKE) $(asan) check-programs
	$(Q)tests/bench/bench.py '$(BUILD)'

exitcheck: $(EXITCHECK) ## find exit() in forked children of LINUX='s selftests, else of our tests; SARIF=
ifdef SARIF
	$(Q)mkdir -p "$$(dirname '$(SARIF)')" && '$<' --sarif $(EXITCHECKED) >'$(SARIF)' || \
		{ '$<' $(EXITCHECKED) 2>/dev/null; false; }
else
	$(Q)'$<' $(EXITCHECKED)
endif

EXITCHECKED = $(if $(LINUX),'$(LINUX)/tools/testing/selftests/bpf',prog_tests -- -I. -I$(BPF_OUT) \
	$(LIBBPF_CFLAGS))

patches: $(EXITCHECK) ## make the patch series for LINUX=
	$(need_linux)
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' series/series.sh --output '$(or $(OUT),patches)' \
		$(if $(VERSION),--version '$(VERSION)') $(if $(TREE),--tree '$(TREE)') \
		$(if $(SIGNOFF),--signoff) $(if $(ONLY),--only '$(ONLY)') '$(LINUX)'

prefix ?= /usr/local
LIBEXEC := $(prefix)/libexec/test_progs
COMPLETIONS := $(prefix)/share/bash-completion/completions
# What vmtest.sh needs beside it.
VMTEST := vmtest.sh vm/init $(addprefix vm/packages/,archive.sh kernel.sh qemu.sh)
COMMANDS := test_progs vmtest.sh exitcheck

install: ## install test_progs, vmtest.sh, exitcheck, their manual pages and completion; prefix=, DESTDIR=
	$(Q)$(MAKE) $(plain) all '$(EXITCHECK)'
	install -D -m 755 -t '$(DESTDIR)$(prefix)/bin' '$(BUILD)/plain/test_progs' '$(EXITCHECK)'
	install -D -m 755 vm/installed.sh '$(DESTDIR)$(prefix)/bin/vmtest.sh'
	for file in $(VMTEST); do install -D -m 755 "$$file" '$(DESTDIR)$(LIBEXEC)'/"$$file" || exit; done
	install -D -m 644 -t '$(DESTDIR)$(prefix)/share/man/man1' $(COMMANDS:%=man/%.1)
	install -D -m 644 -t '$(DESTDIR)$(COMPLETIONS)' completion/test_progs

uninstall: ## take out what install put there, with the same prefix= and DESTDIR=
	rm -rf '$(DESTDIR)$(LIBEXEC)'
	cd '$(DESTDIR)$(prefix)' && rm -f $(COMMANDS:%=bin/%) $(COMMANDS:%=share/man/man1/%.1) \
		share/bash-completion/completions/test_progs

FUZZ_SECONDS ?= 60
fuzz: $(BUILD)/fuzz ## feed the parsers arbitrary bytes, FUZZ_SECONDS long
	$(Q)'$<' -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -close_fd_mask=3 \
		-artifact_prefix='$(BUILD)/'

$(BUILD)/fuzz: tests/fuzz.c runner/select.c lib/utf8.c lib/xalloc.c testing_helpers.c | $(LIBBPF_READY)
	$(call say,CLANG,$@)$(CLANG) -g -O1 -std=gnu11 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -I. $(LIBBPF_CFLAGS) $(filter %.c,$^) $(ALL_LDLIBS) -o '$@'

clean: ## remove what was compiled, keep what was fetched
	rm -rf $(foreach f,$(flavours) san,'$(BUILD)/$f') '$(BPF_OUT)' '$(BUILD)/exitcheck' '$(BUILD)/repro'

help: ## list targets and variables
	@awk -F ': .*## |: ## ' '/^[a-z_-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile
	@echo; printf '  %-14s %s\n' \
		CC= 'compiler of test_progs: gcc (default) or clang' \
		ASAN=1 'build with AddressSanitizer, in $$(BUILD)/asan' \
		SAN_CFLAGS= 'other flags for compiling and linking, built in $$(BUILD)/san' \
		VMLINUX_BTF= 'make vmlinux.h from this vmlinux or BTF file, of kernel 6.19 or newer' \
		VMLINUX_H= 'use this vmlinux.h' \
		KERNEL= 'kernel of run_tests and repro: a bzImage, a version such as 6.12, or a suite' \
		ARGS= 'more arguments for test_progs in run_tests' \
		LISTS= 'where run_tests and lint-lists find ALLOWLIST and DENYLIST: here' \
		RESULTS= 'where run_tests puts its results: $$(BUILD)/run_tests' \
		RUN=1 'lint-lists runs what is denied, in a virtual machine' \
		KERNELS= 'kernels of the matrix: every released X.Y that Debian has since 6.12' \
		TOOLCHAINS= 'its compilers: all gcc-N and clang-N that are installed' \
		FLAVOURS= 'its flavours: $(flavours)' \
		CPUS= 'processors of the virtual machine of run_tests and repro: 4' \
		RUNS= 'how often repro runs each of its rows: 20' \
		PLOT= 'where repro draws its table, if gnuplot is installed: $$(BUILD)/repro/repro.svg' \
		HOST=1 'run_tests on this machine itself, without a virtual one' \
		LINUX= 'a kernel tree, for exitcheck and patches' \
		SARIF= 'a file for what exitcheck finds, in SARIF' \
		OUT= 'where patches puts the series: patches/' \
		VERSION= 'of the series: 1' \
		TREE= 'that it is for: bpf-next or bpf' \
		SIGNOFF=1 'add your Signed-off-by to the series' \
		ONLY= 'a part of the series: token, test_bpffs, file_reader or others; for check-drop-in, tests' \
		LIBCLANG= 'where libclang 17 or newer is: the newest /usr/lib/llvm-*' \
		prefix= 'where install puts what it installs: /usr/local' \
		DESTDIR= 'a root directory to install into, for packages' \
		BUILD= 'where everything built and fetched goes (default: build)' \
		V=1 'show the commands'

# The commands' flags: what was built with other ones is built again.
define remember
	@mkdir -p '$(@D)' 2>/dev/null || { \
		echo '$(@D): cannot be made: set BUILD= to a directory of your own' >&2; false; }
	@printf '%s\n' '$(1)' | cmp -s - '$@' || printf '%s\n' '$(1)' > '$@'
endef

$(BIN)/flags: FORCE
	$(call remember,$(CC) $(ALL_CFLAGS) $(ALL_LDLIBS))

$(BPF_OUT)/flags: FORCE
	$(call remember,$(CLANG) $(BPF_CFLAGS) $(VMLINUX_BTF))

$(BUILD)/libbpf/lib/libbpf.a:
	$(Q)vm/packages/libbpf.sh '$(BUILD)'

$(BUILD)/vmlinux/vmlinux.h:
	$(Q)vm/packages/vmlinux-h.sh '$(BUILD)'

ifdef VMLINUX_BTF
$(VMLINUX_H): $(VMLINUX_BTF) $(BPF_OUT)/flags
	$(call say,BTF,$@)$(BPFTOOL) btf dump file '$<' format c > '$@'
	@grep -q '^struct bpf_task_work {' '$@' || \
		{ echo '$<: types of a kernel that is too old: take one of 6.19 or newer' >&2; false; }
endif

$(PROGS:progs/%.c=$(BPF_OUT)/%.bpf.o): $(BPF_OUT)/%.bpf.o: progs/%.c $(VMLINUX_H) $(BPF_OUT)/flags | $(LIBBPF_READY)
	$(call say,CLANG,$@)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MT '$@' -MF '$(@:.o=.d)' -c '$<' -o '$@'

$(SKELETONS): $(BPF_OUT)/%.skel.h: $(BPF_OUT)/%.bpf.o
	$(call say,SKEL,$@)$(BPFTOOL) gen skeleton '$<' name '$*' > '$@'

# A test is a function in prog_tests/, by its name: adding one is adding its file.
TEST_FUNCTION := ^void (serial_)?test_([A-Za-z0-9_]+)\((void)?\).*
$(BUILD)/tests.c: FORCE
	@mkdir -p '$(@D)'; for file in $(TESTS); do grep -qE '$(TEST_FUNCTION)' "$$file" || { \
		echo "$$file: no test: it defines no 'void test_NAME(void)'" >&2; exit 1; }; done
	@names=$$(cat $(TESTS) | sed -nE 's/$(TEST_FUNCTION)/\2/p' | LC_ALL=C sort -u); { \
		echo '#include "runner/plan.h"'; \
		printf 'DECLARE_TEST(%s)\n' $$names; \
		echo 'const struct test_def test_defs[] = {'; \
		printf 'DEFINE_TEST(%s)\n' $$names; \
		echo '};'; \
		echo 'const size_t test_def_count = sizeof(test_defs) / sizeof(*test_defs);'; \
		echo 'const bool test_defs_need_root = true;'; \
	} > '$@'.$$$$; cmp -s '$@'.$$$$ '$@' && rm '$@'.$$$$ || mv '$@'.$$$$ '$@'

compile = $(call say,CC,$@)mkdir -p '$(@D)'; \
	$(CC) $(ALL_CFLAGS) -MMD -MP -c '$<' -o '$@'

$(BIN)/tests.o: $(BUILD)/tests.c $(BIN)/flags
	$(compile)

$(TEST_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(SKELETONS) $(LIBBPF_READY)
	$(compile)

$(RUNNER_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(LIBBPF_READY)
	$(compile)

link = $(call say,LINK,$@)$(CC) $(ALL_CFLAGS) -rdynamic $(filter %.o,$^) $(ALL_LDLIBS)

$(BIN)/test_progs: $(RUNNER_OBJS) $(TEST_OBJS) $(BIN)/tests.o $(BIN)/flags
	$(link) -o '$@'

$(BUILD)/exitcheck/flags: FORCE
	@[ '$(LIBCLANG)' ] || { echo 'libclang 17 or newer: not found: run make deps, or set LIBCLANG=' >&2; false; }
	$(call remember,$(CC) $(CFLAGS) $(LIBCLANG))

$(EXITCHECK_OBJS): $(BUILD)/exitcheck/objects/%.o: %.c $(BUILD)/exitcheck/flags
	$(call say,CC,$@)mkdir -p '$(@D)'; $(CC) $(CFLAGS) -std=gnu11 -Wall -Wextra -Wno-sign-compare \
		-I$(LIBCLANG)/include -MMD -MP -c '$<' -o '$@'

$(EXITCHECK): $(EXITCHECK_OBJS)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $^ -L$(LIBCLANG)/lib -Wl,-rpath,$(LIBCLANG)/lib -lclang \
		-ljson-c -o '$@'

# What 'make check' runs beside the real thing: the same runner with tests that misbehave, unit
# tests, and a library that makes the kernel lie.
FAULT_OBJS := $(patsubst %.c,$(BIN)/%.o,$(wildcard tests/faults/*.c))
CHECK_OBJS := $(FAULT_OBJS) $(BIN)/tests/bench/bench.o $(BIN)/tests/unit.o
check-programs: $(BIN)/test_faults $(BIN)/test_bench $(BIN)/unit $(BIN)/liar.so

$(CHECK_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(LIBBPF_READY)
	$(compile)

$(BIN)/test_faults $(BIN)/test_bench: $(BIN)/test_%: $(RUNNER_OBJS) $(BIN)/flags
	$(link) -o '$@'
$(BIN)/test_faults: $(FAULT_OBJS)
$(BIN)/test_bench: $(BIN)/tests/bench/bench.o

$(BIN)/unit: $(filter-out %/test_progs.o,$(RUNNER_OBJS)) $(BIN)/tests/unit.o $(BIN)/tests.o \
		$(TEST_OBJS) $(BIN)/flags
	$(link) -lcmocka -o '$@'

$(BIN)/liar.so: tests/liar/liar.c $(BIN)/flags | $(LIBBPF_READY)
	$(call say,CC,$@)$(CC) $(CFLAGS) -std=gnu11 -Wall -Wextra $(LIBBPF_CFLAGS) -shared -fPIC '$<' -o '$@'

# What a compiler says of our sources, and clang's static analyzer but for those that are wrong on
# purpose. With its own limit of nodes the analyzer takes seven times as long, to say hardly more.
WARNED := $(wildcard $(addsuffix *.c,./ lib/ runner/ prog_tests/ repro/ exitcheck/ tests/ \
	tests/bench/ tests/faults/ tests/liar/))
ANALYZED := $(filter-out repro/library.c tests/faults/%,$(WARNED))
# CLANG would make the skeletons anew.
LINT_CLANG ?= $(CLANG)
lint_flags = $(ALL_CFLAGS) $(if $(LIBCLANG),-isystem $(LIBCLANG)/include)
warnings: $(WARNED:%=warnings-%)
bpf-warnings: $(PROGS:%=warnings-%)
$(WARNED:%=warnings-%): warnings-%: % | $(SKELETONS) $(LIBBPF_READY)
	$(call say,CC,$<)$(CC) $(lint_flags) -Werror -c '$<' -o /dev/null
$(PROGS:%=warnings-%): warnings-%: % | $(VMLINUX_H) $(LIBBPF_READY)
	$(call say,CLANG,$<)$(LINT_CLANG) $(BPF_CFLAGS) -Werror -c '$<' -o /dev/null
analyze: $(ANALYZED:%=analyze-%)
$(ANALYZED:%=analyze-%): analyze-%: % | $(SKELETONS) $(LIBBPF_READY)
	$(call say,ANALYZE,$<)$(LINT_CLANG) --analyze --analyzer-output text -Xclang -analyzer-werror \
		-Xclang -analyzer-config -Xclang max-nodes=20000 $(ANALYZER_FLAGS) $(lint_flags) '$<'
# It knows neither what an assertion vouches for nor that libbpf frees skeletons.
$(TESTS:%=analyze-%): ANALYZER_FLAGS := -Xclang -analyzer-disable-checker -Xclang unix

include mk/repro.mk

-include $(shell find '$(BIN)' '$(BPF_OUT)' '$(BUILD)/exitcheck' -name '*.d' 2>/dev/null)
