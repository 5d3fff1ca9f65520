# DeepForge: `make start` sets up everything, starts the server with an example open, and trains it once.

VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
READY   := $(VENV)/.ready
TOOLS   := $(VENV)/.tools
EXAMPLE := examples/digits
PORT    ?= 8888

.PHONY: help start demo test check format docs clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

start: $(READY) ## Start at http://localhost:8888 with the digits example, train it once, stay up
	@$(BIN)/deepforge start --port $(PORT) --project $(EXAMPLE) --run train

demo: $(READY) ## The same without a browser and in a folder of its own; stops when the run has ended
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && \
	  DEEPFORGE_HOME="$$home" $(BIN)/deepforge start --port 0 --no-browser --project $(EXAMPLE) --run train --once

test: $(TOOLS) ## Run all tests (on SQLite, and on PostgreSQL where it is or can be installed)
	@.ci/postgresql
	@$(BIN)/python -m pytest $(TESTS)

check: $(TOOLS) ## Format, lint, types, walls between the rooms, sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n0 tests/house

format: $(TOOLS) ## Put all Python files into the house's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

docs: $(TOOLS) ## Build the documentation into site/
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo "The documentation is in site/index.html"

clean: ## Remove what make has made
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@python=$$(.ci/python) && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing DeepForge and what the examples need into $(VENV) (the first time this takes some minutes)"
	@$(PIP) --editable '.[torch,examples]'
	@touch $@

$(TOOLS): $(READY)
	@echo "Installing the tools that test DeepForge into $(VENV)"
	@$(PIP) --editable '.[torch,examples,dev]'
	@touch $@
