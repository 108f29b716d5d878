"""One story that every test here looks at: deploy, delete, deploy again, compare, change, delete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sam.account import inventory
from tests.e2e.sam.emulator import obstacle
from tests.e2e.sam.local_invoke import emulate
from tests.e2e.sam.terminal import Readme, Terminal, copied_project, running_aws, tool_folder
from tests.template import ALWAYS_DEPLOYED


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("sam")
    (folder / "project").mkdir()
    with running_aws(folder / "aws") as exported:
        yield Terminal(copied_project(folder / "project"), tool_folder(folder / "bin"), exported)


@pytest.fixture(scope="session")
def readme(terminal: Terminal) -> Readme:
    return Readme(terminal)


@dataclass(frozen=True)
class FirstStack:
    """The default environment: deployed, then deleted while its data are kept."""

    printed: str
    bucket: str
    before: set[str]
    after: set[str]


@pytest.fixture(scope="session")
def first(terminal: Terminal, readme: Readme) -> FirstStack:
    before = inventory(terminal)
    printed = readme.run("sam validate --lint")
    bucket = outputs(terminal)["BucketName"]
    terminal.client("s3").put_object(Bucket=bucket, Key="Inputs/", Body=b"")
    readme.run("sam delete", "y\ny\n")
    return FirstStack(printed, bucket, before, inventory(terminal))


@dataclass(frozen=True)
class Compared:
    """A second stack of the same name, and what README's commands printed on the way to a comparison.

    `packaged` is the template as `sam deploy` has uploaded it, with what it deploys: where nothing was built
    meanwhile, another deployment need not pack 200 MB again, which takes nine tenths of one.
    """

    deployed: str
    with_knn: str
    watched: str
    looked_at: str
    outputs: dict[str, str]
    packaged: str


@pytest.fixture(scope="session")
def compared(terminal: Terminal, readme: Readme, first: FirstStack, abalone: Path) -> Compared:
    deployed = terminal.run("sam deploy --config-env local")
    with_knn = readme.run("sam deploy --parameter-overrides")
    terminal.run(f"bakeoff dataset abalone --source '{abalone.resolve()}' --no-verify --quiet")
    watched = readme.run("bucket=")
    looked_at = readme.run("sam list")
    return Compared(deployed, with_knn, watched, looked_at, outputs(terminal), packaged(terminal))


@dataclass(frozen=True)
class Changed:
    """What `sam deploy` and the changed function said: nothing changed, then code, workflow, list."""

    unchanged: str
    printed: str
    reply: str


TUNED = "xgboost:tuned,linear-learner"
CODE = """

_original = handle


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return {**_original(event, context), "edition": 2}
"""


@pytest.fixture(scope="session")
def changed(terminal: Terminal, compared: Compared, upload_event: str) -> Changed:
    unchanged = terminal.run(f"sam deploy --template-file {compared.packaged}", "y\n")
    with (terminal.project / "src/bakeoff/handlers/start_run.py").open("a") as code:
        code.write(CODE)
    workflow = terminal.project / "statemachine/bakeoff.asl.yaml"
    workflow.write_text(
        re.sub("^Comment: .*", "Comment: The second edition", workflow.read_text(), flags=re.M)
    )
    printed = terminal.run(f"sam build && sam deploy --parameter-overrides Algorithms={TUNED}", "y\n")
    return Changed(
        unchanged, printed, terminal.run(f"sam remote invoke StartRunFunction --event-file {upload_event}")
    )


@pytest.fixture(scope="session")
def upload_event(terminal: Terminal, compared: Compared) -> str:
    """The event that `sam` makes up for an upload, with our bucket and a key.

    No run has compared that object, or the event's run would end at once as superseded.
    """
    bucket = compared.outputs["BucketName"]
    terminal.run(f"sam local generate-event s3 put --bucket {bucket} --key Inputs/another.csv > upload.json")
    return "upload.json"


@pytest.fixture(scope="session")
def emulated(
    terminal: Terminal, compared: Compared, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What each built function answers to its event, under AWS's emulator; empty where that cannot run."""
    if obstacle():
        return {}
    scratch = tmp_path_factory.mktemp("emulated")
    answers = {}
    for name in ALWAYS_DEPLOYED:
        answers[name] = emulate(terminal, compared.outputs, name, scratch / name)
        stop(terminal, compared)
    return answers


def outputs(terminal: Terminal) -> dict[str, str]:
    [stack] = terminal.client("cloudformation").describe_stacks(StackName="bakeoff")["Stacks"]
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}


def packaged(terminal: Terminal) -> str:
    """The name of a file with the template of the deployed stack."""
    got = terminal.client("cloudformation").get_template(StackName="bakeoff", TemplateStage="Original")
    body = got["TemplateBody"]
    (terminal.project / "packaged.yaml").write_text(body if isinstance(body, str) else json.dumps(body))
    return "packaged.yaml"


def executions(terminal: Terminal, compared: Compared) -> dict[str, Any]:
    listed = terminal.client("stepfunctions").list_executions(
        stateMachineArn=compared.outputs["StateMachineArn"]
    )
    return {item["name"]: item for item in listed["executions"]}


def stop(terminal: Terminal, compared: Compared) -> None:
    """End what runs, as a person would: only its start was of interest."""
    for execution in executions(terminal, compared).values():
        if execution["status"] == "RUNNING":
            terminal.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
