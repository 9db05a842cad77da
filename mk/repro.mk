# SPDX-License-Identifier: GPL-2.0
# The original failures beside their fixes, and the programs that show them. A missing compiler or
# sanitizer runtime skips the rows that need it, with the reason.
#
#: RUNS=         number of runs of each row of repro (default: 20) and check-series (default: 100)
#: PLOT=         repro draws its plot to this file, with gnuplot (default: $(BUILD)/repro/repro.svg)

.PHONY: repro repro-programs
repro: ## run the original failures beside their fixes, in a VM; RUNS=, KERNEL=, PLOT=
	$(Q)$(MAKE) $(plain) all repro-programs
	$(Q)BUILD='$(build_path)' repro/run.sh

REPRO := $(BUILD)/repro/programs
GCC ?= gcc
CLANG_RUNTIME = $(shell $(CLANG) -print-resource-dir 2>/dev/null)/lib/linux

# Each program with a shared and with a static sanitizer runtime.
LEAKED := gcc-shared gcc-static clang-shared clang-static
CC_gcc-shared = $(GCC) -fsanitize=address
CC_gcc-static = $(GCC) -fsanitize=address -static-libasan
CC_clang-shared = $(CLANG) -fsanitize=address -shared-libasan -Wl,-rpath,$(CLANG_RUNTIME)
CC_clang-static = $(CLANG) -fsanitize=address -static-libsan
REPRO_CFLAGS = $(CFLAGS) -std=gnu11 -Wall -Wextra -I.

repro-programs: $(REPRO)/evict $(LEAKED:%=$(REPRO)/%/leaked_child)

$(REPRO)/flags: FORCE
	$(call remember,$(REPRO_CFLAGS) $(foreach name,$(LEAKED),$(CC_$(name))))

$(REPRO)/library.so: repro/library.c repro/library.h $(REPRO)/flags
	$(call say,CC,$@)$(CC) $(REPRO_CFLAGS) -shared -fPIC -Wl,-soname,library.so '$<' -o '$@'

# Built with and without the runner's guard against leak checks in children. A failed build leaves
# its reason in a file instead.
$(LEAKED:%=$(REPRO)/%/leaked_child): $(REPRO)/%/leaked_child: repro/leaked_child.c runner/leak.c \
		runner/leak.h runner/trial.c runner/trial.h $(REPRO)/library.so
	$(call say,CC,$@)rm -rf '$(@D)'; mkdir -p '$(@D)'; \
	build() { $(CC_$*) $(REPRO_CFLAGS) "$$@" '$(REPRO)/library.so' -Wl,-rpath,'$$ORIGIN/..' \
		-pthread; }; \
	{ build $< runner/leak.c runner/trial.c -o '$(@D)/guarded' && build $< -o '$@'; } 2>'$(@D)/why' && \
		cat '$(@D)/why' >&2 && rm '$(@D)/why' || rm -f '$@' '$(@D)/guarded'

$(REPRO)/evict: repro/evict.c $(BPF_OUT)/file_reader.skel.h $(BIN)/flags $(REPRO)/flags | $(LIBBPF_READY)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) '$<' $(LIBBPF_LIBS) -lelf -lz -o '$@'
