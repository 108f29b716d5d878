# Two commands do everything on a fresh machine: `make demo` and `make test`.
#   make demo DATA=my.csv TARGET=price OUTPUT=runs ALGORITHMS=xgboost,linear-learner,knn     (all optional;
#   TASK=classification POSITIVE=yes METRIC=roc_auc FOLDS=10 PROMOTION=automatic, too)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
SDK := $(VENV)/sdk
TABLES := $(VENV)/tables
CATBOOST := $(VENV)/catboost
S3A := $(VENV)/s3a
S3A_READY := $(S3A)/.ready
LINT := $(VENV)/lint
LINT_READY := $(LINT)/.ready
# Its own list of CAs lacks the one of a company's proxy.
NPM := NODE_USE_SYSTEM_CA=1 $(LINT)/bin/npm --prefix tools/node --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error
LAMBDA_ENV := $(VENV)/lambda
LAMBDA_READY := $(LAMBDA_ENV)/.ready
SAM := $(VENV)/sam
SAM_READY := $(SAM)/.ready
INSTALLED := $(DEV_READY) $(LAMBDA_READY) $(LINT_READY) $(SAM_READY) $(S3A_READY)
# With pip's settings: its registry, certificates and proxy.
UV := $(BIN)/python -m scripts.run_uv
# Into the given Python's environment. By hashes, so that it is all the same which of several registries a package is from.
UV_INSTALL := $(UV) pip install --index-strategy unsafe-best-match --require-hashes --python
# pyspark is 300 MB of jars, packed already: its wheel is not packed again, nor unpacked a second later.
UV_BUILD := --no-build-isolation --config-settings-package pyspark:--build-option=--compression=stored
# The longest first: short ones fill what is left of a core at the end.
LONG := pytest-sam pytest-stacks pytest-integration pytest-workflow pytest-production
SHORT := pytest-domain pytest-unit
CHECKS := typecheck lint architecture cloudformation workflow security
CHECKED := src spark local_aws bakeoff_cli scripts benchmarks tests
UNIT := tests/unit tests/local_aws/unit
DOMAIN := tests/unit/bakeoff
PRODUCTION := tests/e2e/test_promotion.py tests/e2e/test_least_privilege.py

# The versions that were tested, for the Python and the platform of Lambda, whose runtime provides boto3 and its like.
LAMBDA := -c requirements.lock --python-version 3.13 --python-platform x86_64-manylinux_2_28 --only-binary :all: --generate-hashes
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade
PROVIDED := boto3 botocore python-dateutil s3transfer six urllib3

# Images of containers set it, to stay small. Here dozens of processes load the same packages: without bytecode each
# compiles them again, which is most of what it takes to start one.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test installed checks lint typecheck architecture cloudformation workflow security \
	pytest pytest-stacks pytest-production pytest-sam pytest-integration pytest-workflow pytest-domain pytest-unit fuzz unit format faults smoke picture \
	parameters decisions prices lambda lint-tools lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# A person's text reaches the shell in quotes, as it was typed: make evaluates no $ in it, the shell nothing at all.
unexport DATA OUTPUT ALGORITHMS TARGET TASK POSITIVE METRIC FOLDS PROMOTION SUBNET_IDS SECURITY_GROUP_IDS
quoted = '$(subst ','\'',$(value $(1)))'
option = $(if $(value $(2)),$(1)=$(call quoted,$(2)))
demo: $(LAMBDA_READY) ## Run two comparisons on this machine, without AWS
	$(BIN)/bakeoff demo $(call option,--data,DATA) $(call option,--output,OUTPUT) $(call option,--algorithms,ALGORITHMS) $(call option,--target,TARGET) $(call option,--task,TASK) $(call option,--positive,POSITIVE) $(call option,--metric,METRIC) $(call option,--folds,FOLDS) $(call option,--promotion,PROMOTION)

# A failure in one hides none in another.
test: installed ## Everything that CI checks
	@$(MAKE) --no-print-directory --keep-going --jobs 3 $(LONG) $(CHECKS) $(SHORT)

# What they load, they load side by side. All of it first: make would put off what waits for it, such as the tests of SAM,
# which take longest.
installed: $(DEV_READY)
	@$(MAKE) --no-print-directory --jobs 3 $(INSTALLED)

