# Two commands do everything on a fresh machine: `make demo` and `make test`.
#   make demo DATA=my.csv OUTPUT=runs ALGORITHMS=xgboost,linear-learner,knn     (all optional)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SDK := $(VENV)/sdk
CHECKED := src spark local_aws cli scripts benchmarks tests

.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck architecture cloudformation unit pytest format faults picture lock clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(READY) ## Run two comparisons on this machine, without AWS
	$(BIN)/bakeoff demo $(if $(DATA),--data '$(DATA)') $(if $(OUTPUT),--output '$(OUTPUT)') $(if $(ALGORITHMS),--algorithms '$(ALGORITHMS)')

test: lint typecheck architecture cloudformation pytest ## Everything that CI checks

lint: $(READY) ## Style
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

typecheck: $(READY) ## Types
	$(BIN)/mypy

architecture: $(READY) ## Which package may import which
	$(BIN)/lint-imports

cloudformation: $(READY) ## The template
	$(BIN)/cfn-lint template.yaml

pytest: $(READY) ## All tests
	$(BIN)/python -m pytest

unit: $(READY) ## The fast tests only
	$(BIN)/python -m pytest tests/unit

format: $(READY) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

faults: $(READY) ## Write docs/fault-matrix.md from the workflow file
	PYTHONPATH=src $(BIN)/python -m tests.workflow.matrix

picture: $(READY) ## Draw docs/workflow.svg from the workflow file
	$(BIN)/python -m scripts.draw_workflow

lock: $(READY) ## Resolve the dependencies anew
	$(BIN)/uv pip compile requirements-build.in --universal --python-version 3.11 --generate-hashes --upgrade -o requirements-build.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade -o requirements.lock

clean: ## Remove what was installed and generated
	rm -rf $(VENV) .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(READY): requirements-build.lock requirements.lock requirements-sdk.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Bakeoff needs Python 3.11 or newer: install it, or run make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "Python cannot make a virtual environment: apt-get install python3-venv" >&2; exit 2; }
	@echo "Installing into $(VENV) (once, a few minutes) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@$(BIN)/python -m pip install --quiet --no-build-isolation --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@$(BIN)/python -m pip download --quiet --no-deps --require-hashes -r requirements-sdk.lock --dest $(SDK)
	@touch $@
