"""The jobs and histories of a run as SageMaker and Step Functions tell them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bakeoff.adapters.measures import RunMeasures
from bakeoff.domain.cost.measured import Deployed, Job, Step, StepKind
from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.errors import AccessDenied, ServiceUnavailable

PREFIX, START = "bakeoff-1a2b3c4d", datetime(2026, 11, 30, 9, tzinfo=UTC)
NOW = START + timedelta(hours=1)
ARN = "arn:aws:sagemaker:us-east-1:123456789012:training-job/x"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff"
RUN = "arn:aws:states:us-east-1:123456789012:execution:bakeoff:run-1"
MAP = "arn:aws:states:us-east-1:123456789012:mapRun:bakeoff/candidates:1"
CHILD = "arn:aws:states:us-east-1:123456789012:execution:bakeoff/candidates:1"


class Bench:
    def __init__(self) -> None:
        session = boto3.Session("key", "secret", region_name="us-east-1")
        self.sagemaker = session.client("sagemaker")
        self.states = session.client("stepfunctions")
        self.jobs, self.history = Stubber(self.sagemaker), Stubber(self.states)
        self.measures = RunMeasures(MACHINE, NOW, self.sagemaker, self.states)
        self.jobs.activate()
        self.history.activate()

    def list(self, noun: str, *names: str) -> None:
        items = [
            {f"{noun}Name": name, f"{noun}Arn": ARN, "CreationTime": START, f"{noun}Status": "Completed"}
            for name in names
        ]
        operation = {"TrainingJob": "list_training_jobs", "ProcessingJob": "list_processing_jobs"}[noun]
        asked = {"NameContains": PREFIX, "MaxResults": 100}
        self.jobs.add_response(operation, {f"{noun}Summaries": items}, asked)

    def processing(self, name: str, **told: Any) -> None:
        cluster = {"InstanceCount": 2, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
        self.jobs.add_response(
            "describe_processing_job",
            {
                "ProcessingJobName": name,
                "ProcessingJobArn": ARN,
                "ProcessingJobStatus": "Completed",
                "CreationTime": START,
                "AppSpecification": {"ImageUri": "image"},
                "ProcessingResources": {"ClusterConfig": cluster},
                **told,
            },
            {"ProcessingJobName": name},
        )

    def training(self, name: str, instance_type: str = "ml.m5.large", **told: Any) -> None:
        self.jobs.add_response(
            "describe_training_job",
            {
                "TrainingJobName": name,
                "TrainingJobArn": ARN,
                "ModelArtifacts": {"S3ModelArtifacts": "s3://b/k"},
                "TrainingJobStatus": "Completed",
                "SecondaryStatus": "Completed",
                "AlgorithmSpecification": {"TrainingInputMode": "File"},
                "ResourceConfig": {"InstanceCount": 1, "InstanceType": instance_type, "VolumeSizeInGB": 20},
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
                "CreationTime": START,
                **told,
            },
            {"TrainingJobName": name},
        )


@pytest.fixture
def bench() -> Bench:
    return Bench()


def seconds(number: int) -> datetime:
    return START + timedelta(seconds=number)


def test_a_training_job_is_billed_as_sagemaker_says_and_a_processing_job_by_its_times(bench: Bench) -> None:
    bench.list("ProcessingJob", f"{PREFIX}-prepare-0-0", f"not-{PREFIX}")
    bench.processing(f"{PREFIX}-prepare-0-0", ProcessingStartTime=seconds(60), ProcessingEndTime=seconds(240))
    bench.list("TrainingJob", f"{PREFIX}-xgboost-0-0-0")
    bench.training(f"{PREFIX}-xgboost-0-0-0", BillableTimeInSeconds=91)

    prepared, trained = bench.measures.jobs(PREFIX)

    assert prepared == Job(
        Kind.PROCESSING, f"{PREFIX}-prepare-0-0", "ml.m5.xlarge", 2, 30, Decimal(180), Decimal(240),
        prepared.basis,
    )  # fmt: skip
    assert trained == Job(
        Kind.TRAINING,
        f"{PREFIX}-xgboost-0-0-0",
        "ml.m5.large",
        1,
        20,
        Decimal(91),
        Decimal(91),
        trained.basis,
    )


def test_a_job_that_never_started_costs_nothing_and_one_that_goes_on_until_now(bench: Bench) -> None:
    bench.list("ProcessingJob")
    bench.list("TrainingJob", f"{PREFIX}-a", f"{PREFIX}-b")
    bench.training(f"{PREFIX}-a", "ml.m5d.large")
    bench.training(f"{PREFIX}-b", TrainingStartTime=seconds(600))

    never, going = bench.measures.jobs(PREFIX)

    assert never.high == 0 and never.own_disks
    assert going.high == 3000 and not going.own_disks


def test_a_refusal_is_one_of_ours(bench: Bench) -> None:
    bench.jobs.add_client_error("list_processing_jobs", "AccessDeniedException")
    with pytest.raises(AccessDenied, match=f"Asking SageMaker for the jobs of {PREFIX}"):
        bench.measures.jobs(PREFIX)


def event(number: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": seconds(number), "type": kind, "id": number, **details}


def entered(number: int, kind: str, name: str) -> dict[str, Any]:
    return event(number, f"{kind}StateEntered", stateEnteredEventDetails={"name": name})


def test_the_steps_of_a_run_and_of_its_candidates_are_told(bench: Bench) -> None:
    own = [
        event(1, "ExecutionStarted", executionStartedEventDetails={"input": "{}"}),
        entered(2, "Task", "Plan run"),
        event(3, "TaskScheduled"),
        event(4, "TaskStarted"),
        event(5, "TaskFailed"),
        event(6, "TaskScheduled"),
        event(7, "TaskSucceeded"),
        event(8, "TaskStateExited", stateExitedEventDetails={"name": "Plan run"}),
        entered(9, "Map", "Compare candidates"),
        event(10, "MapRunStarted", mapRunStartedEventDetails={"mapRunArn": MAP}),
    ]
    given = {"candidate": {"resource_name": "bakeoff-xgboost", "endpoint_instance_type": "ml.m5.large"}}
    child = [
        event(11, "ExecutionStarted", executionStartedEventDetails={"input": json.dumps(given)}),
        entered(12, "Pass", "Take candidate"),
    ]
    answer = "get_execution_history"
    bench.history.add_response(answer, {"events": own, "nextToken": "more"})
    bench.history.add_response(answer, {"events": [entered(20, "Task", "Judge candidates")]})
    execution = {"executionArn": CHILD, "stateMachineArn": MACHINE, "name": "1", "status": "RUNNING"}
    bench.history.add_response("list_executions", {"executions": [{**execution, "startDate": START}]})
    bench.history.add_response(answer, {"events": child})

    run, candidate = bench.measures.executions("run-1")

    assert run.deployed is None
    assert run.steps == [
        Step(seconds(2), StepKind.ENTERED, "Plan run"),
        Step(seconds(3), StepKind.BEGUN, "Plan run"),
        Step(seconds(5), StepKind.ENDED, "Plan run"),
        Step(seconds(6), StepKind.BEGUN, "Plan run"),
        Step(seconds(7), StepKind.ENDED, "Plan run"),
        Step(seconds(9), StepKind.ENTERED, "Compare candidates"),
        Step(seconds(20), StepKind.ENTERED, "Judge candidates"),
    ]
    assert candidate.deployed == Deployed("bakeoff-xgboost", "ml.m5.large")
    assert candidate.steps == [Step(seconds(12), StepKind.ENTERED, "Take candidate")]


def test_a_function_that_was_refused_is_told_apart_from_one_that_failed(bench: Bench) -> None:
    refused = {"error": "Lambda.TooManyRequestsException", "cause": "Rate exceeded"}
    own = [
        entered(1, "Task", "Score candidate"),
        event(2, "TaskScheduled"),
        event(
            3,
            "TaskFailed",
            taskFailedEventDetails={"resourceType": "lambda", "resource": "invoke", **refused},
        ),
        event(4, "TaskScheduled"),
        event(5, "TaskFailed", taskFailedEventDetails={"resourceType": "lambda", "resource": "invoke"}),
    ]
    bench.history.add_response("get_execution_history", {"events": own})

    [run] = bench.measures.executions("run-1")

    kinds = [StepKind.ENTERED, StepKind.BEGUN, StepKind.REFUSED, StepKind.BEGUN, StepKind.ENDED]
    assert [step.kind for step in run.steps] == kinds


def test_a_run_that_nobody_knows_has_no_executions(bench: Bench) -> None:
    bench.history.add_client_error("get_execution_history", "ExecutionDoesNotExist")
    assert bench.measures.executions("run-1") == []


@pytest.mark.parametrize("given", ["", "no JSON", "[]", "{}", '{"candidate": null}'])
def test_an_input_of_another_shape_deploys_nothing(bench: Bench, given: str) -> None:
    own = [event(1, "MapRunStarted", mapRunStartedEventDetails={"mapRunArn": MAP})]
    started = event(1, "ExecutionStarted", executionStartedEventDetails={"input": given})
    bench.history.add_response("get_execution_history", {"events": own})
    execution = {"executionArn": CHILD, "stateMachineArn": MACHINE, "name": "1", "status": "RUNNING"}
    bench.history.add_response("list_executions", {"executions": [{**execution, "startDate": START}]})
    bench.history.add_response("get_execution_history", {"events": [started]})
    assert bench.measures.executions("run-1")[1].deployed is None


def test_what_takes_too_long_is_given_up(bench: Bench) -> None:
    moments = iter([0.0, 121.0])
    measures = RunMeasures(MACHINE, NOW, bench.sagemaker, bench.states, clock=lambda: next(moments))
    with pytest.raises(ServiceUnavailable, match="longer than 120 seconds"):
        measures.executions("run-1")
