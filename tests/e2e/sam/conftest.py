"""One story that every test here looks at: deploy, delete, deploy again, compare, promote, change, delete."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sam.account import inventory
from tests.e2e.sam.emulator import obstacle
from tests.e2e.sam.local_invoke import emulate, finished_run
from tests.e2e.sam.production import Promoted, better_model, first_model, upload_early_rows
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
    """A second stack of the same name, and what README's commands printed on the way to a comparison: one by
    hand, whose model goes into production, and then one of an upload, which judges it.

    `packaged` is in a folder with the template as `sam deploy` has uploaded it, with what it deploys: where
    nothing was built meanwhile, a deployment from there need not pack 200 MB again, nine tenths of its time.
    """

    deployed: str
    with_knn: str
    with_promotion: str
    looked_at: str
    first: Promoted
    watched: str
    outputs: dict[str, str]
    packaged: Terminal


@pytest.fixture(scope="session")
def compared(terminal: Terminal, readme: Readme, first: FirstStack, abalone: Path) -> Compared:
    deployed = terminal.run("sam deploy --config-env local")
    place = packaged(terminal)
    with_knn = readme.run("sam deploy --parameter-overrides Algorithms", where=place)
    with_promotion = readme.run("sam deploy --parameter-overrides Promotion", where=place)
    found = outputs(terminal)
    terminal.run(f"bakeoff dataset abalone --source '{abalone.resolve()}' --no-verify --quiet")
    upload_early_rows(terminal, found["BucketName"])
    stop(terminal, found)
    looked_at = readme.run("sam list")
    [by_hand] = [name for name, each in executions(terminal, found).items() if each["status"] == "SUCCEEDED"]
    model = first_model(terminal, found, by_hand)
    watched = readme.run("bucket=")
    return Compared(deployed, with_knn, with_promotion, looked_at, model, watched, found, place)


@pytest.fixture(scope="session")
def better(terminal: Terminal, readme: Readme, compared: Compared) -> Promoted:
    """What the run of the upload proposed, which is in production until somebody goes back."""
    return better_model(terminal, readme, compared.outputs, finished_run(terminal))


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
def changed(terminal: Terminal, compared: Compared, better: Promoted, upload_event: str) -> Changed:
    unchanged = compared.packaged.run("sam deploy", "y\n")
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
        stop(terminal, compared.outputs)
    return answers


def outputs(terminal: Terminal) -> dict[str, str]:
    [stack] = terminal.client("cloudformation").describe_stacks(StackName="bakeoff")["Stacks"]
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}


def packaged(terminal: Terminal) -> Terminal:
    """In a folder with the template of the deployed stack."""
    got = terminal.client("cloudformation").get_template(StackName="bakeoff", TemplateStage="Original")
    body, folder = got["TemplateBody"], terminal.project / "packaged"
    folder.mkdir(exist_ok=True)
    (folder / "template.yaml").write_text(body if isinstance(body, str) else json.dumps(body))
    shutil.copy(terminal.project / "samconfig.toml", folder)
    return replace(terminal, project=folder)


def executions(terminal: Terminal, found: Mapping[str, str]) -> dict[str, Any]:
    """The runs of the stack with the outputs `found`."""
    listed = terminal.client("stepfunctions").list_executions(stateMachineArn=found["StateMachineArn"])
    return {item["name"]: item for item in listed["executions"]}


def stop(terminal: Terminal, found: Mapping[str, str]) -> None:
    """End what runs, as a person would: only its start was of interest."""
    for execution in executions(terminal, found).values():
        if execution["status"] == "RUNNING":
            terminal.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])
