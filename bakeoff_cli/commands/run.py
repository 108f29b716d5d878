"""`bakeoff run`: compare what lies in the bucket again, with the stack's settings or others."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bakeoff.domain.naming import run_prefix
from bakeoff_cli.errors import BadInput
from bakeoff_cli.session import Bakeoff, FinishedRun, run_id_of
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import StackReference


@dataclass(frozen=True)
class RunRequest:
    """`execution_input` is what the workflow is started with; `name` None makes one of the time."""

    execution_input: dict[str, Any]
    name: str | None = None
    watch: bool = False


def start_run(request: RunRequest, stack: StackReference, output: Output) -> FinishedRun | None:
    """Start an execution of the stack's workflow; returns the finished run if it was to be watched.

    Raises CliError, or InvalidRunId for a name under which no run can keep its files.
    """
    from bakeoff_cli.commands.watch import connect

    name = request.name or _name_of_now()
    run_prefix(name)
    bakeoff = connect(stack, output)
    arn = _started(bakeoff, name, request.execution_input)
    if not request.watch:
        output.show(f"Started the run {run_id_of(arn)}")
        output.document({"run_id": run_id_of(arn), "execution_arn": arn, "input": request.execution_input})
        output.note(f"Follow it: {stack.command('watch', run_id_of(arn))}")
        return None
    output.note(f"Started the run {run_id_of(arn)}.")
    finished = bakeoff.watch(arn)
    output.document(finished.as_json())
    return finished


def _name_of_now() -> str:
    """A name that no other run has, and that tells when it was started."""
    return f"run-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _started(bakeoff: Bakeoff, name: str, execution_input: dict[str, Any]) -> str:
    states = bakeoff.aws.stepfunctions
    try:
        started = states.start_execution(
            stateMachineArn=bakeoff.stack.state_machine_arn, name=name, input=json.dumps(execution_input)
        )
    except states.exceptions.ExecutionAlreadyExists as err:
        raise BadInput(
            f"The stack {bakeoff.stack.name!r} has had a run {name!r} already: choose another --name."
        ) from err
    return str(started["executionArn"])
