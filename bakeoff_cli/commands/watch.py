"""`bakeoff watch`: follow a run to its end."""

from __future__ import annotations

from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference


def watch(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="Name or ARN of the run; the newest one if not given."),
    ] = None,
    strict: options.Strict = False,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Follow a run of a deployed stack to its end, then print its leaderboard.

    Exit code 1 if the run failed; the cause is then on stderr. With --strict also if one candidate failed.
    """
    from bakeoff_cli.session import connect

    output = Output(as_json, quiet)
    session = connect(StackReference(stack_name, profile, region), output)
    finished = session.watch(session.runs.find(run))
    output.document(finished.as_json())
    if not finished.passes(strict):
        raise typer.Exit(FAILED)
