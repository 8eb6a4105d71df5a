# Everything that people do with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := litebase tests tools
# How many processes run the tests: one more than there are processors, because tests wait much of their time, but four
# at most; 0 is this one alone. Each has servers of its own and takes whole files, so that what a file's tests share is
# made once, in the order that pytest has found (tests/longest_first.py puts the longest first).
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
SIDE_BY_SIDE = -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup deps deps-update install-tools generate demo dev playground dev-databases test test-failed test-servers test-windows test-windows-quick faults faults-long test-coverage fmt lint vet check bench bench-report \
	clean changelog-contract contract-mutation typescript build build-one-file build-all build-linux build-macos build-windows test-build test-build-quick test-built test-built-quick test-tauri studio studio-bundle sbom

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv with everything that is needed; quick when nothing changed

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "LiteBase needs Python 3.11 or later; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python cannot make virtual environments here (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $(STAMP)

deps: setup ## install the pinned dependencies

install-tools: setup ## install the development tools (they are pinned dependencies too)

deps-update: setup ## pin the newest allowed versions, with hashes, in requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group pyproject.toml:dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --upgrade --quiet -o requirements.lock
	$(MAKE) --no-print-directory requirements-runtime.lock
	$(BIN)/python -m tools.typescript lock

# What is shipped, in the versions of requirements.lock: for the image and the list of parts.
requirements-runtime.lock: requirements.lock
	$(BIN)/uv pip compile pyproject.toml -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --quiet -o requirements-runtime.lock

generate: setup ## write generated/ from schema/
	$(BIN)/python -m tools.generate

typescript: setup ## compile the npm packages, each into its dist/; quick when nothing changed
	$(BIN)/python -m tools.typescript build

demo: setup ## see it work: a real backend answers real queries on a sample database
	$(BIN)/python -m tools.demo

dev: setup ## serve on the default socket with debug logs for people
	$(BIN)/litebase-backend -log-level debug -log-format console

playground: setup ## try the backend out in a browser: builds Studio, serves it and prints its address
	$(BIN)/python -m tools.playground

dev-databases: setup ## start a private PostgreSQL and a private MariaDB and say how to reach them
	$(BIN)/python -m tools.services

test: setup ## run all tests, in WORKERS processes (default: one more than there are processors, four at most)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-failed: setup ## run again, one after the other, what failed in the last run
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none

test-windows: setup ## run the tests that say something about Windows, under Wine, which is installed when it is missing
	$(BIN)/python -m tools.windows test

test-windows-quick: setup ## those of pipes, engines and SQLite's driver: two or three minutes instead of five
	$(BIN)/python -m tools.windows test --quick

test-servers: setup ## run what depends on a server's version against others than the system's: SERVERS="postgresql-12 mysql-9"
	$(BIN)/python -m tools.servers test $(SERVERS)

test-tauri: setup ## check and test the crates in clients/tauri, and an app in a web view; says so when there is no cargo
	$(BIN)/python -m tools.tauri

studio: setup ## build Studio as an app, and run it with the backend from source; needs Rust and a web view
	$(BIN)/python -m tools.tauri.studio

studio-bundle: setup ## make an installer of the Studio, with the built backend in it, for this system
	$(BIN)/python -m tools.tauri.bundle $(if $(DEBUG),--debug)

faults: setup ## run the tests of every case of tests/faults.md and print what came out for each
	$(BIN)/python -m tools.faults

faults-long: setup ## soak, races and fuzzing, for MINUTES in all (default 5), with figures
	$(BIN)/python -m tools.faults --long --minutes $(or $(MINUTES),5)

test-coverage: setup ## run all tests and say which lines they reached
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(SIDE_BY_SIDE)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

fmt: setup ## format the code
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix --quiet $(SOURCES) || true
	$(BIN)/python -m tools.typescript format

lint: setup ## look for mistakes in the code and in the contract
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/python -m tools.generate --check
	$(BIN)/python -m tools.contract check
	$(BIN)/python -m tools.typescript lint

vet: setup ## check types and import contracts
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 -p litebase
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tools.typescript check

check: lint vet test ## everything that must pass before a change lands

contract-mutation: setup ## test the contract check on every small edit of the contract (minutes)
	$(BIN)/python -m tools.contract mutation

changelog-contract: setup ## list what changed in the contract since the last frozen version
	$(BIN)/python -m tools.contract changelog

bench: setup ## measure speed and memory, each beside something to compare with
	$(BIN)/python -m tools.bench

bench-report: setup ## measure all that, beside Node.js too, and write Markdown with plots to .cache/bench/report/
	$(BIN)/python -m tools.bench.report

clean: ## remove what was made here, the environment too
	rm -rf $(VENV) build dist htmlcov .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf node_modules generated/typescript/dist clients/typescript/dist clients/studio/dist clients/studio/node_modules clients/tauri/guest/dist clients/tauri/tests/app/dist clients/tauri/target
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

build: setup ## make a self-contained backend for this platform in dist/: a folder, and a compressed file of it
	$(BIN)/python -m tools.build --pack

build-one-file: setup ## the same as one file: starts slowly, and is two processes
	$(BIN)/python -m tools.build --one-file

sbom: setup ## list what a build consists of, as CycloneDX, in dist/litebase.cdx.json
	$(PYTHON) -m venv --clear --without-pip build/runtime
	$(BIN)/python -m pip --python build/runtime/bin/python install --quiet --require-hashes -r requirements-runtime.lock
	$(PYTHON) -m venv build/sbom
	build/sbom/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0
	mkdir -p dist
	build/sbom/bin/cyclonedx-py environment build/runtime/bin/python --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file dist/litebase.cdx.json

# What is about the tests themselves, about objects in their own process, or about load, says nothing of a build.
NOT_OF_BUILD = $(patsubst %,--ignore tests/end_to_end/test_%.py,fault_proxy invariants objects_left state_machine mixed_work many_clients)

test-build: build ## build, and test what was built: odd places, sudden ends, and all that a process must do
	@$(MAKE) --no-print-directory test-built

test-build-quick: build ## the same with one in five of the tests of a process, some of each file: a third of the time
	@$(MAKE) --no-print-directory test-built-quick

# What a build of its own takes does not count as the time of the test that is the first to ask for it.
test-built: setup
	program="$$($(BIN)/python -m tools.build --where)" && export LITEBASE_TEST_PROGRAM="$$program" && \
		$(BIN)/python -m pytest -o timeout_func_only=true tests/frozen && \
		$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(OF_BUILD) tests/end_to_end $(NOT_OF_BUILD)

test-built-quick: OF_BUILD = -p tests.sample
test-built-quick: test-built

build-linux: ## make the build for Linux; on Linux, for the processor of this machine
	@test "$$(uname -s)" = Linux || { echo "$@: builds are made on their own system; .github/workflows/release.yml makes them all"; exit 1; }
	@$(MAKE) --no-print-directory build

build-macos: ## make the build for macOS; on macOS, for the processor of this machine
	@test "$$(uname -s)" = Darwin || { echo "$@: builds are made on their own system; .github/workflows/release.yml makes them all"; exit 1; }
	@$(MAKE) --no-print-directory build

build-windows: setup ## make the build for Windows, with its tests; on Linux under Wine, which is installed when it is missing
	$(BIN)/python -m tools.windows build

build-all: ## make both builds for this platform, and say how the others are made
	@$(MAKE) --no-print-directory build build-one-file
	@echo "for Windows, under Wine: make build-windows"
	@echo "other systems and processors: .github/workflows/release.yml makes them, each on a machine of its own"
