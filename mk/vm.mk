# SPDX-License-Identifier: GPL-2.0
# The virtual machine, its dependencies, and the targets that run tests in it.
#
#: KERNEL=       kernel of run_tests, repro, check-series and lies: an image, a tree, a version or a suite
#: ARGS=         arguments that run_tests adds for test_progs
#: ONLY=         runs of run_tests: plain, asan, or plain-serial, plain-j4, asan-serial, asan-j4
#: HOST=1        run_tests uses this machine, not a virtual one
#: CPUS=         processors of the VM of run_tests and repro (default: 4)
#: LISTS=        directory of ALLOWLIST and DENYLIST for run_tests and lint-lists, and of SPLAT_ALLOWLIST and
#:               SPLAT_DENYLIST for run_tests (default: the checkout)
#: CONFIG=       files with options that make kernel adds
#: RESULTS=      directory for the results of run_tests (default: $(BUILD)/run_tests)
#: RUN=1         lint-lists runs the denied tests, in a VM
#: PLAN=1        matrix prints its shards, for a CI's matrix strategy
#: SHARD=        matrix runs this shard only: ARCH/KERNEL/COMPILER, such as x86_64/7.3/gcc-12
#: MERGE=        matrix joins the shards' results in this directory
#: ARCHES=       processors of the matrix (default: ARCH=, else this machine's)
#: KERNELS=      kernels of the matrix (default: every released X.Y that Debian has since 6.12)
#: TOOLCHAINS=   compilers of the matrix (default: all installed gcc-N and clang-N)
#: FLAVOURS=     flavours of the matrix (default: plain asan undefined fortified) or check-series (gcc-plain …)

.PHONY: deps kernel run_tests lint-lists matrix docs
deps: ## install missing packages (as root) and fetch libbpf and vmlinux.h
	$(Q)vm/packages/deps.sh '$(BUILD)'

kernel: ## build LINUX= with BPF CI's configuration, in $(BUILD)/kernel (an hour); CONFIG=
	$(need_linux)
	$(Q)BUILD='$(build_path)' JOBS='$(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS)))' \
		vm/kernel-build.sh '$(LINUX)' $(CONFIG)

run_tests: ## run the tests, plain and asan, in a VM; KERNEL=, HOST=1, ARGS=, ONLY=, CPUS=, LISTS=, RESULTS=
	$(Q)mkdir -p '$(BUILD)'
	$(Q)$(if $(filter plain%,$(or $(ONLY),plain)),flock -o '$(BUILD)' $(MAKE) $(plain) all)
	$(Q)$(if $(filter asan%,$(or $(ONLY),asan)),flock -o '$(BUILD)' $(MAKE) $(asan) all)
	$(Q)BUILD='$(build_path)' vm/run_tests.sh

lint-lists: ## report stale entries of ALLOWLIST* and DENYLIST*, with RUN=1 also denied tests that pass; LISTS=
	$(Q)$(MAKE) $(plain) all
	$(Q)[ -z '$(RUN)' ] || $(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' vm/lists.sh lint

matrix: ## run every subtest on every Debian kernel since 6.12, built by every compiler; ARCHES=, KERNELS=, TOOLCHAINS=, FLAVOURS=, PLAN=1, SHARD=, MERGE=
	$(Q)BUILD='$(build_path)' tests/matrix.py $(if $(PLAN),--plan) $(if $(SHARD),--shard '$(SHARD)') \
		$(if $(MERGE),--merge '$(MERGE)')

docs: docs/kernels.md docs/speed.md docs/speed.svg ## update tables and plot of docs/ from tests/matrix.json and tests/bench/times.json

# Always compare, as git gives all files of a checkout about the same time.
docs/kernels.md: page = tests/kernels_page.py
docs/speed.md: page = tests/speed_page.py
docs/speed.svg: page = tests/speed_page.py --plot
docs/kernels.md docs/speed.md docs/speed.svg: FORCE
	@PYTHONDONTWRITEBYTECODE=1 $(page) >'$@.new'
	@cmp -s '$@.new' '$@' && rm '$@.new' || mv '$@.new' '$@'
