# SPDX-License-Identifier: GPL-2.0
# The series for the kernel tree, and our tests in such a tree.
#
#: LINUX=        a kernel tree, for exitcheck, series, check-series, ci-diffs, overlay and check-drop-in
#: OUT=          directory for the patch series (default: patches), overlay's copy, or check-series' work
#: VERSION=      version of the series (default: 1)
#: TREE=         tree that the series is for: bpf-next (default) or bpf
#: SIGNOFF=1     add your Signed-off-by to the series
#: REPORTED_BY=  add Reported-by: to the series' main patches; people separated by commas
#: CLOSES=       URLs of the reports, one for each person
#: TESTED=       directory with check-series' tables, for the cover letters
#: PREVIOUS=     directory of the previous version, for a range-diff
#: IN_REPLY_TO=  message that the series answers
#: ONLY=         part of the series: token, test_bpffs, file_reader or others; for check-drop-in: globs of tests
#: IN_PLACE=1    overlay writes into LINUX= itself
#: UNDO=1        overlay and ci-diffs restore the tree or checkout
#: VMTEST=       a checkout of kernel-patches/vmtest, for ci-diffs

.PHONY: series patches check-series ci-diffs overlay check-drop-in check-upstream
series patches: $(EXITCHECK) ## make the patch series for LINUX=; OUT=, VERSION=, TREE=, SIGNOFF=1, ONLY= …
	$(need_linux)
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' series/series.py --output '$(or $(OUT),patches)' \
		$(if $(VERSION),--version '$(VERSION)') $(if $(TREE),--tree '$(TREE)') \
		$(if $(SIGNOFF),--signoff) $(if $(ONLY),--only '$(ONLY)') \
		$(if $(REPORTED_BY),--reported-by '$(REPORTED_BY)') $(foreach url,$(CLOSES),--closes '$(url)') \
		$(if $(TESTED),--tested '$(TESTED)') $(if $(PREVIOUS),--previous '$(PREVIOUS)') \
		$(if $(IN_REPLY_TO),--in-reply-to '$(IN_REPLY_TO)') '$(LINUX)'

check-series: $(EXITCHECK) ## build and run LINUX= before and after the series; OUT=, RUNS=, KERNEL=, FLAVOURS=
	$(call need_linux, OUT=~/checked)
	@[ '$(OUT)' ] || { echo 'OUT= is missing: set it to a directory for the build and the tables' >&2; false; }
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' BUILD='$(build_path)' series/check_series.py --output '$(OUT)' \
		$(if $(RUNS),--runs '$(RUNS)') $(if $(KERNEL),--kernel '$(KERNEL)') \
		$(if $(filter command%,$(origin FLAVOURS)),--flavours $(FLAVOURS)) -- '$(LINUX)'

ci-diffs: $(EXITCHECK) ## put the series for LINUX= into VMTEST=, so that BPF CI applies it; UNDO=1 reverts that
	@[ '$(VMTEST)' ] || { echo 'VMTEST= is missing: make ci-diffs VMTEST=~/vmtest LINUX=~/bpf-next' >&2; false; }
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' series/ci_diffs.py $(if $(LINUX),--linux '$(LINUX)') \
		$(if $(UNDO),--undo) '$(VMTEST)'

overlay: ## put our tests into a copy of LINUX= in OUT=, or into LINUX= with IN_PLACE=1; UNDO=1 reverts that
	$(call need_linux, OUT=~/copy)
	@[ '$(OUT)$(IN_PLACE)$(UNDO)' ] || { echo 'OUT= is missing: set it to a directory for the copy, or set IN_PLACE=1' >&2; false; }
	$(Q)series/overlay.sh $(if $(UNDO),--undo,$(if $(IN_PLACE),--in-place,--output '$(OUT)')) '$(LINUX)'

check-drop-in: ## run our tests and those of LINUX= in both runners, and compare the verdicts; ONLY=
	$(need_linux)
	$(Q)$(MAKE) $(plain) all
	$(Q)$(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' tests/drop_in.py '$(LINUX)'

check-upstream: $(EXITCHECK) ## try exitcheck and the series on Linux 6.12, 7.2 and 7.3 (downloads)
	$(Q)BUILD='$(build_path)' tests/upstream.sh
