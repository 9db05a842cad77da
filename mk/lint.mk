# SPDX-License-Identifier: GPL-2.0
# Checks of the sources that do not run them: tests/lint.bats calls these targets.

# Sources that are wrong on purpose are not analyzed. The analyzer's default node limit takes seven
# times as long and finds hardly more.
WARNED := $(wildcard $(addsuffix *.c,./ lib/ runner/ prog_tests/ repro/ exitcheck/ tests/ \
	tests/bench/ tests/faults/ tests/liar/ tests/unit/))
ANALYZED := $(filter-out repro/library.c tests/faults/%,$(WARNED))
# Not CLANG: another CLANG would rebuild the skeletons.
LINT_CLANG ?= $(CLANG)
lint_flags = $(ALL_CFLAGS) $(if $(LIBCLANG),-isystem $(LIBCLANG)/include)

.PHONY: lint warnings bpf-warnings analyze
lint: ## check the sources without running them (part of check)
	$(Q)BUILD='$(build_path)' prove --verbose --comments tests/lint.bats

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
# The analyzer does not know that an assertion excludes NULL, or that libbpf frees skeletons.
$(addprefix analyze-,$(TESTS) $(wildcard tests/unit/*.c)): ANALYZER_FLAGS := \
	-Xclang -analyzer-disable-checker -Xclang unix
