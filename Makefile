# make run and make test do all set-up themselves, into .venv; nothing else is needed beforehand
# but Python 3.11, 3.12 or 3.13. PYTHON=/path/to/python make run chooses one.

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# The set-up is repeated when what it depends on has changed.
SETUP_FILES := pyproject.toml requirements-dev.lock packaging/apt-packages.txt
SETUP_HASH := $(shell cat $(SETUP_FILES) | sha256sum | cut -c1-16)
READY := $(VENV)/ready-$(SETUP_HASH)
# Tests of the batch engine need torch besides, which the program itself does without.
TORCH_LOCK := requirements-train.lock
TORCH := $(VENV)/torch-$(shell cat $(SETUP_FILES) $(TORCH_LOCK) | sha256sum | cut -c1-16)

PYTEST := LIBGL_ALWAYS_SOFTWARE=1 $(PY) -m pytest
# One worker a core, each with a display and a home of its own; the tests of one file stay together,
# for what they share is made once a worker. More than four would need more memory than time is won.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile

PROOF := build/inverse-proof
CORES := 1

.PHONY: help run test test-slow test-cluster test-mumax3 test-cuda lint format bench surrogate proof freeze locks clean distclean

help:
	@echo "make run        set up and open the program (without a display: the reference design)"
	@echo "make test       set up, with torch, and run the tests (at most 12 minutes on two cores)"
	@echo "make test-slow  the tests that take longer"
	@echo "make test-cluster  all tests with a real Slurm and SGE on this machine, accounting and time limits too"
	@echo "make test-mumax3  the comparison with a real MuMax3 (its path in MUMAX3) on a GPU"
	@echo "make test-cuda  the batch engine on an NVIDIA card"
	@echo "make lint       ruff, mypy, import-linter"
	@echo "make format     let ruff format and mend what it can"
	@echo "make bench      the benchmarks; writes JSON into build/benchmarks"
	@echo "make surrogate  train the shipped surrogate again on models/data, and its page of results"
	@echo "make proof      simulate what 40 inverse queries and the paper's Table 1 promise, and its page; again"
	@echo "                it goes on (CORES=2 side by side, PROOF=build/inverse-proof keeps the runs)"
	@echo "make freeze  the program as one folder that needs no Python, in build/frozen"
	@echo "make locks      rewrite the lock files from pyproject.toml (needs uv)"
	@echo "make clean      remove caches and build products"
	@echo "make distclean  the same and .venv"

run: $(READY)
	@$(PY) main.py

test: $(TORCH)
	@packaging/install-system-packages.sh packaging/apt-packages-test.txt
	$(PYTEST) $(PARALLEL)

test-cluster: $(TORCH)
	@packaging/install-system-packages.sh packaging/apt-packages-test.txt packaging/apt-packages-cluster.txt
	$(PYTEST) -m "(cluster or loopback) and not gpu" -rs --timeout=3600

test-slow: $(TORCH)
	$(PYTEST) -m slow --timeout=3600

test-mumax3: $(READY)
	$(PYTEST) tests/mumax3/test_real_mumax3.py -m gpu -rs --timeout=3600

test-cuda: $(TORCH)
	$(PYTEST) tests/solver/batch -m gpu -rs --timeout=3600

lint: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(TORCH)
	$(PY) tests/benchmarks/run_benchmarks.py

surrogate: $(TORCH)
	$(PY) main.py train models/data --out models/pretrained --replace --learning-curve 3
	$(PY) tests/benchmarks/surrogate_report.py

proof: $(TORCH)
	$(PY) tests/benchmarks/inverse_proof.py $(PROOF) --cores $(CORES)
	$(PY) tests/benchmarks/surrogate_report.py $(PROOF)/inverse_proof.json

freeze: $(READY)
	$(PY) packaging/freeze.py

locks:
	packaging/update-locks.sh

$(READY): $(SETUP_FILES)
	@packaging/install-system-packages.sh
	@packaging/make-environment.sh $(VENV)
	@rm -f $(VENV)/ready-*
	@touch $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -print0 | xargs -0 rm -rf

$(TORCH): $(READY) $(TORCH_LOCK)
	@packaging/add-packages.sh $(VENV) $(TORCH_LOCK)
	@rm -f $(VENV)/torch-*
	@touch $@

distclean: clean
	rm -rf $(VENV)
