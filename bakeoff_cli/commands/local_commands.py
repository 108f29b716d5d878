"""The commands that need nothing but this machine; each says what it takes, and where that goes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli.commands.options import (
    FAILED,
    Algorithms,
    Json,
    OutputFolder,
    Port,
    Quiet,
    Settings,
    StackName,
    Target,
)
from bakeoff_cli.errors import BadInput
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK


def abalone(
    source: Annotated[
        str | None,
        typer.Option(help="A file or http(s) address to take the data from, instead of their publisher."),
    ] = None,
    output_folder: OutputFolder = Path(),
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Insist on the published bytes (sha256), or take any."),
    ] = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Download the Abalone data (4,177 rows, CC BY 4.0), verify them, and halve them.

    Writes dataset1.csv and dataset2.csv, replacing any there: the first and the second half of the lines,
    which are libsvm lines in spite of the names that the original sample gave them. A verified download is
    kept for the next time.
    """
    from bakeoff_cli.commands.dataset import halve_abalone

    halve_abalone(source, output_folder, verify, Output(as_json, quiet))


def demo(
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="CSV or libsvm file to compare on, or its http(s) address; Abalone if it is not given.",
        ),
    ] = None,
    output_folder: OutputFolder = Path("runs"),
    algorithms: Algorithms = None,
    target: Target = None,
    settings: Settings = None,
    port: Port = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the whole comparison twice on this machine, with no AWS account and no Docker.

    Starts the embedded AWS, deploys the stack, uploads the first half of the data, follows the run and prints
    its leaderboard; then does the same with the second half, so that the second run compares on all of the
    data. Saves both runs and checks that nothing is left behind. Exit code 1 if a run failed or something is
    left.
    """
    from bakeoff_cli.commands.dataset import shelf
    from bakeoff_cli.commands.demo import DemoRequest, demo_data, run_demo
    from bakeoff_cli.settings.requests import Wishes

    output = Output(as_json, quiet)
    parameters = Wishes(algorithms, target, settings or ()).parameters()
    with tempfile.TemporaryDirectory() as scratch:
        found = demo_data(data, shelf(Path(scratch), output), output)
        end = run_demo(DemoRequest(found, output_folder, parameters, port), output)
    output.document(end.as_json())
    if not end.succeeded:
        raise typer.Exit(FAILED)


def local(
    port: Port = 0,
    work_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the files and the log of the embedded AWS; a temporary one if not given."
        ),
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    deploy: Annotated[
        bool, typer.Option("--deploy/--no-deploy", help="Deploy the stack, or leave that to `sam deploy`.")
    ] = True,
    algorithms: Algorithms = None,
    target: Target = None,
    settings: Settings = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Keep the embedded AWS up, with the stack deployed, until Ctrl-C.

    Prints its address and the environment variables that point any AWS client (the AWS CLI, boto3,
    `bakeoff upload`) at it.
    """
    from bakeoff_cli.commands.local import LocalRequest, serve
    from bakeoff_cli.settings.requests import Wishes

    parameters = Wishes(algorithms, target, settings or ()).parameters()
    if parameters and not deploy:
        raise BadInput("--no-deploy leaves the stack's parameters to `sam deploy`: give them there.")
    request = LocalRequest(port, work_dir, stack_name if deploy else None, parameters)
    serve(request, Output(as_json, quiet))
