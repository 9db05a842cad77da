# SPDX-License-Identifier: GPL-2.0
# exitcheck: finds exit() in forked children.
#
#: SARIF=        exitcheck writes its findings to this file, as SARIF
#: LIBCLANG=     directory of libclang 17 or newer (default: the newest /usr/lib/llvm-*)

# libclang names the operators of expressions since version 17. A clang is often installed without
# its libclang, so look for the newest directory that has one.
$(eval $(call remembered,LIBCLANG))
LIBCLANG ?= $(patsubst %/include/clang-c/Index.h,%,$(lastword $(sort $(wildcard \
	$(foreach n,17 18 19 20 21 22 23 24 25,/usr/lib/llvm-$n/include/clang-c/Index.h)))))
EXITCHECK := $(BUILD)/exitcheck/exitcheck
EXITCHECK_OBJS := $(patsubst %.c,$(BUILD)/exitcheck/objects/%.o,$(wildcard exitcheck/*.c lib/*.c))
EXITCHECKED = $(if $(LINUX),'$(LINUX)/tools/testing/selftests/bpf',prog_tests -- -I. -I$(BPF_OUT) \
	$(LIBBPF_CFLAGS))

.PHONY: exitcheck
exitcheck: $(EXITCHECK) $(if $(LINUX),,$(SKELETONS)) ## find exit() in forked children: in our tests, or in the selftests of LINUX=; SARIF=
ifdef SARIF
	$(Q)mkdir -p "$$(dirname '$(SARIF)')" && '$<' --sarif $(EXITCHECKED) >'$(SARIF)' || \
		{ '$<' $(EXITCHECKED) 2>/dev/null; false; }
else
	$(Q)'$<' $(EXITCHECKED)
endif

$(BUILD)/exitcheck/flags: FORCE
	@[ '$(LIBCLANG)' ] || { echo 'libclang 17 or newer: not found: run make deps, or set LIBCLANG= to the directory above its include/' >&2; false; }
	$(call remember,$(CC) $(CFLAGS) $(LIBCLANG))

$(EXITCHECK_OBJS): $(BUILD)/exitcheck/objects/%.o: %.c $(BUILD)/exitcheck/flags
	$(call say,CC,$@)mkdir -p '$(@D)'; $(CC) $(CFLAGS) -std=gnu11 -Wall -Wextra -Wno-sign-compare \
		-I$(LIBCLANG)/include -MMD -MP -c '$<' -o '$@'

$(EXITCHECK): $(EXITCHECK_OBJS)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $^ -L$(LIBCLANG)/lib -Wl,-rpath,$(LIBCLANG)/lib -lclang \
		-ljson-c -o '$@'