# Two at a time: the types take as long as all others.
checks: $(DEV_READY) ## Everything but the tests
	@$(MAKE) --no-print-directory --jobs 2 $(CHECKS)

lint: $(DEV_READY) ## Style
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

typecheck: $(DEV_READY) ## Types
	$(BIN)/mypy

architecture: $(DEV_READY) ## Which package may import which
	PYTHONPATH=spark $(BIN)/lint-imports

cloudformation: $(DEV_READY) ## The template, before and after SAM
	$(BIN)/cfn-lint --config-file tools/cfn-lint.yaml
	$(BIN)/python -m scripts.translate_template $(VENV)/template.json
	$(BIN)/cfn-lint $(VENV)/template.json

workflow: $(DEV_READY) $(LINT_READY) ## The workflow file
	$(BIN)/python -m scripts.lint_workflow

security: $(READY) $(LINT_READY) ## The template's policies, roles and encryption
	$(BIN)/python -m scripts.translate_template --every-option $(LINT)/template.json
	$(LINT)/bin/checkov --config-file tools/checkov.yaml --file $(LINT)/template.json

# moto's state belongs to a process, so each of these has its own. Three at a time: they often wait.
pytest: installed ## All tests
	@$(MAKE) --no-print-directory --keep-going --jobs 3 $(LONG) $(SHORT)

pytest-stacks: $(DEV_READY) $(LAMBDA_READY)
	$(BIN)/python -m pytest tests/e2e --ignore tests/e2e/sam $(addprefix --ignore ,$(PRODUCTION))

# One of them types commands of the AWS CLI.
pytest-production: $(DEV_READY) $(LAMBDA_READY) $(SAM_READY)
	$(BIN)/python -m pytest $(PRODUCTION)

pytest-sam: $(INSTALLED)
	$(BIN)/python -m pytest tests/e2e/sam

pytest-integration: $(INSTALLED)
	$(BIN)/python -m pytest --ignore tests/e2e --ignore tests/workflow $(addprefix --ignore ,$(UNIT))

pytest-workflow: $(DEV_READY) $(LAMBDA_READY)
	$(BIN)/python -m pytest tests/workflow

pytest-domain: $(DEV_READY)
	$(BIN)/python -m pytest $(DOMAIN)

pytest-unit: $(INSTALLED)
	$(BIN)/python -m pytest $(UNIT) --ignore $(DOMAIN)

fuzz: $(DEV_READY) $(LAMBDA_READY) ## Look for hostile input that no test has tried yet (minutes; not a part of test)
	$(BIN)/python -m pytest $(UNIT) --hypothesis-profile=fuzz -k "hostile or any_" --timeout=1800

unit: $(DEV_READY) $(LAMBDA_READY) ## The fast tests only
	$(BIN)/python -m pytest $(UNIT)

format: $(DEV_READY) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

faults: $(DEV_READY) $(LAMBDA_READY) ## Write docs/fault-matrix.md from the workflow file
	PYTHONPATH=src $(BIN)/python -m tests.workflow.fault_matrix.report

smoke: $(READY) ## Rehearse everything in an AWS account of yours (docs/first-deployment.md)
	$(BIN)/bakeoff smoke $(call option,--subnet-ids,SUBNET_IDS) $(call option,--security-group-ids,SECURITY_GROUP_IDS)

picture: $(READY) ## Draw README.md's picture of the workflow file
	$(BIN)/python -m scripts.draw_workflow

parameters: $(READY) ## Write docs/parameters.md from the template
	$(BIN)/python -m scripts.describe_parameters

decisions: $(READY) ## Write docs/adr/README.md from the decisions
	$(BIN)/python -m scripts.index_decisions

prices: $(READY) ## Write src/bakeoff/catalogue/prices.yaml from AWS's Price List, with an account of yours
	PYTHONPATH=src $(BIN)/python -m scripts.catalogue.prices

lambda: $(LAMBDA_READY) ## Install what functions run on locally: Lambda's runtime, and the layers

lint-tools: $(LINT_READY) ## Install the linters that the application's own environment cannot hold

