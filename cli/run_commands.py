"""The commands about uploads and runs; each says what it takes, and where that goes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import FAILED, Json, Quiet, StackName
from cli.output import Output
from cli.stack import DEFAULT_STACK


def upload(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="CSV or libsvm files, label first; may be gzipped.")
    ],
    stack_name: StackName = DEFAULT_STACK,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Upload data to a deployed stack and print the runs that this starts.

    AWS is found as by any AWS client: credentials and region from the environment or ~/.aws, another endpoint
    (that of `bakeoff local`, for example) from AWS_ENDPOINT_URL.
    """
    from cli.remote import upload_files

    upload_files(files, stack_name, Output(as_json, quiet))


def watch(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="Name of the run; the newest one if not given.")
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow a run of a deployed stack to its end, then print its leaderboard.

    Exit code 1 if the run failed; the cause is then on stderr.
    """
    from cli.remote import watch_run

    if not watch_run(run, stack_name, Output(as_json, quiet)).end.succeeded:
        raise typer.Exit(FAILED)


def report(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Name of the run, or the folder of a saved one; the newest that has a report if not given.",
        ),
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output", help="File to save the report as; report-RUN.html, or where the folder has it."
        ),
    ] = None,
    open_it: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Show it in the browser; on a terminal that is the default."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Save the report of a run, one page that needs no other file, and open it.

    Takes it from a deployed stack, or without any AWS from the folder that a run was saved to.
    """
    from cli.report import show_report

    show_report(run, stack_name, output_file, open_it, Output(as_json, quiet))


def verify(
    folder: Annotated[Path, typer.Argument(metavar="RUN_FOLDER", help="Folder that a run was saved to.")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Recompute a saved run's comparison from its other files, without any network.

    Metrics, intervals, p-values and the verdict come anew from the predictions, the results, the plan and the
    recorded seed. Says that they are identical to comparison.json; or names the first that is not, or a file
    of predictions that was changed since, with exit code 1. Numbers are identical within a relative 1e-9;
    whole numbers and all else exactly.
    """
    from cli.verify import verify_run

    if not verify_run(folder, Output(as_json, quiet)).identical:
        raise typer.Exit(FAILED)
