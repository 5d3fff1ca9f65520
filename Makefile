# DeepForge: `make start` sets up everything, starts the server with an example open, and trains it once.

VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
READY   := $(VENV)/.ready
TOOLS   := $(VENV)/.tools
EDITOR  := src/deepforge/server/web/index.html
MODULES := web/node_modules/.package-lock.json
SOURCES := $(shell find web/src web/public -type f) web/index.html web/vite.config.ts web/tsconfig.json
EXAMPLE := examples/digits
PORT    ?= 8888

.PHONY: help start demo web test check format docs clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

start: $(READY) $(EDITOR) ## Start at http://localhost:8888 with the digits example, train it once, stay up
	@$(BIN)/deepforge start --port $(PORT) --project $(EXAMPLE) --run train

demo: $(READY) ## The same without a browser and in a folder of its own; stops when the run has ended
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && \
	  DEEPFORGE_HOME="$$home" $(BIN)/deepforge start --port 0 --no-browser --project $(EXAMPLE) --run train --once

web: $(EDITOR) ## Build the editor into the package

# Byte code is kept, whatever the shell says: else each of some hundred processes compiles the package anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(TOOLS) $(EDITOR) ## Run all tests (PostgreSQL and Chromium are installed for them where that is possible)
	@.ci/postgresql
	@.ci/chromium
	@cd web && npm run --silent test
	@$(BIN)/python -m pytest $(TESTS)

check: $(TOOLS) $(MODULES) ## Format, lint, types, walls between the rooms, sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n0 tests/house
	cd web && npm run --silent check

format: $(TOOLS) $(MODULES) ## Put all files into the house's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@cd web && npm run --silent format

docs: $(TOOLS) ## Build the documentation into site/
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "The documentation is in site/index.html"

clean: ## Remove what make has made
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis web/node_modules $(dir $(EDITOR))

$(VENV)/bin/python:
	@python=$$(.ci/python) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing DeepForge and what the examples need into $(VENV) (the first time this takes some minutes)"
	@$(PIP) --editable '.[torch,examples]'
	@$(BIN)/python -m compileall -q -j 0 src
	@touch $@

$(TOOLS): $(READY)
	@echo "Installing the tools that test DeepForge into $(VENV)"
	@$(PIP) --editable '.[torch,examples,dev]'
	@touch $@

$(MODULES): web/package.json web/package-lock.json
	@.ci/node
	@echo "Installing what the editor is made of into web/node_modules"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(EDITOR): $(MODULES) $(SOURCES)
	@echo "Building the editor"
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@
