# make book     set everything up, execute the notebooks, build the site
# make test     set everything up, run every test, nbval on every notebook, and the site's checks
# make preview  serve the site here, and build what changes
# make refresh  execute the notebooks in place; write the ledger and the reference pages
# make lint     ruff on code and notebooks
# make audit    errors put into what changed: do the tests notice? writes tests/book/audited.json
# make digits   nbval again with 1 and 2 threads, with and without vector instructions
# make paper    the runs at paper scale; resumable
# make pdf      print the chapters of the built site, one PDF each, into _build/pdf
# make zip      the site in one file, to be read from a folder without a network
# make links    the addresses outside that the built site links to
# make bench    the benchmarks, as ratios side by side
# make clean    forget executions and the site; the environment stays
#
# On Linux, TORCH_INDEX=https://download.pytorch.org/whl/cpu takes the smaller CPU build of torch.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := book
PYTHON      ?= python3
TORCH_INDEX ?=
WORKERS     ?= $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)')
VENV        := .venv
BIN         := $(VENV)/bin
READY       := $(VENV)/ready

export OMP_NUM_THREADS ?= 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
# matplotlib's settings and its list of fonts are those of this environment, not of the user
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib

NBVAL := ICLNB_FIGURES=static ICLNB_PROGRESS=off $(BIN)/python -m pytest -q -n $(WORKERS) \
  --dist loadfile --no-loadscope-reorder -p tools.longest --nbval-lax --nbval-current-env --nbval-cell-timeout=600

.PHONY: book test preview refresh lint audit digits paper pdf zip links bench clean setup
setup: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt \
	  --no-deps --index-url $(TORCH_INDEX) torch)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	mkdir -p "$(MPLCONFIGDIR)"
	$(BIN)/python -c 'import matplotlib.font_manager'
	touch $(READY)

book: $(READY)
	$(BIN)/python -m tools.site

# The site is built beside the tests, whose processes do not always use all cores.
test: $(READY)
	$(BIN)/python -m tools.browser
	mkdir -p _build/test
	$(BIN)/python -m tools.site --outputs committed --target _build/test > _build/test/build.log 2>&1 & \
	  site=$$!; trap 'kill $$site 2> /dev/null || true' EXIT; \
	  $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m 'not site'; \
	  $(NBVAL) book; \
	  wait $$site || { cat _build/test/build.log; exit 1; }
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup --no-loadscope-reorder -m site tests/site

preview: $(READY)
	$(BIN)/python -m tools.watch

refresh: $(READY)
	$(BIN)/python -m tools.execute --in-place
	$(BIN)/python -m tools.ledger
	$(BIN)/python -m tools.library

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

audit: $(READY)
	$(BIN)/python -m tools.audit --record

digits: $(READY)
	for threads in 1 2; do for isa in default avx2; do \
	  echo "threads $$threads, vector instructions $$isa"; \
	  OMP_NUM_THREADS=$$threads ATEN_CPU_CAPABILITY=$$isa $(NBVAL) book || exit 1; \
	done; done

paper: $(READY)
	$(BIN)/python -m tools.paper

pdf: $(READY)
	$(BIN)/python -m tools.browser
	$(BIN)/python -m tools.pdf

zip: book
	$(BIN)/python -m tools.pack

links: $(READY)
	$(BIN)/python -m tools.links

bench: $(READY)
	$(BIN)/python -m tools.bench

clean:
	rm -rf _build
