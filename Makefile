# What a person types. `make demo` and `make test` need nothing but python3 (3.11 or newer) with venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAGE ?= poll
PORT ?= 8000

.PHONY: demo test test-sqlite test-postgresql coverage install install-dev lint format words bench faults lock clean

## demo: install, prepare, fill in the sample contest, serve it (STAGE=nomination|review|poll|night|reveal|result)
demo: $(VENV)/installed
	@$(BIN)/python manage.py demo --stage $(STAGE) --port $(PORT)

## test: everything that this machine can run; both databases at once, and at the very end what
## failed on either
RESULTS := test-results
test: lint
	@rm -rf $(RESULTS)
	@BOTH_HALVES=1 $(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target test-sqlite test-postgresql; \
	code=$$?; $(BIN)/python -m tests.summary $(RESULTS); exit $$code

test-sqlite: $(VENV)/installed-dev
	$(BIN)/python -m pytest --durations=10 --junitxml=$(RESULTS)/sqlite.xml

test-postgresql: $(VENV)/installed-dev
	$(BIN)/python -m tests.services $(BIN)/python -m pytest --durations=10 --junitxml=$(RESULTS)/postgresql.xml

## coverage: which lines and branches the SQLite half never reaches; half as long again as without
coverage: $(VENV)/installed-dev
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djhtml --check --tabwidth 4 templates
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run --settings site_cms.settings.test

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 4 templates

## words: compile the Chinese of the admin (site_cms/locale) after a change
words: $(VENV)/installed-dev
	$(BIN)/python site_cms/locale/compile.py

## bench: speeds as ratios, printed as tables (STORED=2000000 for the whole size; see tests/load)
STORED ?= 500000
bench: $(VENV)/installed-dev
	$(BIN)/python -m tests.load --stored $(STORED)

## faults: ballots, then a night of marks, while everything breaks (BALLOTS=30000 FAULTS=100 for long; see tests/faults)
BALLOTS ?= 2000
FAULTS ?= 12
SEATS ?= 40
ENTRIES ?= 20
faults: $(VENV)/installed-dev
	$(BIN)/python -m tests.faults --ballots $(BALLOTS) --faults $(FAULTS)
	$(BIN)/python -m tests.faults.night --seats $(SEATS) --entries $(ENTRIES)

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

## lock: pin and hash the dependencies again (three files)
UV = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade
lock: $(VENV)/installed-dev
	echo 'Django<5.3' | $(UV) pyproject.toml --python-version 3.11 -c - -o requirements.txt
	echo 'Django>=6.1' | $(UV) pyproject.toml --python-version 3.12 -c - -o requirements-django61.txt
	$(UV) --group pyproject.toml:dev --python-version 3.11 -c requirements.txt -o requirements-dev.txt

## clean: forget the demo's data (the virtual environment stays)
clean:
	rm -rf var
