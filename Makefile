# Everything a person or a machine does with Bihuan. Paths are relative, so spaces and Chinese are welcome.
SHELL := /bin/sh
.SUFFIXES:
.DEFAULT_GOAL := up

VENV := .venv
PYTHON := $(VENV)/bin/python
# Names the very requirements it was made from.
STAMP := $(VENV)/installed
PACKAGES := node_modules/installed
PYTEST := $(PYTHON) -m pytest

export BIHUAN_DEMO ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: up install test prove check bench guide-shots format lock clean

up: install ## Install what is missing, bring the site up, serve until Ctrl-C
	@exec "$(PYTHON)" -m config.launcher up

install: $(STAMP) $(PACKAGES)

$(STAMP): requirements.txt
	@sh scripts/make_venv.sh "$(VENV)" requirements.txt

$(PACKAGES): package-lock.json package.json | $(STAMP)
	@sh scripts/install_packages.sh "$(VENV)"

test: install ## The whole suite, on embedded PostgreSQL and in a real browser
	@sh scripts/debian_packages.sh packages.txt
	@BIHUAN_DEMO=0 $(PYTEST) -n 2 --dist worksteal $(ARGS)

prove: install ## The long proofs
	@sh scripts/debian_packages.sh packages.txt
	@BIHUAN_DEMO=0 $(PYTEST) -m prove $(ARGS)

check: install ## Lint, types, layers, migrations, deployment settings, versions
	@BIHUAN_DEMO=0 sh scripts/check.sh "$(PYTHON)"

bench: install ## The table of speeds, also in var/bench/latest.json
	@BIHUAN_DEMO=0 $(PYTHON) -m bench $(ARGS)

guide-shots: install ## Take the pictures of the user guide anew, on a fresh demo
	@$(PYTHON) scripts/guide_shots.py $(ARGS)

format: install ## Put the code in its layout
	@$(PYTHON) -m ruff check --fix . && $(PYTHON) -m ruff format .

lock: install ## Turn requirements.in and package.json into locks without addresses
	@sh scripts/lock.sh "$(VENV)"

clean: ## Remove what was installed; data under var/ stays
	rm -rf "$(VENV)" node_modules var/static var/static.stamp .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
