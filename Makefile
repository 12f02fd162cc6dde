# Two commands do everything on a fresh machine: `make run` and `make test`. `make help` lists the others.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))
BIN := .venv/bin
STAMP := .venv/.installed$(if $(LOCKED),-locked)
LOCK := requirements-dev.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# pip takes the newest that pyproject.toml's ranges allow, unless LOCKED=1: then exactly what the lock
# names, each file checked by its hash. The CI workflow does so; `make run` on a new machine need not.
ifdef LOCKED
INSTALL = $(PIP) --require-hashes -r $(LOCK) && $(PIP) --no-deps -e .
$(STAMP): $(LOCK)
else
INSTALL = $(PIP) -e '.[dev]'
endif

.PHONY: help run dev console test test-fast snapshots check fmt lock bench screenshots drawings inpaintings illusions renderings held-out pack cascade clean
.DEFAULT_GOAL := run

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name line; do printf '  %-12s %s\n' "$$name" "$$line"; done

run: $(STAMP) ## install, and open the app (without a terminal: draw one picture)
	@$(BIN)/diffuscope

dev: $(STAMP) $(BIN)/textual ## open the app with Textual's developer tools: what it logs goes to `make console`
	@$(BIN)/textual run --dev --command $(BIN)/diffuscope

console: $(STAMP) $(BIN)/textual ## show what `make dev` logs; start it first, in another terminal
	@$(BIN)/textual console

# Half as many processes again as there are cores, since tests of terminals wait; one thread in each.
test: $(STAMP) ## install, and run every test, in parallel
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $$($(BIN)/python -c 'import os; print(min(8, 3 * (os.cpu_count() or 1) // 2))') --dist worksteal

test-fast: $(STAMP) ## only the tests that need no torch, no terminal and no whole app: under a minute
	@$(BIN)/python -m pytest --fast

snapshots: $(STAMP) ## take the screens' SVG snapshots anew; look at the difference before you commit it
	@$(BIN)/python -m pytest tests/tui/test_snapshots.py tests/screens/base/test_canvas_editor.py --snapshot-update

check: $(STAMP) ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(STAMP) ## mend what ruff can mend, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(STAMP) ## write requirements-dev.txt from pyproject.toml; UPGRADE=1 takes newer versions
	@$(PIP) uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		$(if $(UPGRADE),--upgrade) --quiet --custom-compile-command 'make lock' --output-file $(LOCK)

bench: $(STAMP) ## measure against others, side by side: ratios, on this machine
	@$(BIN)/python -m tests.tools.bench

screenshots: $(STAMP) ## make the README's pictures of the app
	@$(BIN)/python -m tests.tools.screenshots

drawings: $(STAMP) ## make the README's pictures of drawings and edits
	@$(BIN)/python -m tests.tools.drawings

inpaintings: $(STAMP) ## make the README's pictures of inpaintings
	@$(BIN)/python -m tests.tools.inpaintings

illusions: $(STAMP) ## draw the course's six pairs of illusions
	@$(BIN)/python -m tests.tools.illusions

renderings: $(STAMP) ## render captioned pictures of emoji, to train a cascade on; COUNT=1000 for fewer
	@$(BIN)/python -m engine.forge.emoji renderings --count $(or $(COUNT),36000)

held-out: $(STAMP) ## render drawings that are never trained on, to examine a cascade with; COUNT=1000
	@$(BIN)/python -m engine.forge.emoji held-out --held-out --count $(or $(COUNT),12000)

pack: $(STAMP) ## pack the drawings of renderings into drawings.tar.xz, for a machine without a network
	@$(BIN)/python -m engine.forge.pack drawings.tar.xz

# With any Python that has torch: a machine that is lent has its own, and no network to make .venv.
cascade: ## train the cascade further in MINUTES=9, from DATA=drawings.tar.xz into OUT=cascade
	@for python in $(BIN)/python python3 python; do \
		$$python -c 'import importlib.util as i, sys; sys.exit(not i.find_spec("torch"))' 2>/dev/null || continue; \
		exec $$python -m engine.forge.timed $(or $(DATA),drawings.tar.xz) --out $(or $(OUT),cascade) --minutes $(or $(MINUTES),9) $(FLAGS); \
	done; echo "no Python here has torch; make run installs it" >&2; exit 3

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python cannot make a venv here; on Debian: apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "installing into .venv (torch alone takes some minutes the first time)"
	@$(INSTALL)
	@touch $@

# Only for `dev` and `console`: it brings a web server, which no test needs.
$(BIN)/textual: | $(STAMP)
	@$(PIP) 'textual-dev>=1.7'

clean: ## remove .venv and the tools' caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
