# Everything is installed into .venv from requirements/*.txt: exact versions, checked by hash.
# Needs Python 3.11 or newer with its headers and venv module, a C compiler and make; .ci/preflight says what is missing.
# Another Python: make PYTHON=python3.13 run
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
ARGS    ?=

PIP     := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check install
PINNED  := $(PIP) --require-hashes --only-binary :all:
.PHONY: help run test check format pin clean
.DELETE_ON_ERROR:

help:
	@echo 'make run     install into $(VENV) and open the interview (no terminal: a table of examples/)'
	@echo 'make test    install what the tests need and run them      (make test ARGS="-k wheel")'
	@echo 'make check   style, types, direction of imports, the rules themselves'
	@echo 'make format  rewrite the sources in the one style'
	@echo 'make bench   speed and memory of the program, as ratios within the run'
	@echo 'make mutants changes in the engine, decision, cost, sizing and records that the tests must notice'
	@echo 'make schemas regenerate schemas/*.json (editor completion)'
	@echo 'make catalog refresh the prices of rules/catalog/ from two packages: LITELLM=FILE GENAI=FILE DAY=DATE'
	@echo 'make pin     recompute requirements/*.txt at the newest versions, with Python 3.11'
	@echo 'make docs    build the documentation as a site into build/site, without a network'
	@echo 'make dist    build the source distribution and the wheel into dist/'
	@echo 'make bundle  everything for a host without a network in one archive (KEY=FILE signs it)'
	@echo 'make clean   remove $(VENV), build/ and dist/'

# --- use ---------------------------------------------------------------------------------------------------------------

