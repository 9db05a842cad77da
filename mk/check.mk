# SPDX-License-Identifier: GPL-2.0
# The project's own tests: tests that misbehave, unit tests, a library that makes the kernel lie, and
# bats files that call the programs as users do.
#
#: FUZZ_SECONDS= how long fuzz runs (default: 60)

UNIT_OBJS := $(patsubst %.c,$(BIN)/%.o,$(wildcard tests/unit/*.c))
FAULT_OBJS := $(patsubst %.c,$(BIN)/%.o,$(wildcard tests/faults/*.c))
CHECK_OBJS := $(FAULT_OBJS) $(UNIT_OBJS) $(BIN)/tests/bench/bench.o

# Tests send these signals, which jobs in a shell's background ignore.
default_signals := env --default-signal=INT --default-signal=QUIT

# The output of each test is in a file. Failures are printed again at the end, where readers of a CI
# log look first.
tap := $(build_path)/tap
print_failures := find '$(tap)' -type f -exec awk '/^(not )?ok / { failed = /^not/; if (failed) \
	print "\n" FILENAME ":" } failed' {} ';'

# prove runs two at a time, as an emulated machine takes one processor. Long ones come first. One
# that mostly waits (limits, sanitizer, results, hosts) runs beside one that computes.
CHECKS ?= tests/machine.bats tests/lies.bats tests/limits.bats $(flavours:%=$(BUILD)/%/unit) \
	$(addprefix tests/,lint.bats sanitizer.bats vmtest.bats results.bats build.bats hosts.bats \
	series.bats runner.bats docs.bats packages.bats ci_diffs.bats checkout.bats lists.bats \
	traces.bats man.bats cli.bats exitcheck.bats overlay.bats drop_in.bats exit_status.bats \
	install.bats kernel_build.bats vm_files.bats vm_kernels.bats workflow.bats matrix.bats \
	repro.bats arch.bats)

.PHONY: check check-programs bench fuzz lies
check: ## run the project's own tests
	$(Q)$(MAKE) $(all_jobs) $(plain) all check-programs repro-programs '$(EXITCHECK)'
	$(Q)$(MAKE) $(all_jobs) $(asan) all check-programs '$(BUILD)/fuzz'
	$(Q)$(MAKE) $(all_jobs) $(undefined) all check-programs
	$(Q)$(MAKE) $(all_jobs) $(fortified) all check-programs
	$(Q)rm -rf '$(tap)'
	$(Q)FLAVOURS='$(flavours)' BUILD='$(build_path)' PERL_TEST_HARNESS_DUMP_TAP='$(tap)' \
		$(default_signals) prove --timer --comments -j2 $(CHECKS) || { $(print_failures); exit 1; }

bench: ## compare the runner's time and memory with their limits
	$(Q)$(MAKE) $(plain) check-programs
	$(Q)$(MAKE) $(asan) check-programs
	$(Q)tests/bench/bench.py '$(BUILD)'

lies: ## fake one wrong answer of the kernel after the other in a VM, and list the subtests that fail; KERNEL=
	$(Q)$(MAKE) $(plain) all check-programs
	$(Q)BUILD='$(build_path)' tests/liar/lies.py $(if $(KERNEL),--kernel '$(KERNEL)')

check-programs: $(BIN)/test_faults $(BIN)/test_bench $(BIN)/unit $(BIN)/liar.so

$(CHECK_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(LIBBPF_READY)
	$(compile)

$(BIN)/test_faults $(BIN)/test_bench: $(BIN)/test_%: $(RUNNER_OBJS) $(BIN)/flags
	$(link) -o '$@'
$(BIN)/test_faults: $(FAULT_OBJS)
$(BIN)/test_bench: $(BIN)/tests/bench/bench.o

$(BIN)/unit: $(filter-out %/test_progs.o,$(RUNNER_OBJS)) $(UNIT_OBJS) $(BIN)/tests.o \
		$(TEST_OBJS) $(BIN)/flags
	$(link) -lcmocka -o '$@'

$(BIN)/liar.so: $(wildcard tests/liar/*.[ch]) $(BIN)/flags | $(LIBBPF_READY)
	$(call say,CC,$@)$(CC) $(CFLAGS) -std=gnu11 -Wall -Wextra $(LIBBPF_CFLAGS) -shared -fPIC \
		$(filter %.c,$^) -ldl -o '$@'

FUZZ_SECONDS ?= 60
fuzz: $(BUILD)/fuzz ## feed arbitrary bytes to the parsers; FUZZ_SECONDS=
	$(Q)'$<' -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -close_fd_mask=3 \
		-artifact_prefix='$(BUILD)/'

$(BUILD)/fuzz: tests/fuzz.c runner/select.c runner/parse.c lib/utf8.c lib/xalloc.c
	$(call say,CLANG,$@)mkdir -p '$(@D)'; $(CLANG) -g -O1 -std=gnu11 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -I. $(filter %.c,$^) -o '$@'
