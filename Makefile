# `make demo` and `make test` set up everything they need in .venv; `make help` lists the rest.
# PYTHON=/path/to/python picks the interpreter; ARGS="-k cord" hands arguments to pytest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON_VERSIONS := 3.13 3.12 3.11 3.10
RUN := .venv/bin/python
ARGS ?=
# Relative, so that a checkout whose path has spaces works.
TEST_OUTPUT := build/test
INSTALLED := build/installed

.PHONY: help environment demo test lint unit installed slicer-5.10 slicer-5.12 docs bench peers fuzz mutation audit wheel \
	cmake-lists extension-card icons screenshots lock clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9.-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

environment: ## set up .venv from the pinned list of the newest usable Python
	@python="$$(sh requirements/python.sh $(PYTHON_VERSIONS))"; \
	minor="$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
	sh requirements/environment.sh .venv "$$python" "requirements/$$minor.txt" \
		requirements/slicer-core.txt requirements/panel.txt

demo: environment ## make a phantom patient, evaluate its plan, write the report
	@$(RUN) -m spine_radiosurgery demo --output build/demo
	@echo "Results: $(CURDIR)/build/demo"

test: lint docs unit installed slicer-5.10 slicer-5.12 ## lint, types, site, all tests, the installed extension, the library on what Slicer 5.10 and 5.12 bundle
	@echo "All tests passed. Results: $(CURDIR)/$(TEST_OUTPUT) (*.log, *.xml)"

lint: environment ## ruff and mypy
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy

# $(call pytest,environment,result name,arguments)
# One thread of linear algebra a worker: more of them wait for one another and double the time.
# A file stays with one worker, so that what its tests share is made once; by default the files of few tests, which take
# the longest here, would all come last.
define pytest
	mkdir -p $(TEST_OUTPUT); \
	echo "== $(2): $$($(1)/bin/python --version), results in $(TEST_OUTPUT)/$(2).log and .xml"; \
	OPENBLAS_NUM_THREADS=1 $(1)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --junitxml=$(TEST_OUTPUT)/$(2).xml $(3) $(ARGS) 2>&1 | tee $(TEST_OUTPUT)/$(2).log
endef

unit: environment peers ## all tests with .venv
	@$(call pytest,.venv,main,)

# A tree of its own every time: a file that is gone from the checkout must not linger there.
installed: environment ## start, console and six steps of the panel on the extension as 3D Slicer installs it
	@rm -rf $(INSTALLED)
	@modules="$$($(RUN) Testing/tools/installed_tree.py $(INSTALLED))"; \
	export SPINE_RADIOSURGERY_MODULE="$$modules/SpineRadiosurgery.py"; \
	$(call pytest,.venv,installed,-m "not slow" $(addprefix Testing/Panel/test_,manners.py logic_module.py workflow.py))

docs: environment ## the documents as a site: build/site
	@sh requirements/environment.sh .venv-docs "$$(sh requirements/python.sh $(PYTHON_VERSIONS))" requirements/docs.txt
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build --strict --quiet --site-dir build/site
	@echo "Site: $(CURDIR)/build/site/index.html"

# The rooms that 3D Slicer runs with its own numpy, scipy and pydicom, on the Python it bundles where that is here.
# .venv has numpy, scipy and pydicom of 5.12 already; what differs there is highdicom.
slicer-5.10: SLICER_PYTHONS := 3.12 3.11 3.10
slicer-5.12: SLICER_PYTHONS := 3.12 3.11 3.13
run-slicer-5.10: SLICER_TESTS := Testing/Unit Testing/Dicom Testing/Packaging
run-slicer-5.12: SLICER_TESTS := Testing/Dicom Testing/Packaging
slicer-5.10 slicer-5.12: ## numpy rooms, DICOM and packaging with the versions of that Slicer
	@if python="$$(sh requirements/python.sh $(SLICER_PYTHONS) 2>/dev/null || PYTHON= sh requirements/python.sh $(SLICER_PYTHONS))"; then \
		sh requirements/environment.sh .venv-$@ "$$python" requirements/$@.txt; \
		$(MAKE) --no-print-directory run-$@; \
	else \
		echo "Skipped: the tests with the versions of $@, for want of Python $(SLICER_PYTHONS)."; \
		test -z "$${SPINE_RADIOSURGERY_CI:-}"; \
	fi

run-slicer-%:
	@$(call pytest,.venv-slicer-$*,slicer-$*,-m "not slow" $(SLICER_TESTS))

# Other programs that read what is exported and compute what we compute, in an environment of their own; tests and the page
# of figures say where they are missing.
peers:
	@sh requirements/environment.sh .venv-bench "$$(sh requirements/python.sh $(PYTHON_VERSIONS))" requirements/bench.txt \
		|| echo "The tools to compare with could not be installed; going on without them."

bench: environment peers ## accuracy and speed: docs/benchmarks.md; ARGS="cord growth" measures only these sections
	@$(RUN) Testing/Benchmarks $(ARGS)

fuzz: environment ## 100,000 damaged files for every reader; ARGS="--count 5000 --reader protocol" takes fewer
	@$(RUN) Testing/Fuzz $(or $(ARGS),--count 100000 --workers 2)

mutation: ## whether the tests notice small faults in geometry, cord, dose and tolerance; ARGS=--all takes every one
	@sh requirements/environment.sh .venv-mutation "$$(sh requirements/python.sh 3.13 3.12 3.11)" requirements/mutation.txt
	@OPENBLAS_NUM_THREADS=1 .venv-mutation/bin/python Testing/Mutation --lowest 85 $(ARGS)

AUDITED := $(wildcard requirements/*.txt)
audit: ## known weaknesses of all pinned packages (needs the network)
	@sh requirements/environment.sh .venv-audit "$$(sh requirements/python.sh $(PYTHON_VERSIONS))" requirements/audit.txt
	@failed=; for list in $(AUDITED); do \
		echo "== $$list"; \
		.venv-audit/bin/python -m pip_audit --strict --progress-spinner off --require-hashes --disable-pip --requirement "$$list" || failed="$$failed $$list"; \
	done; \
	test -z "$$failed" || { echo "Weaknesses, or advisories that could not be reached:$$failed" >&2; exit 1; }

wheel: environment ## build/dist/*.whl
	@$(RUN) -m hatchling build --target wheel --directory build/dist

cmake-lists: environment ## write the file lists of SpineRadiosurgery/CMakeLists.txt anew
	@$(RUN) Testing/tools/update_cmake_lists.py

extension-card: environment ## write names and addresses of the extension anew from Testing/tools/extension_card.json
	@$(RUN) Testing/tools/update_extension_card.py

icons: environment ## draw the PNG icons anew from the SVG and the demo case
	@$(RUN) Testing/tools/draw_icons.py

screenshots: environment ## photograph every page of the panel into docs/images
	@$(RUN) Testing/tools/make_screenshots.py

lock: environment ## write the pinned lists anew (needs the network); ARGS=--upgrade takes the newest of everything
	@sh requirements/lock.sh .venv/bin/uv $(ARGS)

clean: ## remove environments and results
	@rm -rf .venv .venv-slicer-5.10 .venv-slicer-5.12 .venv-bench .venv-docs .venv-audit .venv-mutation build .mypy_cache .pytest_cache .ruff_cache .hypothesis
