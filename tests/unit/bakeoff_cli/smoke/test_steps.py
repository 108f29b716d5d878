"""What a run of a rehearsal settles, by what AWS answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff_cli.session import Session
from bakeoff_cli.show.output import Output
from bakeoff_cli.smoke.findings import Answer, Findings
from bakeoff_cli.smoke.jobs import jobs_of
from bakeoff_cli.smoke.steps import RehearsalRuns, Unexpected
from bakeoff_cli.stack.stack import Stack
from tests.unit.bakeoff_cli.comparisons import comparison
from tests.unit.bakeoff_cli.fakes import BUCKET, MACHINE, Account, Execution, arn_of
from tests.unit.bakeoff_cli.histories import START

PREPARE = "arn:aws:sagemaker:us-east-1:123456789012:processing-job/bakeoff-1a2b-x-prepare-0-0"
XGBOOST = "arn:aws:sagemaker:us-east-1:123456789012:training-job/bakeoff-1a2b-x-xgboost-0-0-0"


def submitted(number: int, **output: str) -> dict[str, Any]:
    details = {"resourceType": "sagemaker", "output": json.dumps(output)}
    return {
        "id": number,
        "previousEventId": number - 1,
        "type": "TaskSubmitted",
        "timestamp": START,
        "taskSubmittedEventDetails": details,
    }


EVENTS = [
    submitted(1, ProcessingJobArn=PREPARE),
    submitted(2, TrainingJobArn=XGBOOST),
    submitted(3, Other="x"),
]


class FakeJobs:
    """SageMaker with one job of each kind."""

    def __init__(self, statuses: list[str]) -> None:
        self.statuses = statuses
        self.stopped: list[str] = []

    def stop_processing_job(self, ProcessingJobName: str) -> dict[str, Any]:
        self.stopped.append(ProcessingJobName)
        return {}

    def describe_processing_job(self, ProcessingJobName: str) -> dict[str, Any]:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {
            "ProcessingJobStatus": status,
            "AppSpecification": {"ImageUri": "spark:1"},
            "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2}},
            "ResponseMetadata": {"RequestId": "r-1"},
        }

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:
        return {
            "TrainingJobStatus": "Completed",
            "AlgorithmSpecification": {"TrainingImage": "xgboost:1"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            "BillableTimeInSeconds": 30,
            "EnableManagedSpotTraining": True,
            "ResponseMetadata": {"RequestId": "r-2"},
        }


@pytest.fixture
def account(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr("bakeoff_cli.smoke.steps._POLL_SECONDS", 1200.0)

    def start_execution(stateMachineArn: str, input: str) -> dict[str, Any]:
        account.stepfunctions.on_start("run-1", json.loads(input))
        return {"executionArn": arn_of("run-1")}

    monkeypatch.setattr(account.stepfunctions, "start_execution", start_execution)
    return account


def runs(account: Account, jobs: FakeJobs, notes: list[str] | None = None) -> RehearsalRuns:
    account.sagemaker = jobs  # type: ignore[assignment]
    session = Session(account.aws, Stack("smoke", BUCKET, MACHINE), Output(quiet=True))
    said = notes if notes is not None else []
    return RehearsalRuns(session, Findings(), said.append, sleep=lambda seconds: None)


def all_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison of every run has all its candidates."""
    whole = comparison("run-1")
    for item in whole["candidates"]:
        item.update(status="completed", training_seconds=30, error=None)
    monkeypatch.setattr("bakeoff_cli.stack.run_objects.RunObjects.comparison", lambda run: whole)
    monkeypatch.setattr("bakeoff_cli.session.Session._tell", lambda *_: None)


def ended(account: Account, status: str, **more: Any) -> None:
    account.next_run = {"statuses": ["RUNNING", status], "events": EVENTS, **more}


def test_jobs_are_those_that_the_history_tells_of(account: Account) -> None:
    account.stepfunctions.executions["run-1"] = Execution("run-1", events=EVENTS)
    rehearsed = runs(account, FakeJobs(["Completed"]))

    prepare, xgboost = jobs_of(rehearsed.session.aws, arn_of("run-1"))

    assert (prepare.arn, prepare.instances, prepare.trains) == (PREPARE, 2, False)
    assert (xgboost.arn, xgboost.seconds, xgboost.trains) == (XGBOOST, 30.0, True)
    assert xgboost.told() == f"{XGBOOST} is Completed, image xgboost:1, request r-2"