EXAMPLES ?= examples/*.toml
run: $(VENV)/advisor.stamp
	@if [ -t 0 ] && [ -t 1 ]; then \
	  exec $(BIN)/advisor; \
	else \
	  $(BIN)/advisor assess --brief $(EXAMPLES) && \
	  printf '\n%s\n%s\n' 'One of them on a screen, or in full: $(BIN)/advisor assess examples/team-of-20.toml [--full]' 'In a terminal, make run opens the interview; all commands: $(BIN)/advisor --help'; \
	fi

# --- tests and checks --------------------------------------------------------------------------------------------------

# CLOCK shifts the calendar of all that the tests run by so many days: make test CLOCK=400
# A worker for each core; one more, where much of the time is spent waiting for terminals.
CLOCK   ?=
WORKERS ?= 2
test: test-tools $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(if $(CLOCK),$(BIN)/python -m tests.clock $(CLOCK)) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations 15 --durations-min 5 $(ARGS)

.PHONY: test-tools
test-tools:
	@PYTHON=$(PYTHON) .ci/preflight $(if $(wildcard $(VENV)/created.stamp),tools,test)

check: $(VENV)/check.stamp $(VENV)/advisor.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 0 tests/house
	$(BIN)/advisor rules lint

format: $(VENV)/check.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The prices of rules/catalog/ from the newest wheels of litellm and genai-prices, which pip downloads without installing
# them. DAY is the day the lists stood so (GENAI_DAY the second's); TAKE names further prices by their keys. What changed
# is printed, and lint has the last word (docs/refresh-prices.md).
LITELLM ?=
GENAI   ?=
DAY     ?= $(shell date -u +%F)
GENAI_DAY ?= $(DAY)
TAKE    ?=
.PHONY: catalog
catalog: $(VENV)/advisor.stamp
	$(BIN)/python -m maintenance.refresh_catalog litellm "$(LITELLM)" --day $(DAY) $(TAKE:%=--take %)
	$(if $(GENAI),$(BIN)/python -m maintenance.refresh_catalog genai-prices "$(GENAI)" --day $(GENAI_DAY) --future $(TAKE:%=--take %))

SCHEMAS := answers rules throughput record assessment policy

schemas: $(VENV)/advisor.stamp
	for name in $(SCHEMAS); do $(BIN)/advisor schema $$name > schemas/$$name.json || exit; done

# --- longer runs -------------------------------------------------------------------------------------------------------

.PHONY: pictures bench bench-interface fuzz soak soak-record soak-reasoning soak-tests schemas example-ledger man

# Some minutes: each figure a ratio within the run. PEERS names a Python that has scipy and monaco, to compare with;
# where zen-engine can be imported, the rule engines are compared with it.
PEERS   ?=
bench: $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.cost.cost_speed $(PEERS)
	$(BIN)/python -m benchmarks.engine.engine_speed
	$(BIN)/python -m benchmarks.cost.assess_speed
	$(BIN)/python -m benchmarks.cost.flips_speed
	$(BIN)/python -m benchmarks.sizing.fit_throughput
	$(BIN)/python -m benchmarks.interface.interface_speed

# Every picture of the interface: the snapshots the tests compare with, those of the documentation, and the hospital's
# interview and records page. Look at each that changed before committing it.
pictures: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m tests.terminal.take_snapshots
	$(BIN)/python -m tests.terminal.take_pictures docs/pictures
	$(BIN)/python -m tests.terminal.take_hospital

# Every screen in every theme, under NO_COLOR and in ASCII, at three sizes, as sheets to look at (PNG where Chromium is).
CONTACT_SHEETS ?= ../contact-sheets
.PHONY: contact-sheets
contact-sheets: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m tests.terminal.take_contact_sheets $(CONTACT_SHEETS)

# The interface beside posting and harlequin, which pip installs into virtual environments of their own.
bench-interface: $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.interface.interface_speed --peers

# Files that a coverage-guided fuzzer finds, through every parser (hours for a million; PARSERS names some; what was
# interesting is kept in benchmarks/faults/fuzz-corpus), and a quarter of an hour: a thousand storms of keys, each of which
# leave every answer kept. atheris is built for Linux on x86-64 and Python 3.11 to 3.13; fuzz-blind needs nothing.
INPUTS  ?= 1000000
PARSERS ?=
.PHONY: fuzz-parsers fuzz-short fuzz-blind
fuzz: fuzz-parsers
	KEY_STORMS=1000 $(BIN)/python -m pytest tests/terminal/test_screens.py tests/terminal/test_variants.py -k storm
fuzz-parsers: $(VENV)/fuzz.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.faults.fuzz_guided $(INPUTS) 1 $(PARSERS)
fuzz-short: $(VENV)/fuzz.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.faults.fuzz_guided 20000 1 answers record signers
fuzz-blind: $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.faults.fuzz_parsers $(INPUTS)

# Mutation testing of five packages: MUTANTS of each, drawn with SEED; PACKAGES names some. One takes a second of one
# processor where a test notices it, and up to ten where none does; noting which test enters which function takes minutes
# once. What survived on the last runs, and why: docs/trust.md.
MUTANTS  ?= 40
SEED     ?= 1
PACKAGES ?=
.PHONY: mutants
mutants: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.faults.mutants $(MUTANTS) $(SEED) $(PACKAGES)

# Half an hour to hours: 100 million rows within 2 GB; so many damaged FILES (a quarter of an hour); the same log on four
# engines (LOGS names a scratch folder of 2 GB). The engines need ibis' back ends and are told where they are missing: see docs/measuring.md.
.PHONY: measure-scale measure-fuzz measure-engines
LOGS    ?= build/logs
FILES   ?= 4000
measure-scale: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.evidence.usage_scale $(LOGS)
measure-fuzz: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.evidence.measure_fuzz $(FILES)
measure-engines: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.evidence.usage_engines $(LOGS)

# Hours: stopping early against finishing, on random complete answer sets; confidence against worlds not drawn from.
soak-reasoning: $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.cost.ask_only_what_matters 10000 100
	$(BIN)/python -m benchmarks.confidence.confidence

# An hour: random rule sets, random answers to the shipped rules, random answers through whole assessments.
soak: $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.engine.soak_engine 1000000
	$(BIN)/python -m benchmarks.cost.soak_assess 100000 2000

# Eleven minutes of processor time: the tests that try a part in CI (tests/soak.py) try all of it (docs/benchmarks.md).
SOAKED  = $(shell grep -lE "^from tests.soak import" -r tests --include="test_*.py")
soak-tests: $(VENV)/test.stamp $(VENV)/advisor.stamp
	ADVISOR_SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(SOAKED)

# Hours at 1000: random pairs of every answer of eight workloads, and one answer at a time over decades; the table of the
# latter goes to docs/confidence.md (PROPERTIES is the number of examples of each property and workload; CI tries a few).
PROPERTIES ?= 1000
.PHONY: properties
properties: $(VENV)/test.stamp $(VENV)/advisor.stamp
	PROPERTIES=$(PROPERTIES) $(BIN)/python -m pytest -n $(WORKERS) tests/properties/test_whole_assessments.py
	$(BIN)/python -m benchmarks.cost.answer_sweeps --write

# Half an hour: kills, writers and failing system calls at full count, every byte flipped, 10,000 records verified.
soak-record: $(VENV)/advisor.stamp
	$(BIN)/python benchmarks/record/soak_record.py kill 1000
	$(BIN)/python benchmarks/record/soak_record.py writers 8 100
	$(BIN)/python benchmarks/record/soak_record.py syscalls all EIO ENOSPC EINTR EDQUOT
	$(BIN)/python benchmarks/record/soak_record.py flips 1 1009
	$(BIN)/python benchmarks/record/soak_record.py ledger 10000
	$(BIN)/python benchmarks/record/verifier_agreement.py 1000
	$(BIN)/python benchmarks/record/audit_forgeries.py 100

# Minutes: 100 to 10,000 workloads in one run of `advisor portfolio`; the table in docs/portfolio.md.
.PHONY: portfolio-scale
portfolio-scale: $(VENV)/test.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m benchmarks.portfolio.portfolio_scale

# Needed when rules or arithmetic change without a new version: the shipped ledger must replay to the same.
example-ledger: $(VENV)/advisor.stamp
	$(BIN)/python docs/make_example_ledger.py

# The manual page, from the commands themselves; read it with: man -l docs/advisor.1
man: $(VENV)/advisor.stamp
	$(BIN)/python docs/make_man_page.py

# docs/ as a site in build/site, with reference pages generated from the knowledge base, the commands and the schemas.
.PHONY: docs
docs: $(VENV)/docs.stamp $(VENV)/advisor.stamp
	$(BIN)/python -m maintenance.make_docs_site

# The configurations of `advisor gateway`, served by LiteLLM's own proxy, of which LITELLM may name a Python that has it.
LITELLM_PROXY := build/litellm/bin/python
gateway-check: LITELLM ?= $(LITELLM_PROXY)
.PHONY: gateway-check
gateway-check: $(VENV)/advisor.stamp
	@[ -x "$(LITELLM)" ] || { $(PYTHON) -m venv build/litellm && $(LITELLM_PROXY) -m pip -qq install 'litellm[proxy]'; }
	$(BIN)/python -m benchmarks.portfolio.gateway_proxy $(LITELLM) examples/*.toml examples/portfolio/*.toml

# --- installation ------------------------------------------------------------------------------------------------------

$(VENV)/created.stamp:
	@PYTHON=$(PYTHON) .ci/preflight run
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/build.stamp: requirements/build.txt $(VENV)/created.stamp
	$(PINNED) -r $<
	@touch $@

$(VENV)/run.stamp: requirements/run.txt $(VENV)/build.stamp
	$(PINNED) -r $<
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	$(PINNED) -r $<
	@touch $@

$(VENV)/docs.stamp: requirements/docs.txt $(VENV)/check.stamp
	$(PINNED) -r $<
	@touch $@

$(VENV)/check.stamp: requirements/check.txt $(VENV)/test.stamp
	$(PINNED) -r $<
	@touch $@

$(VENV)/fuzz.stamp: requirements/fuzz.txt $(VENV)/test.stamp
	$(PINNED) -r $<
	@touch $@

# The rule engine is compiled here (hatch_build.py), and the program's files ahead: the first screen must not wait.
$(VENV)/advisor.stamp: pyproject.toml hatch_build.py $(wildcard third_party/*.gz) $(VENV)/run.stamp
	$(PIP) --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q advisor
	@touch $@

# --- distribution ------------------------------------------------------------------------------------------------------

# The wheel is built from the source distribution, as an installer would, without a network.
.PHONY: dist
dist: $(VENV)/advisor.stamp
	$(BIN)/python -m hatchling build -t sdist -d dist
	$(BIN)/python -m pip -qq --no-input wheel --no-index --no-deps --no-build-isolation -w dist dist/*.tar.gz

# One archive for a host without a network: wheels for this Python and architecture, installer, documents, bill of
# materials, digests; KEY=FILE signs the digests with an SSH key (docs/offline-install.md).
KEY     ?=
.PHONY: bundle bundle-check network-check
bundle: $(VENV)/advisor.stamp
	$(BIN)/python -m maintenance.make_bundle dist $(if $(KEY),--key $(KEY))

# Two builds compared; installed without a network and a compiler, used, and refused with one byte changed.
bundle-check: $(VENV)/advisor.stamp
	PYTHON=$(BIN)/python sh maintenance/check_bundle.sh

# Every command under strace, which follows the processes they start: no network socket may be opened.
network-check: $(VENV)/advisor.stamp
	sh maintenance/check_network.sh

# --- maintenance -------------------------------------------------------------------------------------------------------

# Resolved by the oldest Python the program supports: what it accepts, the newer ones accept too.
OLDEST  ?= python3.11
COMPILE := ../$(VENV)/pin/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
           --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-options

pin: $(VENV)/created.stamp
	$(OLDEST) -m venv --clear $(VENV)/pin && $(VENV)/pin/bin/pip --quiet install pip-tools
	cd requirements && $(COMPILE) build.in -o build.txt && $(COMPILE) ../pyproject.toml -o run.txt
	cd requirements && $(COMPILE) test.in -o test.txt && $(COMPILE) check.in -o check.txt
	cd requirements && $(COMPILE) docs.in -o docs.txt && $(COMPILE) fuzz.in -o fuzz.txt

clean:
	rm -rf $(VENV) build dist
