# SPDX-License-Identifier: GPL-2.0
# test_progs: the runner, the helpers that tests may use, the tests, and their BPF programs.

# Only tests of a kernel tree that check-drop-in builds use network_, sysctl_ and trace_helpers.
HELPERS := $(addsuffix _helpers.c,testing cap network sysctl trace) test_loader.c
TESTS := $(sort $(wildcard prog_tests/*.c))
RUNNER := $(sort $(wildcard runner/*.c lib/*.c))
PROGS := $(sort $(wildcard progs/*.c))

RUNNER_OBJS := $(patsubst %.c,$(BIN)/%.o,test_progs.c $(RUNNER) $(HELPERS))
TEST_OBJS := $(TESTS:%.c=$(BIN)/%.o)
SKELETONS := $(PROGS:progs/%.c=$(BPF_OUT)/%.skel.h)

.PHONY: test_progs $(flavours)
test_progs: $(BIN)/test_progs
asan: ## build test_progs with AddressSanitizer, in $(BUILD)/asan
undefined: ## build test_progs with AddressSanitizer and UndefinedBehaviorSanitizer, in $(BUILD)/undefined
fortified: ## build test_progs with -D_FORTIFY_SOURCE=3, in $(BUILD)/fortified
$(flavours):
	$(Q)$(MAKE) $($@) all

$(PROGS:progs/%.c=$(BPF_OUT)/%.bpf.o): $(BPF_OUT)/%.bpf.o: progs/%.c $(VMLINUX_H) $(BPF_OUT)/flags | $(LIBBPF_READY)
	$(call say,CLANG,$@)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MT '$@' -MF '$(@:.o=.d)' -c '$<' -o '$@'

$(SKELETONS): $(BPF_OUT)/%.skel.h: $(BPF_OUT)/%.bpf.o | $(BPFTOOL_READY)
	$(call say,SKEL,$@)$(BPFTOOL) gen skeleton '$<' name '$*' > '$@'

# A test is a function in prog_tests/: a new file there is a new test.
$(BUILD)/tests.c: FORCE
	@mkdir -p '$(@D)'
	@runner/test_table.sh $(TESTS) >"$@.$$$$" && \
		if cmp -s "$@.$$$$" '$@'; then rm "$@.$$$$"; else mv "$@.$$$$" '$@'; fi

compile = $(call say,CC,$@)mkdir -p '$(@D)'; $(CC) $(ALL_CFLAGS) -MMD -MP -c '$<' -o '$@'
link = $(call say,LINK,$@)$(CC) $(ALL_CFLAGS) -rdynamic $(filter %.o,$^) $(ALL_LDLIBS)

$(BIN)/tests.o: $(BUILD)/tests.c $(BIN)/flags
	$(compile)

$(TEST_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(SKELETONS) $(LIBBPF_READY)
	$(compile)

$(RUNNER_OBJS): $(BIN)/%.o: %.c $(BIN)/flags | $(LIBBPF_READY)
	$(compile)

$(BIN)/test_progs: $(RUNNER_OBJS) $(TEST_OBJS) $(BIN)/tests.o $(BIN)/flags
	$(link) -o '$@'
