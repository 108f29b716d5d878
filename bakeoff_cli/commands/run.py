"""`bakeoff run`: compare what lies in the bucket again, with the stack's settings or others."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED, BadInput
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference, run_id_from

if TYPE_CHECKING:
    from bakeoff_cli.session import Session


@options.with_options_of_data
def run(
    algorithms: options.Algorithms = None,
    target: options.Target = None,
    of_data: options.OfData = options.NOTHING,
    settings: options.Settings = None,
    settings_file: options.SettingsFile = None,
    dataset: options.DataSet = None,
    input_file: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="The execution's input, as JSON or YAML."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="RUN", help="Name of the run; made of the time if not given.")
    ] = None,
    watch_it: Annotated[bool, typer.Option("--watch", help="Follow the run to its end.")] = False,
    strict: options.Strict = False,
    force: options.Force = False,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Start a run on the data that are in the bucket: again, or with other algorithms.

    What an execution's input may say, this run decides for itself: --settings, and --set with a parameter
    that is a setting, too; of any other one it names the deployment that changes it. With --watch, exit code
    1 if the run failed.
    """
    from bakeoff.domain.run.names import run_prefix
    from bakeoff_cli.session import connect
    from bakeoff_cli.settings.of_data import options_of_data
    from bakeoff_cli.settings.requests import GivenSettings

    said_of_data = options_of_data(of_data)
    asked = GivenSettings(algorithms, target, settings or (), settings_file, of_data=said_of_data)
    given = asked.execution_input(input_file, check=not force) | ({"dataset": dataset} if dataset else {})
    name = name or f"run-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    run_prefix(name)  # refuses a name under which no run can keep its files
    stack, output = StackReference(stack_name, profile, region), Output(as_json, quiet)
    session = connect(stack, output)
    arn = _start(session, name, given)
    if not watch_it:
        output.show(f"Started the run {run_id_from(arn)}")
        output.document({"run_id": run_id_from(arn), "execution_arn": arn, "input": given})
        output.note(f"Follow it: {stack.command('watch', run_id_from(arn))}")
        return
    output.note(f"Started the run {run_id_from(arn)}.")
    finished = session.watch(arn)
    output.document(finished.as_json())
    if not finished.passes(strict):
        raise typer.Exit(FAILED)


def _start(session: Session, name: str, execution_input: dict[str, Any]) -> str:
    """The ARN of an execution of that name. Raises BadInput for a name that was taken before."""
    states = session.aws.stepfunctions
    try:
        started = states.start_execution(
            stateMachineArn=session.stack.state_machine_arn, name=name, input=json.dumps(execution_input)
        )
    except states.exceptions.ExecutionAlreadyExists as err:
        raise BadInput(
            f"The stack {session.stack.name!r} has had a run {name!r} already: choose another --name."
        ) from err
    return str(started["executionArn"])
