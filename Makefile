# Everything runs in .venv, from hashed locks; `make demo` and `make test` each set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FOOTNOTE := $(BIN)/footnote

.PHONY: demo test test-browser survival lint types eval bench check lock clean

demo: .venv/run-time
	@$(FOOTNOTE) ingest
	@for question in \
		"Which missile system did Serbia receive from China in the secret delivery?" \
		"Which drones does Serbia have from China?" \
		"How much did Serbia pay for the HQ-22?"; do \
		printf '\n> %s\n' "$$question"; $(FOOTNOTE) ask "$$question" || exit 1; \
	done

test: .venv/development
	$(BIN)/python -m pytest

# Kills, doubled events, bursts, several bots on one PostgreSQL (skipped where it is not installed): about two minutes.
survival: .venv/development
	$(BIN)/python -m pytest -m survival

# The page of `footnote demo-slack` in headless Chromium; needs the system's chromium. Not in the locks: a browser's driver.
test-browser: .venv/development
	$(PIP) install playwright==1.65.2
	SCREENSHOTS=tests/loopback/page $(BIN)/python -m pytest -m browser

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/development
	$(BIN)/mypy

eval: .venv/development
	$(FOOTNOTE) --home .footnote/eval ingest corpus
	$(FOOTNOTE) --home .footnote/eval eval run

bench: .venv/development
	$(BIN)/python -m eval.bench $(SETS)

check: test lint types eval

.venv/run-time: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/development: .venv/run-time requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv. The locks hold for every platform and for Python 3.11 to 3.14.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .footnote
