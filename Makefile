# What a newcomer needs: `make run`, and before a change is handed in: `make test`.

PYTHON ?= python3
PORT ?= 8080
CASES ?= 100000
BIN := .venv/bin
STAMPS := .stamps
# One process of tests for each core; none shares a file, a port or a database with another.
SIDE_BY_SIDE := -n auto --dist worksteal
# Where the tests of one file share a house, each file stays in one process.
FILE_BY_FILE := -n auto --dist loadfile
SHORT_FAULTS := 1 2 3 6 7 8 9 10 11 12 16 18 19 20

.DEFAULT_GOAL := help
.PHONY: help run install web test check unit api malicious browser web-test bench faults faults-short \
        faults-planted fuzz test-long format revision wire

help:
	@echo "make run         start the demonstration at http://127.0.0.1:$(PORT) (FRESH=1 starts anew)"
	@echo "make test        everything that must hold before a change is handed in"
	@echo "make check       style, types, import rules, generated files"
	@echo "make test-long   the same and much more of it: longer property tests, and make fuzz"
	@echo "make fuzz        $(CASES) changed objects before both implementations (CASES=, SEED=)"
	@echo "make faults      what happens when it is killed, cut off or loses its disk, counted (FAULTS_SCALE=0.1)"
	@echo "make bench       how fast it is, on this machine"

# -- run

run: $(STAMPS)/runtime
	@$(BIN)/python hatch_build.py
	@exec $(BIN)/python -m chatserver demo --port "$(PORT)" $(if $(FRESH),--fresh)

# Its pip comes last: an environment that was not finished is finished by the next try.
$(BIN)/pip:
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment here. Debian: apt-get install python3-venv"; exit 1; }

# Only what the server needs, and a Node for the web client where the machine has none.
$(STAMPS)/runtime: requirements/run.lock pyproject.toml | $(BIN)/pip
	@echo "Installing what the server needs ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/run.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/dev.lock $(STAMPS)/runtime
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.lock
	@touch $@

install: $(STAMPS)/dev

web/node_modules/.package-lock.json: web/package-lock.json web/package.json | $(STAMPS)/dev
	@$(BIN)/python hatch_build.py --install

web: web/node_modules/.package-lock.json
	@$(BIN)/python hatch_build.py

# -- test

test: check unit web-test api malicious browser faults-short

check: $(STAMPS)/dev web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m chatserver.wire --check
	$(BIN)/python hatch_build.py --npm run check

unit: $(STAMPS)/dev web
	@bin/system-packages
	$(BIN)/pytest -q $(SIDE_BY_SIDE) tests/unit tests/store

web-test: web
	$(BIN)/python hatch_build.py --npm test

api: $(STAMPS)/dev web
	@bin/system-packages
	$(BIN)/pytest -q $(SIDE_BY_SIDE) tests/api tests/nodes

malicious: $(STAMPS)/dev web
	@bin/system-packages
	$(BIN)/pytest -q $(FILE_BY_FILE) tests/malicious tests/attacks

browser: $(STAMPS)/dev web
	@bin/system-packages
	$(BIN)/pytest -q $(FILE_BY_FILE) tests/browser

# What is quick of it, and nothing that a busy machine could miss.
faults-short: $(STAMPS)/dev
	@bin/system-packages
	$(BIN)/python -m faults --short --untimed $(SHORT_FAULTS)

# Each bug that is put in on purpose must be found.
faults-planted: $(STAMPS)/dev
	@bin/system-packages
	$(BIN)/python -m faults --short --planted

faults: $(STAMPS)/dev
	@bin/system-packages
	$(BIN)/python -m faults

test-long: test
	$(BIN)/pytest -q tests --hypothesis-profile=long
	$(MAKE) fuzz faults-planted

fuzz: $(STAMPS)/dev web
	$(BIN)/python -m tests.unit.crypto.differential.fuzz --cases $(CASES) $(if $(SEED),--seed $(SEED))

bench: $(STAMPS)/dev web
	@bin/system-packages
	$(BIN)/python -m bench

# -- change

format: $(STAMPS)/dev web
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py --npm run format

wire: $(STAMPS)/dev
	$(BIN)/python -m chatserver.wire --write

revision: $(STAMPS)/dev
	$(BIN)/python -m chatserver.migrations $(M)
