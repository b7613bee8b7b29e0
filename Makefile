# The menu. Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
REGIME ?= england-2005
PEOPLE ?= 300000
DEMO   ?= demo/$(REGIME)
SERVE  ?= yes
PORT   ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo test test-long check fix bench docs clean java browser certificates postgresql

help: ## print this menu
	@echo "pbc: practice-based commissioning. What you can do here:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

# --- environments: one folder, grown by what each command needs -------------------------------------------------------
$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "pbc needs Python 3.11 or later; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make environments here; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-%: $(VENV)/ready pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

# All that tests need, resolved and built once rather than part by part.
PARTS := check test web bench spark docs
comma := ,
empty :=
$(VENV)/ready-all: $(VENV)/ready pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[$(subst $(empty) ,$(comma),$(PARTS))]'
	@touch $(PARTS:%=$(VENV)/ready-%) $@

# Debian's packages that tests run for real, installed where missing and where we may: Java 17 or later for the second engine,
# Chromium to lay pages out, OpenSSL to make certificates. Each line: the commands of which one is enough, the package.
define NEED
	@{ for each in $(1); do command -v $$each && break; done; } >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null; \
	  else echo "The tests need the package $(2): install it and run make again"; exit 1; fi; }
endef
java:
	$(call NEED,java,openjdk-17-jre-headless)

browser:
	$(call NEED,chromium chromium-browser google-chrome,chromium fonts-liberation)

certificates:
	$(call NEED,openssl,openssl)

postgresql:
	$(call NEED,/usr/lib/postgresql/*/bin/initdb initdb,postgresql)

# What the pages are styled with, built once: the NHS design system without its licensed font, and our own few rules.
STATIC := src/pbc_web/shell/static
$(STATIC)/pbc/pbc.css: package-lock.json src/pbc_web/shell/styles/pbc.scss
	$(call NEED,npm,npm)
	npm ci --ignore-scripts --omit=optional --no-progress --silent
	mkdir -p $(STATIC)/nhsuk
	cp -R node_modules/nhsuk-frontend/dist/nhsuk/assets node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js $(STATIC)/nhsuk/
	npx sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules src/pbc_web/shell/styles/pbc.scss $@

# --- what people run ----------------------------------------------------------------------------------------------------
# SERVE=no stops after the main job and needs neither the web's packages nor its styles.
ifeq ($(SERVE),no)
DEMO_NEEDS :=
SERVED     := --no-serve
else
DEMO_NEEDS := $(VENV)/ready-web $(STATIC)/pbc/pbc.css
SERVED     := --serve --port $(PORT)
endif
demo: $(VENV)/ready $(DEMO_NEEDS) ## build the made-up PCT, run the main job, serve its pages here (REGIME=england-2025 for today's)
	$(BIN)/pbc demo --regime $(REGIME) --people $(PEOPLE) --out $(DEMO) $(SERVED)

# What must be right to the last branch: arithmetic, and in the web whatever writes, permits or moves from state to state.
WHOLLY := src/pbc/methods/*,src/pbc/stats/*,src/pbc/money.py,src/pbc/periods.py
WHOLLY := $(WHOLLY),src/pbc_web/*/actions.py,src/pbc_web/*/actions/*,src/pbc_web/*/permissions.py,src/pbc_web/*/states.py

TEST_NEEDS := $(VENV)/ready-all java browser certificates postgresql $(STATIC)/pbc/pbc.css

# Several workers share the cores: more threads in each would only wait for one another.
WORKERS := POLARS_MAX_THREADS=1

test: $(TEST_NEEDS) check ## install what is needed and run every test
	rm -rf .cache/stores
	$(WORKERS) $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not long" --cov --cov-report=
	$(WORKERS) $(BIN)/python tests/web/with_postgresql.py $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "database and not long" tests/web
	$(BIN)/coverage report --skip-covered --include='$(WHOLLY)' --fail-under=100
	$(BIN)/coverage report --skip-covered --fail-under=95

test-long: $(TEST_NEEDS) ## the same with the full-size tests
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready-check $(VENV)/ready-test $(VENV)/ready-web ## lint, types and import contracts; never edits
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/ready-check ## format and mend what can be mended by machine
	$(BIN)/ruff format src tests benchmarks docs
	$(BIN)/ruff check --fix src tests benchmarks docs

bench: $(VENV)/ready-test $(VENV)/ready-bench $(VENV)/ready-web $(STATIC)/pbc/pbc.css ## measure speed and memory beside peers; writes bench-out/
	$(BIN)/python -m benchmarks.run --out bench-out

docs: $(VENV)/ready-docs $(VENV)/ready-test ## build the documentation site into site/
	$(BIN)/python docs/generate.py
	$(BIN)/zensical build --strict

clean: ## remove what was made, keep what was written
	rm -rf $(VENV) node_modules $(STATIC)/nhsuk $(STATIC)/pbc/pbc.css demo bench-out site build .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
