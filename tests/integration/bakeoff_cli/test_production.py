"""The commands about production through real clients, which check each request, against the embedded AWS."""

from __future__ import annotations

import json
from functools import partial

import pytest

from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.stack import Stack
from tests.integration.bakeoff_cli.conftest import STACK, Invoke

GROUP = "command-test-live"
RUN = "decided"


@pytest.fixture
def here(invoke: Invoke) -> Invoke:
    return lambda *arguments: invoke(*arguments, "--stack-name", STACK)


@pytest.fixture(scope="module")
def version(aws: Aws, stack: Stack) -> str:
    """The ARN of what a run proposed, beside others."""
    decided = {"schema_version": 1, "run_id": RUN, "candidate": "knn", "reason": "It is better."}
    key = f"runs/{RUN}/promotion.json"
    aws.s3.put_object(Bucket=stack.bucket, Key=key, Body=json.dumps(decided).encode())
    aws.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    register = partial(
        aws.sagemaker.create_model_package,
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/knn:1"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )
    arns = [
        register(CustomerMetadataProperties={"run": run, "candidate": "knn", "champion": "none"})
        for run in ("before", RUN, "after")
    ]
    return str(arns[1]["ModelPackageArn"])


def test_nothing_is_in_production_yet(here: Invoke, stack: Stack) -> None:
    result = here("production")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"Nothing is in production: there is no endpoint {GROUP}.\n"
    assert here("rollback").stderr.startswith("bakeoff: Nothing is in production: ")


def test_a_proposal_is_approved_once(here: Invoke, aws: Aws, version: str) -> None:
    result = here("approve", RUN)
    assert result.exit_code == 0, result.output
    statuses = [
        aws.sagemaker.describe_model_package(ModelPackageName=each["ModelPackageArn"])["ModelApprovalStatus"]
        for each in aws.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    ]
    described = aws.sagemaker.describe_model_package(ModelPackageName=version)
    assert described["ModelApprovalStatus"] == "Approved"
    assert sorted(statuses) == ["Approved", "PendingManualApproval", "PendingManualApproval"]
    again = here("approve", RUN)
    assert again.exit_code == 0 and "was approved before" in again.stdout


def test_a_promotion_that_fails_is_in_the_history(here: Invoke, version: str) -> None:
    result = here("promote", RUN)
    assert result.exit_code == 1, result.output
    told = result.stderr.splitlines()
    assert any(line.endswith("  Take production") for line in told)
    assert told[-2].endswith("has failed: It serves something else.")
    assert told[-1] == "Start a new run: it decides about production as it is now."

    [change] = json.loads(here("production", "--json").stdout)["history"]
    assert (change["kind"], change["run_id"], change["error"]) == ("promotion", RUN, "ProductionMoved")
    assert change["cause"] == "It serves something else."


@pytest.mark.parametrize("run", ["nope", "../decided", "", "ünicode", "a" * 300])
def test_an_unknown_run_is_one_line(here: Invoke, stack: Stack, run: str) -> None:
    result = here("promote", run)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no run" in result.stderr and result.stderr.count("\n") == 1
