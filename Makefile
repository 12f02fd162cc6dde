# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run test check bench screenshots drawings inpaintings illusions renderings clean

run: $(STAMP)
	@$(BIN)/diffuscope

test: $(STAMP)
	@$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python -m tests.bench

screenshots: $(STAMP)
	@$(BIN)/python -m tests.screenshots

drawings: $(STAMP)
	@$(BIN)/python -m tests.drawings

inpaintings: $(STAMP)
	@$(BIN)/python -m tests.inpaintings

illusions: $(STAMP)
	@$(BIN)/python -m tests.illusions

renderings: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[forge]'
	@$(BIN)/python -m engine.forge.emoji renderings

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python cannot make a venv here; on Debian: apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "installing into .venv (torch alone takes some minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
