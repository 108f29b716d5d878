"""The commands that need nothing but this machine; each says what it takes, and where that goes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.options import FAILED, Json, OutputFolder, Port, Quiet, StackName
from cli.output import Output
from cli.stack import DEFAULT_STACK


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
    which are libsvm lines in spite of the names. A verified download is kept for the next time.
    """
    from cli.abalone import halve_abalone

    halve_abalone(source, output_folder, verify, Output(as_json, quiet))


def demo(
    data: Annotated[
        Path | None, typer.Option(help="CSV or libsvm file to compare on; Abalone if it is not given.")
    ] = None,
    output_folder: OutputFolder = Path("runs"),
    algorithms: Annotated[
        str | None,
        typer.Option(help="Comma-separated algorithms to compare, for example xgboost,linear-learner,knn."),
    ] = None,
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
    from cli.abalone import shelf
    from cli.demo import DemoRequest, demo_data, run_demo

    output = Output(as_json, quiet)
    with tempfile.TemporaryDirectory() as scratch:
        request = DemoRequest(
            demo_data(data, shelf(Path(scratch), output), output), output_folder, algorithms, port
        )
        end = run_demo(request, output)
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
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Keep the embedded AWS up, with the stack deployed, until Ctrl-C.

    Prints its address and the environment variables that point any AWS client (the AWS CLI, boto3,
    `bakeoff upload`) at it.
    """
    from cli.local import serve

    serve(port, work_dir, stack_name if deploy else None, Output(as_json, quiet))
