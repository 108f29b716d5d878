"""Whatever fails: nothing stays, the others go on, and the cause is told in a sentence."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.scripted import Fault, FunctionFailed, ScriptedAws, refused

CANDIDATE_STEPS = {
    "Train model": "create_training_job",
    "Create model": "create_model",
    "Create endpoint config": "create_endpoint_config",
    "Create endpoint": "create_endpoint",
    "Check endpoint": "describe_endpoint",
}


def _failures(aws: ScriptedAws) -> dict[str, Any]:
    return {item["candidate"]["name"]: item["failure"] for item in aws.payloads.get("RecordFailure", [])}


@pytest.mark.parametrize(("state", "operation"), CANDIDATE_STEPS.items())
@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "AccessDeniedException", "ValidationException"])
def test_a_refused_call_fails_only_its_candidate(
    workflow: Workflow, aws: ScriptedAws, state: str, operation: str, code: str
) -> None:
    where = "alpha-0-0" if operation == "create_training_job" else "alpha"
    aws.faults = [Fault(operation, refused(code, "not for you"), where=where)]
    if operation == "create_training_job":
        # A retry has another name, and must not save what AWS refuses for good.
        aws.faults += [
            Fault(operation, refused(code, "not for you"), where=f"alpha-0-{n}") for n in (1, 2, 3)
        ]

    described = workflow.run()

    assert described["status"] == "SUCCEEDED", described.get("cause")
    assert json.loads(described["output"])["best"] == "beta"
    failure = _failures(aws)["alpha"]
    assert failure["step"] == state
    assert "not for you" in failure["cause"]
    assert aws.live == set()


def test_a_failed_training_job_is_recorded_with_its_reason(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.job_status["alpha"] = {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: bad row"}

    assert workflow.run()["status"] == "SUCCEEDED"
    failure = _failures(aws)["alpha"]
    assert failure["error"] == "States.TaskFailed"
    assert json.loads(failure["cause"])["FailureReason"] == "AlgorithmError: bad row"
    assert aws.names("create_training_job").count("run-alpha-0-0") == 1


@pytest.mark.parametrize("status", ["Failed", "OutOfService", "RollingBack"])
def test_an_endpoint_that_will_never_serve_is_a_failure_not_a_loop(
    workflow: Workflow, aws: ScriptedAws, status: str
) -> None:
    aws.endpoint_status["alpha"] = [status]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert aws.names("describe_endpoint").count("run-alpha") == 1
    assert _failures(aws)["alpha"]["error"] == "EndpointFailed"
    assert aws.live == set()


def test_an_endpoint_that_takes_too_long_is_given_up_and_released(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.endpoint_status["alpha"] = ["Creating"]

    described = workflow.run(EndpointTimeoutSeconds="1")

    assert described["status"] == "SUCCEEDED", described.get("cause")
    assert _failures(aws)["alpha"]["error"] == "States.Timeout"
    assert aws.live == set()


def test_a_scoring_error_is_recorded_and_the_endpoint_released(workflow: Workflow, aws: ScriptedAws) -> None:
    error = FunctionFailed("MalformedPrediction", "The model answered 10 rows with 9 finite numbers.")
    aws.faults = [Fault("ScoreCandidate", error, where="alpha")]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert _failures(aws)["alpha"]["error"] == "MalformedPrediction"
    assert aws.live == set()


@pytest.mark.parametrize("times", [1, 4])
def test_a_passing_fault_is_retried(workflow: Workflow, aws: ScriptedAws, times: int) -> None:
    error = FunctionFailed("ServiceUnavailable", "Throttled.")
    aws.faults = [Fault("ScoreCandidate", error, where="alpha", times=times)]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert _failures(aws) == {}


def test_a_throttled_job_is_tried_again_under_another_name(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault("create_training_job", refused("ThrottlingException"), where="alpha-0-0", times=1)]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert {"run-alpha-0-0", "run-alpha-0-1"} <= set(aws.names("create_training_job"))
    assert _failures(aws) == {}


def test_a_lost_failure_record_does_not_stop_clean_up(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [
        Fault("create_endpoint", refused("AccessDeniedException"), where="alpha"),
        Fault("RecordFailure", FunctionFailed("AccessDenied", "no"), where="alpha"),
    ]

    assert workflow.run()["status"] == "SUCCEEDED"
    assert aws.live == set()


def test_a_failed_clean_up_makes_the_run_fail_and_names_what_is_left(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.faults = [Fault("ReleaseResources", FunctionFailed("AccessDenied", "no"), where="alpha")]

    described = workflow.run()

    assert (described["status"], described["error"]) == ("FAILED", "ResourcesRemain")
    assert described["cause"].endswith("by hand: run-alpha")
    # The comparison was published all the same.
    assert "PublishReport" in aws.payloads
    assert {name for _, name in aws.live} == {"run-alpha"}


def test_a_run_without_any_result_fails_and_points_to_the_report(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.job_status["run-alpha"] = {"TrainingJobStatus": "Failed", "FailureReason": "no"}
    aws.job_status["run-beta"] = {"TrainingJobStatus": "Stopped"}

    described = workflow.run()

    assert (described["status"], described["error"]) == ("FAILED", "NoCandidateFinished")
    assert described["cause"].endswith(f"s3://bucket/runs/{described['name']}/report.html")
    assert "PublishReport" in aws.payloads


@pytest.mark.parametrize(
    "function", ["TakeTurn", "PlanRun", "CheckDatasets", "JudgeCandidates", "PublishReport"]
)
def test_a_function_that_fails_outside_the_map_ends_the_run_with_its_sentence(
    workflow: Workflow, aws: ScriptedAws, function: str
) -> None:
    aws.faults = [Fault(function, FunctionFailed("NoInputData", "There is no data under Inputs/."))]

    described = workflow.run()

    assert described["status"] == "FAILED"
    assert (described["error"], described["cause"]) == ("NoInputData", "There is no data under Inputs/.")
    assert aws.live == set()


def test_a_failed_spark_job_ends_the_run_with_its_reason(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.job_status["prepare"] = {"ProcessingJobStatus": "Failed", "FailureReason": "AlgorithmError: no rows"}

    described = workflow.run()

    assert (described["error"], described["cause"]) == ("States.TaskFailed", "AlgorithmError: no rows")
    assert "CheckDatasets" not in aws.payloads


def test_a_refused_spark_job_ends_the_run_with_aws_own_words(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [
        Fault("create_processing_job", refused("ResourceLimitExceeded", "The quota is 0 instances."))
    ]

    described = workflow.run()

    assert described["error"] == "SageMaker.ResourceLimitExceededException"
    assert described["cause"].startswith("The quota is 0 instances.")


def test_the_run_timeout_stops_jobs_and_still_cleans_up(workflow: Workflow, aws: ScriptedAws) -> None:
    # Given a candidate whose training never ends; the other one is done long before the deadline
    aws.job_status["run-alpha"] = {"TrainingJobStatus": "InProgress"}
    started = time.monotonic()

    described = workflow.run(RunTimeoutSeconds="2")

    assert described["status"] == "SUCCEEDED", described.get("cause")
    assert time.monotonic() - started < 20
    assert _failures(aws)["alpha"] == {"step": "Train model", "error": "States.Timeout", "cause": ""}
    assert aws.stopped == ["run-alpha-0-0"]
    assert aws.live == set()
