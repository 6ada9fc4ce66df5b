# Two commands do everything on a bare machine with Python 3.11, make and a package registry: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

run: $(VENV)/.run
	@$(BIN)/python -m bot run

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m bot check
	$(BIN)/pytest --numprocesses 2 --dist loadfile

$(VENV)/.run: requirements.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test: requirements-dev.lock pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

# Needs uv. Writes hashes only, no address of any registry. The tests' libraries come first: they are the pickier ones.
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" --quiet
lock:
	$(LOCK) --extra dev --extra semantic -o requirements-dev.lock
	$(LOCK) --extra semantic -c requirements-dev.lock -o requirements.lock

# TASKS: a JSON file of public intent tasks. Systems whose packages are missing are left out, with the reason.
bench-matching: $(VENV)/.test
	$(BIN)/python -m tests.bench.matching $(TASKS)

# Hundreds of kills, thousands of people, a flood: more than an hour. `make test` runs each in small.
soak: $(VENV)/.test
	$(BIN)/python -m tests.soak.kills --kills 300 --steps 5
	-$(BIN)/python -m tests.soak.kills --kills 100 --stock
	$(BIN)/python -m tests.soak.handovers --steps 1
	$(BIN)/python -m tests.soak.forgets --steps 1
	$(BIN)/python -m tests.soak.machine
	$(BIN)/python -m tests.soak.relays
	$(BIN)/python -m tests.soak.unasked
	$(BIN)/python -m tests.soak.canaries
	$(BIN)/python -m tests.soak.flood
	$(BIN)/python -m tests.soak.writers
	$(BIN)/python -m tests.soak.broken
	$(BIN)/python -m tests.soak.translations
	$(BIN)/python -m tests.soak.texts

bench-throughput: $(VENV)/.test
	$(BIN)/python -m tests.bench.throughput

# Seconds, milliseconds and megabytes on this machine: some five minutes.
bench-cost: $(VENV)/.test
	$(BIN)/python -m tests.bench.cost

.PHONY: run test lock bench-matching bench-throughput bench-cost soak