@pytest.mark.parametrize(
    ("status", "verdict"), [("FAILED", Answer.YES), ("SUCCEEDED", Answer.NO)], ids=["fails", "succeeds"]
)
def test_a_stopped_job_has_to_fail_its_run(account: Account, status: str, verdict: Answer) -> None:
    ended(account, status, error="States.TaskFailed" if status == "FAILED" else None)
    jobs = FakeJobs(["InProgress", "InProgress", "Stopping", "Stopped"])
    rehearsed = runs(account, jobs)

    rehearsed.stop_a_job()

    assert jobs.stopped == ["bakeoff-1a2b-x-prepare-0-0"]
    assert rehearsed.findings["stopped-job"].verdict is verdict


def test_a_job_that_was_done_before_it_could_be_stopped_settles_nothing(account: Account) -> None:
    ended(account, "SUCCEEDED")
    rehearsed = runs(account, FakeJobs(["Completed"]))
    rehearsed.stop_a_job()
    assert rehearsed.findings["stopped-job"].verdict is Answer.NOT_SEEN


def test_a_comparison_settles_what_its_jobs_and_candidates_show(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_completed(monkeypatch)
    ended(account, "SUCCEEDED")
    notes: list[str] = []
    rehearsed = runs(account, FakeJobs(["Completed"]), notes)

    rehearsed.compare()

    settled = {each.assumption.key for each in rehearsed.findings if each.verdict is Answer.YES}
    assert {
        "candidates",
        "units",
        "containers",
        "spark",
        "spark-image",
        "training-images",
        "spot",
        "trust-jobs",
        "job-fields",
    } <= settled
    assert "retry-names" not in settled and "isolation" not in settled
    assert rehearsed.jobs.keys() == {PREPARE, XGBOOST}
    assert any(XGBOOST in note for note in notes)


def test_a_run_that_fails_refutes_what_its_words_are_about(account: Account) -> None:
    cause = 'The field "EnableManagedSpotTraining" is not supported by Step Functions'
    failed = {"id": 9, "previousEventId": 3, "type": "ExecutionFailed", "timestamp": START}
    failed["executionFailedEventDetails"] = {"error": "States.Runtime", "cause": cause}
    ended(account, "FAILED", error="States.Runtime", cause=cause)
    account.next_run["events"] = [*EVENTS, failed]
    rehearsed = runs(account, FakeJobs(["Completed"]))

    with pytest.raises(Unexpected, match="EnableManagedSpotTraining"):
        rehearsed.compare()

    assert rehearsed.findings["spot"].verdict is Answer.NO


def test_words_of_aws_that_the_workflow_knows_are_noted(account: Account) -> None:
    retried = {"id": 9, "previousEventId": 3, "type": "TaskFailed", "timestamp": START}
    retried["taskFailedEventDetails"] = {
        "error": "SageMaker",
        "cause": "Cannot create already existing model",
    }
    account.stepfunctions.executions["run-1"] = Execution("run-1", events=[*EVENTS, retried])
    rehearsed = runs(account, FakeJobs(["Completed"]))

    rehearsed.refute_by_causes(arn_of("run-1"))

    assert rehearsed.findings["words"].verdict is Answer.YES


def test_a_candidate_that_fails_refutes_what_was_thought_of_its_container(account: Account) -> None:
    ended(account, "SUCCEEDED")
    rehearsed = runs(account, FakeJobs(["Completed"]))

    with pytest.raises(Unexpected, match="without linear-learner"):
        rehearsed.compare()

    assert rehearsed.findings["containers"].verdict is Answer.NO


def test_subnets_hold_only_when_every_job_was_in_them(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_completed(monkeypatch)
    ended(account, "SUCCEEDED")
    rehearsed = runs(account, FakeJobs(["Completed"]))
    with pytest.raises(Unexpected, match="not every job"):
        rehearsed.compare_in_subnets()
    assert rehearsed.findings["subnets"].verdict is Answer.NOT_SEEN


def test_a_run_without_a_job_is_not_waited_for(account: Account) -> None:
    account.next_run = {"statuses": ["FAILED"], "events": [], "error": "No", "cause": "No data."}
    with pytest.raises(Unexpected, match="ended before it had a job: No data"):
        runs(account, FakeJobs(["Completed"])).stop_a_job()
