# Two commands do everything on a fresh machine: `make demo` and `make test`.
#   make demo DATA=my.csv TARGET=price OUTPUT=runs ALGORITHMS=xgboost,linear-learner,knn     (all optional)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SDK := $(VENV)/sdk
LINT := $(VENV)/lint
LINT_READY := $(LINT)/.ready
# Its own list of CAs lacks the one of a company's proxy.
NPM := NODE_USE_SYSTEM_CA=1 $(LINT)/bin/npm --prefix tools/node --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error
SAM := $(VENV)/sam
SAM_READY := $(SAM)/.ready
CHECKED := src spark local_aws cli scripts benchmarks tests

# The versions that were tested, for the Python and the platform of Lambda, whose runtime provides boto3 and its like.
LAMBDA := -c requirements.lock --python-version 3.13 --python-platform x86_64-manylinux_2_28 --only-binary :all: --generate-hashes
PROVIDED := boto3 botocore python-dateutil s3transfer six urllib3

.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck architecture cloudformation workflow security pytest pytest-stacks \
	pytest-others fuzz unit format faults picture lint-tools lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# A person's text reaches the shell in quotes, as it was typed: make evaluates no $ in it, the shell nothing at all.
unexport DATA OUTPUT ALGORITHMS TARGET
quoted = '$(subst ','\'',$(value $(1)))'
option = $(if $(value $(2)),$(1)=$(call quoted,$(2)))
demo: $(READY) ## Run two comparisons on this machine, without AWS
	$(BIN)/bakeoff demo $(call option,--data,DATA) $(call option,--output,OUTPUT) $(call option,--algorithms,ALGORITHMS) $(call option,--target,TARGET)

test: lint typecheck architecture cloudformation workflow security pytest ## Everything that CI checks

lint: $(READY) ## Style
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

typecheck: $(READY) ## Types
	$(BIN)/mypy

architecture: $(READY) ## Which package may import which
	$(BIN)/lint-imports

cloudformation: $(READY) ## The template, before and after SAM
	$(BIN)/cfn-lint --config-file tools/cfn-lint.yaml
	$(BIN)/python -m scripts.translate_template $(VENV)/template.json
	$(BIN)/cfn-lint $(VENV)/template.json

workflow: $(LINT_READY) ## The workflow file
	$(BIN)/python -m scripts.lint_workflow

security: $(LINT_READY) ## The template's policies, roles and encryption
	$(BIN)/python -m scripts.translate_template --every-option $(LINT)/template.json
	$(LINT)/bin/checkov --config-file tools/checkov.yaml --file $(LINT)/template.json

# One process for the tests that mostly wait for whole stacks, one for all others: moto's state belongs to a process.
pytest: $(LINT_READY) $(SAM_READY) ## All tests
	@$(MAKE) --no-print-directory --jobs 2 pytest-stacks pytest-others

pytest-stacks:
	$(BIN)/python -m pytest tests/e2e

pytest-others:
	$(BIN)/python -m pytest --ignore tests/e2e

fuzz: $(READY) ## Look for hostile input that no test has tried yet (minutes; not a part of test)
	$(BIN)/python -m pytest tests/unit --hypothesis-profile=fuzz -k "hostile or any_" --timeout=1800

unit: $(READY) ## The fast tests only
	$(BIN)/python -m pytest tests/unit

format: $(READY) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

faults: $(READY) ## Write docs/fault-matrix.md from the workflow file
	PYTHONPATH=src $(BIN)/python -m tests.workflow.report

picture: $(READY) ## Draw README.md's picture of the workflow file
	$(BIN)/python -m scripts.draw_workflow

lint-tools: $(LINT_READY) ## Install the linters that the application's own environment cannot hold

lock: $(LINT_READY) ## Resolve the dependencies anew
	$(BIN)/uv pip compile requirements-build.in --universal --python-version 3.11 --generate-hashes --upgrade -o requirements-build.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade -o requirements.lock
	$(BIN)/uv pip compile requirements-lint.in --universal --python-version 3.11 --generate-hashes --upgrade -o requirements-lint.lock
	$(NPM) update --package-lock-only
	$(BIN)/uv pip compile requirements-sam.in --universal --python-version 3.11 --generate-hashes --no-strip-extras --upgrade -o requirements-sam.lock
	$(BIN)/uv pip compile layers/common.in $(LAMBDA) $(addprefix --no-emit-package ,$(PROVIDED)) -o layers/common.lock
	$(BIN)/uv pip compile layers/numerics.in $(LAMBDA) -o layers/numerics.lock
	$(BIN)/uv pip compile layers/runtime.in $(LAMBDA) -o layers/runtime.lock

clean: ## Remove what was installed and generated
	rm -rf $(VENV) tools/node/node_modules .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

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

$(LINT_READY): $(READY) requirements-lint.lock tools/node/package-lock.json
	@echo "Installing the linters into $(LINT) (once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LINT)
	@$(BIN)/uv pip install --quiet --python $(LINT)/bin/python --require-hashes -r requirements-lint.lock
	@$(NPM) ci
	@touch $@

$(SAM_READY): $(READY) requirements-sam.lock layers/runtime.lock
	@echo "Installing the SAM CLI and the AWS CLI into $(SAM) (once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SAM)
	@$(BIN)/uv pip install --quiet --python $(SAM)/bin/python --require-hashes -r requirements-sam.lock
	@$(MAKE) --silent -C layers build-Runtime PYTHON=$(abspath $(BIN)/python) ARTIFACTS_DIR=$(abspath $(SAM)/lambda)
	@touch $@
