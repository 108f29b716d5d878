"""`bakeoff watch`, and what every command about a stack begins with, whichever AWS that is on."""

from __future__ import annotations

from bakeoff_cli.session import Bakeoff, FinishedRun
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.aws import configured_aws
from bakeoff_cli.stack.stack import StackReference, find_stack


def watch_run(run: str | None, stack: StackReference, output: Output) -> FinishedRun:
    """Follow the run of that name or ARN, or the newest. Raises CliError."""
    bakeoff = connect(stack, output)
    finished = bakeoff.watch(bakeoff.runs.find(run))
    output.document(finished.as_json())
    return finished


def connect(stack: StackReference, output: Output) -> Bakeoff:
    """The deployed stack that is meant. Raises StackNotFound."""
    aws = configured_aws(stack.profile, stack.region)
    return Bakeoff(aws, find_stack(aws, stack.name), output, stack, outlives_command=True)
