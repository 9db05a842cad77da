# SPDX-License-Identifier: GPL-2.0
# The series for the kernel tree, and our tests in such a tree.
#
#: LINUX=        a kernel tree, for exitcheck, series, check-series, ci-diffs, overlay and check-drop-in
#: OUT=          directory of the patch series: patches/; of overlay's and check-series' work (no default)
#: VERSION=      of the series: 1
#: TREE=         that the series is for: bpf-next or bpf
#: SIGNOFF=1     add your Signed-off-by to the series
#: REPORTED_BY=  add Reported-by: to the series' main patches; people separated by commas
#: CLOSES=       URLs of the reports, one for each person
#: TESTED=       directory of check-series' tables, to quote in the cover letters
#: PREVIOUS=     directory of the version sent before, for a range-diff
#: IN_REPLY_TO=  message that the series answers
#: ONLY=         a part of the series: token, test_bpffs, file_reader or others; tests of check-drop-in
#: IN_PLACE=1    overlay writes into LINUX= itself
#: UNDO=1        overlay and ci-diffs take our files out again
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
	@[ '$(OUT)' ] || { echo 'OUT= is missing: where to build, and to put the tables' >&2; false; }
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' BUILD='$(build_path)' series/check_series.py --output '$(OUT)' \
		$(if $(RUNS),--runs '$(RUNS)') $(if $(KERNEL),--kernel '$(KERNEL)') \
		$(if $(filter command%,$(origin FLAVOURS)),--flavours $(FLAVOURS)) -- '$(LINUX)'

ci-diffs: $(EXITCHECK) ## put the series for LINUX= into VMTEST=, so that BPF CI applies it; UNDO=1 takes it out
	@[ '$(VMTEST)' ] || { echo 'VMTEST= is missing: make ci-diffs VMTEST=~/vmtest LINUX=~/bpf-next' >&2; false; }
	$(Q)EXITCHECK='$(abspath $(EXITCHECK))' series/ci_diffs.py $(if $(LINUX),--linux '$(LINUX)') \
		$(if $(UNDO),--undo) '$(VMTEST)'

overlay: ## put our tests into a copy of LINUX=, in OUT=; or IN_PLACE=1; UNDO=1 takes them back
	$(call need_linux, OUT=~/copy)
	@[ '$(OUT)$(IN_PLACE)$(UNDO)' ] || { echo 'OUT= is missing: where to copy; or IN_PLACE=1' >&2; false; }
	$(Q)series/overlay.sh $(if $(UNDO),--undo,$(if $(IN_PLACE),--in-place,--output '$(OUT)')) '$(LINUX)'

check-drop-in: ## our tests in LINUX='s runner, and its tests in ours: the same verdicts; ONLY=
	$(need_linux)
	$(Q)$(MAKE) $(plain) all
	$(Q)$(MAKE) $(asan) all
	$(Q)BUILD='$(build_path)' tests/drop_in.py '$(LINUX)'

check-upstream: $(EXITCHECK) ## try exitcheck and the series on Linux 6.12, 7.2 and 7.3 (downloads)
	$(Q)BUILD='$(build_path)' tests/upstream.sh
