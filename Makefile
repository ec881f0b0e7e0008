# Keyworker: every target works alone on a machine with Python 3.11 or newer and make.

PY := .venv/bin/python
SECONDS ?= 60
FLOW ?= check_in

# One test command, for a desk and for the build server. A file's tests stay together, because
# they share what is slow to start: a browser, a web server, a migrated database.
TESTS := $(PY) -m pytest -n auto --dist loadscope --no-loadscope-reorder -q -rfEs

EXACT := bot/flows/*,bot/engine.py,bot/rules/frontdesk*,bot/rules/routing*,bot/rules/gate*,bot/turns*,bot/dispatch*

.DEFAULT_GOAL := help
.PHONY: help setup setup-run demo test check bench storm fuzz talk lint format types imports \
	catalogues messages shapes coverage lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with everything for work on the code (the other targets do it when needed)
	@.ci/setup work

setup-run:
	@.ci/setup run

demo: setup-run ## Run the whole service with a fictional taskforce, in the browser
	@$(PY) -m bot demo

test: setup ## Run all tests, on SQLite and on PostgreSQL
	@$(TESTS)

check: setup ## Everything a change must pass: style, types, layers, catalogues, tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m bot.catalogues check
	$(TESTS)

bench: setup ## Measure speed and print the figures
	@$(PY) -m benchmarks

storm: setup ## Kill, flood, forge, silence and confuse the service; FULL=1 for the scale of the docs
	@$(PY) -m tests.storm $(if $(FULL),--full)

fuzz: setup ## Throw random conversations at the service: make fuzz SECONDS=60
	@$(PY) -m tests.fuzz --seconds $(SECONDS)

talk: setup-run ## Talk to one conversation in the terminal: make talk FLOW=check_in
	@$(PY) -m bot talk $(FLOW)

lint: setup ## Style only
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: setup ## Put the code into its one format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

types: setup ## Types only
	$(PY) -m mypy

imports: setup ## Layers only: who may import whom
	.venv/bin/lint-imports

catalogues: setup ## Translations only: placeholders and missing sentences
	$(PY) -m bot.catalogues check

messages: setup ## Write new sentences into every catalogue
	$(PY) -m bot.catalogues update

shapes: setup ## Write the shape file of every new flow version
	$(PY) -m tests.flows.shapes

coverage: setup ## Run the tests and show which branches no test takes
	@$(TESTS) --cov --cov-report=
	@$(PY) -m coverage report
	@$(PY) -m coverage report --include='$(EXACT)' --fail-under=100

lock: ## Write both lock files anew (needs uv)
	@.ci/lock

clean: ## Remove .venv and everything the tools left behind; never the data folder
	rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