lock: $(LINT_READY) ## Resolve the dependencies anew
	$(LOCK) requirements-build.in -o requirements-build.lock
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) requirements-dev.in -c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	$(LOCK) requirements-catboost.in --no-deps -o requirements-catboost.lock
	$(LOCK) requirements-lint.in -o requirements-lint.lock
	$(NPM) update --package-lock-only
	$(LOCK) requirements-sam.in --no-strip-extras -o requirements-sam.lock
	$(UV) pip compile layers/common.in $(LAMBDA) $(addprefix --no-emit-package ,$(PROVIDED)) -o layers/common.lock
	$(UV) pip compile layers/numerics.in $(LAMBDA) -o layers/numerics.lock
	$(UV) pip compile layers/runtime.in $(LAMBDA) -o layers/runtime.lock

clean: ## Remove what was installed and generated
	rm -rf $(VENV) tools/node/node_modules .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(READY): requirements-build.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Bakeoff needs Python 3.11 or newer: install it, or run make PYTHON=python3.12" >&2; exit 2; }
	@echo "Installing into $(VENV), once: 500 MB to load, most of it Spark; about a minute on a fast line."
	@echo "1 of 3: an environment and an installer, uv ..."
	@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "Python cannot make a virtual environment: apt-get install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-build.lock
	@echo "2 of 3: Spark, XGBoost and what else Bakeoff runs on ..."
	@$(UV_INSTALL) $(BIN)/python $(UV_BUILD) -r requirements.lock
	@echo "3 of 3: Bakeoff itself ..."
	@$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV_READY): $(READY) requirements-dev.lock requirements-sdk.lock requirements-tables.lock requirements-catboost.lock
	@echo "Installing what checks and tests into $(VENV) (once) ..."
	@$(UV_INSTALL) $(BIN)/python --quiet -r requirements-dev.lock
	@$(BIN)/python -m pip download --quiet --no-deps --require-hashes -r requirements-sdk.lock --dest $(SDK)
	@$(BIN)/python -m pip download --quiet --no-deps --require-hashes -r requirements-tables.lock --dest $(TABLES)
	@rm -rf $(CATBOOST) && $(UV_INSTALL) $(BIN)/python --quiet --no-deps --target $(CATBOOST) -r requirements-catboost.lock
	@touch $@

# A source package, of which nothing is built or installed; setuptools, which pip asks for its name, is that of $(READY).
# After $(DEV_READY), which exchanges packages that pip would be loading.
$(S3A_READY): $(DEV_READY) requirements-s3a.lock
	@echo "Taking Hadoop's S3A for Spark into $(S3A) (once; 180 MB to load) ..."
	@mkdir -p $(S3A)
	@$(BIN)/python -m pip download --quiet --no-deps --no-build-isolation --require-hashes -r requirements-s3a.lock --dest $(S3A)
	@cd $(S3A) && tar -xzf *.tar.gz --strip-components 3 "$$(basename *.tar.gz .tar.gz)/deps/jars" && rm *.tar.gz
	@touch $@

$(LINT_READY): $(READY) requirements-lint.lock tools/node/package-lock.json
	@echo "Installing the linters into $(LINT) (once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LINT)
	@$(UV_INSTALL) $(LINT)/bin/python --quiet -r requirements-lint.lock
	@$(NPM) ci
	@touch $@

# Of Lambda's Python where that is at hand. The layers are built here, so that no first run waits for them.
$(LAMBDA_READY): $(READY) layers/runtime.lock layers/common.lock layers/numerics.lock layers/Makefile
	@echo "Installing Lambda's runtime and building the layers (once) ..."
	@$(BIN)/uv venv --quiet --clear --no-python-downloads --python "$$($(BIN)/python -m scripts.lambdas_python)" $(LAMBDA_ENV)
	@$(UV_INSTALL) $(LAMBDA_ENV)/bin/python --quiet --compile-bytecode -r layers/runtime.lock
	@$(BIN)/python -m local_aws.deployment.build template.yaml
	@touch $@

$(SAM_READY): $(READY) requirements-sam.lock
	@echo "Installing the SAM CLI and the AWS CLI into $(SAM) (once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SAM)
	@$(UV_INSTALL) $(SAM)/bin/python --quiet -r requirements-sam.lock
	@touch $@
