"""Into production by the documented commands: a first model, a better one in its place, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.e2e.held import until
from tests.e2e.sam.terminal import Readme, Terminal, about

APPROVAL = "bakeoff approve RUN --watch"
# Of the model that is live; the other commands stand in README's block.
AGAIN = "bakeoff promote RUN"
NEW_ROWS = "new.csv"
_FACTOR = 3


@dataclass(frozen=True)
class Promoted:
    """A run's model that went into production: what the commands printed, by command, and the endpoint's
    configuration in the end.
    """

    run: str
    printed: Mapping[str, str]
    config: str


def upload_early_rows(terminal: Terminal, bucket: str) -> None:
    """Rows with other labels than those that come later, so that a model of theirs errs on these.

    The run that this starts is stopped as soon as it has a plan: README's command compares them.
    """
    rows = (terminal.project / "dataset2.csv").read_text().splitlines()[:800]
    labelled = (line.partition(" ") for line in rows)
    body = "".join(f"{_FACTOR * int(label)} {features}\n" for label, _, features in labelled)
    s3 = terminal.client("s3")
    s3.put_object(Bucket=bucket, Key="Inputs/early.csv", Body=body.encode())
    planned = partial(s3.list_objects_v2, Bucket=bucket, Prefix="runs/early-")
    until(lambda: any(each["Key"].endswith("plan.json") for each in planned().get("Contents", [])), "a plan")


def first_model(terminal: Terminal, outputs: Mapping[str, str], run: str) -> Promoted:
    """What docs/operations.md has a person do."""
    printed = {command: terminal.run(about(command, run)) for command in (APPROVAL, AGAIN)}
    return Promoted(run, printed, live(terminal, outputs))


def better_model(terminal: Terminal, readme: Readme, outputs: Mapping[str, str], run: str) -> Promoted:
    """README's commands, which end with a rollback, and the history of all that."""
    rows = (terminal.project / "dataset1.csv").read_text().splitlines(keepends=True)[:20]
    (terminal.project / NEW_ROWS).write_text("".join(rows))
    printed = {APPROVAL: readme.run(APPROVAL, run=run), "bakeoff history": terminal.run("bakeoff history")}
    return Promoted(run, printed, live(terminal, outputs))


def live(terminal: Terminal, outputs: Mapping[str, str]) -> str:
    """The configuration that the endpoint, which must answer, serves with."""
    described: Any = terminal.client("sagemaker").describe_endpoint(
        EndpointName=outputs["ProductionEndpoint"]
    )
    assert described["EndpointStatus"] == "InService"
    return str(described["EndpointConfigName"])
