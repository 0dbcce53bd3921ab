# Each target has a sentence after `##`; `make help` prints them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
STARTED := $(shell date +%s)
COMPILE = $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
SERVER_LIKE = DEBUG=0 SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	FILES_KEYS=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff \
	DATABASE_URL=postgresql://nobody@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0 SITE_URL=https://cartable.example.org

.PHONY: help
help: ## Print this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## /\1\t/' \
		| while IFS=$$'\t' read -r name sentence; do printf '  make %-12s %s\n' "$$name" "$$sentence"; done

.PHONY: assets
assets: .venv/.local ## Build the style sheets, fonts and icons into static/dist/.
	@$(BIN)/python -m config.assets

.PHONY: bench
bench: .venv/.test assets messages ## Measure what must be fast (benchmarks/), on throw-away servers.
	@$(BIN)/pytest benchmarks -s

.PHONY: check
check: .venv/.test assets messages ## Judge the code without playing it: style, layers, types, settings, French.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(SERVER_LIKE) $(BIN)/mypy
	$(SERVER_LIKE) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m config.messages --check
	$(BIN)/pytest -q tests/test_consistency.py tests/test_layers.py

.PHONY: demo
demo: .venv/.local assets messages ## Empty the embedded database and play the demo again.
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo --reset

.PHONY: format
format: .venv/.test ## Put the Python code in its one shape.
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

.PHONY: lock
lock: .venv/.local ## Pin every Python dependency with its hashes, from requirements/*.in.
	cd requirements && for name in base local test; do ../$(COMPILE) $$name.in -o $$name.txt || exit 1; done

.PHONY: messages
messages: .venv/.local ## Merge the French of locale/fr/areas/ into the file Django reads.
	@$(BIN)/python -m config.messages

.PHONY: run
run: .venv/.local ## Start everything (PORT=8000) and print the address; Ctrl-C stops all.
	@CARTABLE_STARTED=$(STARTED) exec $(BIN)/python -m config.running

.PHONY: screenshots
screenshots: .venv/.test assets messages ## Take the pictures of the README again, in Chromium.
	@$(BIN)/python manage.py screenshots

.PHONY: setup
setup: .venv/.local assets messages ## Build .venv and the assets, and start nothing.
	@echo "Cartable is built: make run starts it, make test proves it."

.PHONY: stop
stop: ## Stop a `make run` of this folder, and servers that a killed process left behind.
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m config.running stop

.PHONY: test
test: .venv/.test assets messages ## Play the whole suite, browser tests included, on two cores.
	@$(BIN)/pytest -n 2

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Cartable: Python 3.11 or newer is needed (Debian: sudo apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Cartable: Python's venv module is missing (Debian: sudo apt-get install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.local: requirements/local.txt | .venv/bin/python
	@echo "Installing the Python packages…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/local.txt
	@touch $@

.venv/.test: requirements/test.txt .venv/.local
	@echo "Installing the packages of the tests…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@
