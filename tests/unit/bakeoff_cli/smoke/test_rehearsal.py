"""Whatever becomes of a rehearsal, its stack goes, and the transcript says what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bakeoff_cli.show.output import Output
from bakeoff_cli.smoke.findings import Answer
from bakeoff_cli.smoke.rehearsal import Rehearsal, RehearsalPlan, transcript_of
from bakeoff_cli.smoke.sam import SamFailed
from bakeoff_cli.smoke.steps import RehearsalRuns, Unexpected
from bakeoff_cli.stack.stack import StackReference
from tests.unit.bakeoff_cli.fakes import Account, client_error

NAME = "bakeoff-smoke-1a2b3c"
RUNS = ("stop_a_run", "stop_a_job", "compare")


@dataclass
class FakeSam:
    """Deploys and deletes the one stack of `account`; `says` is what a command fails with."""

    account: Account
    says: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    parameters: list[dict[str, str]] = field(default_factory=list)

    def version(self) -> str:
        return "SAM CLI, version 1.2.3"

    def build(self) -> str:
        return self._run("build")

    def deploy(self, parameters: dict[str, str]) -> str:
        self.parameters.append(parameters)
        self.account.cloudformation.stack_name = NAME
        return self._run("deploy")

    def delete(self) -> str:
        printed = self._run("delete")
        self.account.cloudformation.stack_name = ""
        self.account.s3.objects.clear()
        return printed

    def _run(self, command: str) -> str:
        self.commands.append(command)
        if command in self.says:
            raise SamFailed(f"`sam {command}` ended with exit code 1.", self.says[command])
        return ""


@pytest.fixture
def account(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    account.cloudformation.stack_name = ""
    described = account.cloudformation.describe_stacks

    def with_id(StackName: str) -> dict[str, Any]:
        [stack] = described(NAME if StackName == "arn:stack" else StackName)["Stacks"]
        return {"Stacks": [{**stack, "StackId": "arn:stack"}], "ResponseMetadata": {"RequestId": "r-1"}}

    def head_bucket(Bucket: str) -> dict[str, Any]:
        if account.cloudformation.stack_name:
            return {"BucketRegion": "us-east-1"}
        raise client_error("404", "Not Found", "HeadBucket")

    monkeypatch.setattr(account.cloudformation, "describe_stacks", with_id)
    monkeypatch.setattr(account.s3, "head_bucket", head_bucket, raising=False)
    account.stepfunctions.meta.region_name = "us-east-1"
    for kind, answer in {
        "endpoints": "Endpoints",
        "endpoint_configs": "EndpointConfigs",
        "models": "Models",
        "training_jobs": "TrainingJobSummaries",
        "processing_jobs": "ProcessingJobSummaries",
    }.items():
        listed = {answer: list[Any]()}
        monkeypatch.setattr(account.sagemaker, f"list_{kind}", lambda found=listed, **_: found, raising=False)
    events = {"StackEvents": list[Any]()}
    monkeypatch.setattr(
        account.cloudformation, "describe_stack_events", lambda StackName: events, raising=False
    )
    return account


@pytest.fixture
def sam(account: Account) -> FakeSam:
    return FakeSam(account)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], None]]:
    """What the runs do, by the names of the steps."""
    work: dict[str, Callable[[], None]] = {name: lambda: None for name in (*RUNS, "compare_in_subnets")}
    for name in work:
        monkeypatch.setattr(RehearsalRuns, name, lambda self, name=name: work[name]())
    return work


def rehearsal(account: Account, sam: FakeSam, **network: str) -> Rehearsal:
    plan = RehearsalPlan(StackReference(NAME), {"LatencyCalls": "9"}, network)
    page = transcript_of(account.aws, plan, "123456789012")
    given: Any = sam
    return Rehearsal(plan, given, account.aws, Output(quiet=True), page)


def failing(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_a_good_rehearsal_leaves_nothing(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]]
) -> None:
    rehearsed = rehearsal(account, sam)
    rehearsed.run()

    page = rehearsed.transcript
    assert sam.commands == ["build", "deploy", "delete"]
    assert [step.name for step in page.steps] == [
        "Build", "Deploy", "Stop a run", "Stop a job", "Compare", "Delete",
    ]  # fmt: skip
    assert page.succeeded
    assert page.findings["deletion"].verdict is Answer.YES
    assert page.findings["template"].verdict is Answer.YES
    assert page.findings["template"].evidence == ["arn:stack is CREATE_COMPLETE, request r-1"]
    [parameters] = sam.parameters
    assert parameters["DataRetention"] == "Delete" and parameters["LatencyCalls"] == "9"


def test_subnets_are_tried_last_in_a_second_deployment(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]]
) -> None:
    rehearsed = rehearsal(account, sam, SubnetIds="subnet-1", SecurityGroupIds="sg-1")
    rehearsed.run()

    assert sam.commands == ["build", "deploy", "deploy", "delete"]
    assert "SubnetIds" not in sam.parameters[0] and sam.parameters[1]["SubnetIds"] == "subnet-1"
    assert [step.name for step in rehearsed.transcript.steps][-2:] == ["Compare in subnets", "Delete"]


@pytest.mark.parametrize("step", RUNS)
def test_a_step_that_fails_stops_neither_the_others_nor_the_deletion(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]], step: str
) -> None:
    run[step] = failing(Unexpected('The field "EnableManagedSpotTraining" is not supported.'))

    rehearsed = rehearsal(account, sam)
    rehearsed.run()

    assert len(rehearsed.transcript.steps) == 6
    assert sam.commands[-1] == "delete"
    assert not rehearsed.transcript.succeeded
    assert [each.assumption.key for each in rehearsed.transcript.findings.refuted] == ["spot"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError("a bug")])
def test_an_interrupt_or_a_bug_deletes_before_it_goes_on(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]], error: BaseException
) -> None:
    run["stop_a_job"] = failing(error)
    rehearsed = rehearsal(account, sam)

    with pytest.raises(type(error)):
        rehearsed.run()

    assert sam.commands == ["build", "deploy", "delete"]
    assert [step.name for step in rehearsed.transcript.steps][-2:] == ["Stop a job", "Delete"]
    assert not rehearsed.transcript.succeeded


def test_a_deployment_that_fails_is_deleted_and_its_words_are_heeded(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]]
) -> None:
    sam.says["deploy"] = "Error: Transform AWS::LanguageExtensions failed with: Fn::Select"

    rehearsed = rehearsal(account, sam)
    rehearsed.run()

    assert sam.commands == ["build", "deploy", "delete"]
    assert [step.name for step in rehearsed.transcript.steps] == ["Build", "Deploy", "Delete"]
    assert [each.assumption.key for each in rehearsed.transcript.findings.refuted] == ["template"]


def test_what_was_never_deployed_is_not_deleted(account: Account, sam: FakeSam) -> None:
    sam.says["build"] = "Build Failed"
    rehearsed = rehearsal(account, sam)
    rehearsed.run()
    assert sam.commands == ["build"]


def test_a_stack_of_that_name_is_left_alone(account: Account, sam: FakeSam) -> None:
    account.cloudformation.stack_name = NAME
    with pytest.raises(Unexpected, match="already"):
        rehearsal(account, sam).run()
    assert sam.commands == []


def test_what_is_left_after_the_deletion_is_told(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {"Endpoints": [{"EndpointName": "bakeoff-1a2b-x"}, {"EndpointName": "of-bakeoff-1a2b-another"}]}
    monkeypatch.setattr(account.sagemaker, "list_endpoints", lambda **_: left)

    rehearsed = rehearsal(account, sam)
    rehearsed.run()

    assert rehearsed.transcript.findings["deletion"].verdict is Answer.NO
    assert rehearsed.transcript.steps[-1].failure == (
        "After `sam delete` there is still bakeoff-1a2b-x in SageMaker: delete it by hand."
    )


def test_the_page_says_what_was_seen_and_that_this_is_no_aws(
    account: Account, sam: FakeSam, run: dict[str, Callable[[], None]]
) -> None:
    rehearsed = rehearsal(account, sam)
    rehearsed.run()

    page = rehearsed.transcript.as_markdown()

    assert "**This is not AWS**" in page
    assert "| Compare | " in page
    assert "| An object under Inputs/ starts a run by itself. | not seen |  |" in page
    assert "| **yes** | arn:stack is CREATE_COMPLETE, request r-1 |" in page
