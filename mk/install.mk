# SPDX-License-Identifier: GPL-2.0
# Installing, cleaning up, and help.
#
#: prefix=       directory that install installs into (default: /usr/local)
#: DESTDIR=      root directory to install into, for making packages

prefix ?= /usr/local
LIBEXEC := $(prefix)/libexec/test_progs
COMPLETIONS := $(prefix)/share/bash-completion/completions
# vmtest.sh sources, reads or runs these files, and looks for them beside itself.
VMTEST_FILES := vmtest.sh lib/exit_status.h lib/say.sh $(shell sed -n 's|^\. "$$here/\(.*\)"|\1|p' vmtest.sh) \
	$(addprefix vm/,init early-init SPLAT_DENYLIST SPLAT_ALLOWLIST) \
	$(addprefix vm/packages/,archive.sh fetch.sh kernel.sh module.sh names qemu.sh sysroot.sh)
COMMANDS := test_progs vmtest.sh exitcheck

.PHONY: install uninstall clean help
install: ## install test_progs, vmtest.sh, exitcheck, their manual pages and completion; prefix=, DESTDIR=
	$(Q)$(MAKE) $(plain) all '$(EXITCHECK)'
	install -D -m 755 -t '$(DESTDIR)$(prefix)/bin' '$(BUILD)/plain/test_progs' '$(EXITCHECK)'
	install -D -m 755 vm/installed.sh '$(DESTDIR)$(prefix)/bin/vmtest.sh'
	for file in $(VMTEST_FILES); do install -D -m 755 "$$file" '$(DESTDIR)$(LIBEXEC)'/"$$file" || exit; done
	install -D -m 644 -t '$(DESTDIR)$(prefix)/share/man/man1' $(COMMANDS:%=man/%.1)
	install -D -m 644 -t '$(DESTDIR)$(COMPLETIONS)' completion/test_progs

uninstall: ## remove the installed files, with the same prefix= and DESTDIR=
	rm -rf '$(DESTDIR)$(LIBEXEC)'
	cd '$(DESTDIR)$(prefix)' && rm -f $(COMMANDS:%=bin/%) $(COMMANDS:%=share/man/man1/%.1) \
		share/bash-completion/completions/test_progs

clean: ## remove compiled files, keep downloads
	rm -rf $(foreach f,$(flavours) san,'$(BUILD)/$f') '$(BPF_OUT)' '$(BUILD)/exitcheck' '$(BUILD)/repro'

help: ## list targets and variables
	@awk -F ': .*## |: ## ' '/^[a-z_ -]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; sed -n 's/^#: /  /p' $(MAKEFILE_LIST)
