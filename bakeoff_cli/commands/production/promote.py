"""`bakeoff promote`: what a run decided goes to production."""

from __future__ import annotations

from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference


def promote(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or ARN of the run that decided.")],
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Put into production what a run decided for, and watch that to its end.

    It asks for no approval: whoever may start the workflow may promote. Exit code 1 if production does not
    serve it in the end; the cause is then on stderr.
    """
    from bakeoff_cli.promoting import connect_production

    output = Output(as_json, quiet)
    production = connect_production(StackReference(stack_name, profile, region), output)
    decided = production.decision_to_promote(run)
    promoted = production.change("promotion", {"run_id": decided["run_id"]})
    output.document(promoted.as_json())
    if not promoted.succeeded:
        raise typer.Exit(FAILED)
