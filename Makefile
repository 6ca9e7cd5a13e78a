# Two commands do all: `make learn` opens the course, `make test` passes the tests.  Each makes .venv by itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: learn test lint bench check mutants picture walk wheel compiled clean help

learn: .venv/installed ## open the course where you left off
	@$(BIN)/evoclass learn

# One worker more than a small machine has cores: many tests wait.  Neighbours stay together, for they share servers.
test: .venv/developer compiled ## run the tests
	$(BIN)/python -m pytest -n 3 --dist worksteal

lint: .venv/developer ## style, types, and which way imports run
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: .venv/developer compiled ## lint the lessons, run every lab, grade every solution
	$(BIN)/evoclass check --run

bench: .venv/developer ## measure against peers
	$(BIN)/python benchmarks/table.py

mutants: .venv/developer ## change the code in one place at a time and see whether a test notices (takes an hour)
	$(BIN)/python scripts/mutants.py

picture: .venv/developer ## draw the picture of the screen that README shows
	$(BIN)/python scripts/picture.py

walk: .venv/developer ## record the moving picture that README shows
	$(BIN)/python scripts/walk.py

wheel: .venv/developer ## build the wheel
	$(BIN)/python -m build --wheel

clean: ## remove what the other targets made
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache

# Where Python writes no bytecode, each of the thousand processes that tests start would compile us anew.
compiled: .venv/developer
	@$(BIN)/python -m compileall -q engine plugins

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: pyproject.toml
	@echo "Setting up EvoClass in .venv (PyTorch is large: a few minutes the first time) ..."
	@$(PYTHON) -c 'import sys; sys.exit("EvoClass needs Python 3.11 or newer, this is %s; try: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[torch]'
	@touch $@

.venv/developer: .venv/installed
	@echo "Adding what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# The engines that runners elsewhere are tested against; without them `make test` skips those tests and says so.
.venv/engines: .venv/developer
	@echo "Adding Ray and the Jupyter servers ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[engines]'
	@touch $@
