# Everything that people do with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := litebase tests tools

.DEFAULT_GOAL := help
.PHONY: help setup deps deps-update install-tools generate demo dev dev-databases test test-coverage fmt lint vet check bench clean \
	changelog-contract contract-mutation build build-all build-linux build-macos build-windows

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-15s %s\n", $$1, $$2}'

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

generate: setup ## write generated/ from schema/
	$(BIN)/python -m tools.generate

demo: setup ## see it work: a real backend answers real queries on a sample database
	$(BIN)/python -m tools.demo

dev: setup ## serve on the default socket with debug logs for people
	$(BIN)/litebase-backend -log-level debug -log-format console

dev-databases: setup ## start a private PostgreSQL and a private MariaDB and say how to reach them
	$(BIN)/python -m tools.services

test: setup ## run all tests
	$(BIN)/python -m pytest

test-coverage: setup ## run all tests and say which lines they reached
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

fmt: setup ## format the code
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix --quiet $(SOURCES) || true

lint: setup ## look for mistakes in the code and in the contract
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/python -m tools.generate --check
	$(BIN)/python -m tools.contract check

vet: setup ## check types and import contracts
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint vet test ## everything that must pass before a change lands

contract-mutation: setup ## edit the contract in every small way, and hold its check against a schema validator (minutes)
	$(BIN)/python -m tools.compatibility.mutation

changelog-contract: setup ## tell what changed in the contract since the last frozen version
	$(BIN)/python -m tools.contract changelog

bench: setup ## measure speed and memory, each beside something to compare with
	$(BIN)/python -m tools.bench

clean: ## remove what was made here, the environment too
	rm -rf $(VENV) build dist htmlcov .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

build build-all build-linux build-macos build-windows:
	@echo "$@: self-contained builds come in a later version; run from source with .venv/bin/litebase-backend"
	@exit 1
