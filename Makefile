# Two commands are enough: make run, make test. The rest is for those who carry the house on.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
MODEL := src/tuoke

.DEFAULT_GOAL := help
.PHONY: help run test check bench drill assets messages format clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run assets messages ## install what is missing, load the demo company on first start, serve on http://127.0.0.1:8000
	@exec $(BIN)/tuoke run

test: $(VENV)/.dev assets messages ## everything: SQLite, PostgreSQL and a real browser (installs what it needs)
	@sh tests/tools.sh
	$(PYTHON) -m tests.run

check: $(VENV)/.dev assets messages ## format, lint, types, import contracts, migrations, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'src/**/*.html')
	$(BIN)/lint-imports
	$(BIN)/mypy
	TUOKE_DATA_DIR=$$(mktemp -d) $(PYTHON) -m tuoke.config.manage makemigrations --check --dry-run
	TUOKE_DATA_DIR=$$(mktemp -d) $(PYTHON) -m tuoke.config.manage check
	$(PYTHON) -m tuoke.config.messages check

bench: $(VENV)/.dev assets messages ## reproducible measurements, printed as ratios of one run
	$(PYTHON) -m bench

drill: $(VENV)/.dev assets messages ## long fault drills: killed servers, two at once
	TUOKE_DRILL=1 $(BIN)/pytest -m drill -p no:randomly

assets: $(VENV)/.run
	@$(PYTHON) -m tuoke.config.assets

messages: $(VENV)/.run
	@$(PYTHON) -m tuoke.config.messages compile

format: $(VENV)/.dev ## put the code into its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'src/**/*.html')

clean: ## remove what was installed and built, never what was entered (var/)
	rm -rf $(VENV) node_modules $(MODEL)/static/vendor

$(VENV)/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tuoke needs Python 3.11 or newer; say which: make run PY=python3.13"; exit 1; }
	@$(PY) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@
