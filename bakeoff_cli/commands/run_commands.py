"""The commands about uploads and runs; each says what it takes, and where that goes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli.commands.options import (
    FAILED,
    Algorithms,
    Force,
    Json,
    Profile,
    Quiet,
    Region,
    Settings,
    StackName,
    Strict,
    Target,
)
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference


def upload(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER",
            help="CSV or libsvm files, plain or gzip; of a folder all that is in it.",
        ),
    ],
    target: Target = None,
    settings: Settings = None,
    force: Force = False,
    stack_name: StackName = DEFAULT_STACK,
    profile: Profile = None,
    region: Region = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look into data, upload them to a deployed stack, and print the runs that this starts.

    A file that no run could read is refused before anything is sent. Files that are uploaded together are
    compared together, by one run. How is for the stack to say: --target and --set are refused when they say
    something else, with the command that changes it. A hidden or empty file of a folder is left out.

    AWS is found as by any AWS client: credentials and region from the environment or ~/.aws, another endpoint
    (that of `bakeoff local`, for example) from AWS_ENDPOINT_URL.
    """
    from bakeoff_cli.commands.upload import UploadRequest, upload_files
    from bakeoff_cli.data.source import path_of
    from bakeoff_cli.settings.requests import Wishes

    request = UploadRequest([path_of(file) for file in files], Wishes(None, target, settings or ()), force)
    upload_files(request, StackReference(stack_name, profile, region), Output(as_json, quiet))


def run(
    algorithms: Algorithms = None,
    target: Target = None,
    settings: Settings = None,
    input_file: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="The execution's input, as JSON or YAML."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="RUN", help="Name of the run; made of the time if not given.")
    ] = None,
    watch_it: Annotated[bool, typer.Option("--watch", help="Follow the run to its end.")] = False,
    strict: Strict = False,
    force: Force = False,
    stack_name: StackName = DEFAULT_STACK,
    profile: Profile = None,
    region: Region = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Start a run on the data that are in the bucket: again, or with other algorithms.

    What an execution's input may say, this run decides for itself; --set takes Algorithms and Target, and
    names the deployment that changes any other parameter. With --watch, exit code 1 if the run failed.
    """
    from bakeoff_cli.commands.run import RunRequest, start_run
    from bakeoff_cli.settings.requests import Wishes

    wishes = Wishes(algorithms, target, settings or ())
    request = RunRequest(wishes.execution_input(input_file, checked=not force), name, watch_it)
    finished = start_run(request, StackReference(stack_name, profile, region), Output(as_json, quiet))
    if finished and not (finished.complete if strict else finished.end.succeeded):
        raise typer.Exit(FAILED)


def watch(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="Name or ARN of the run; the newest one if not given."),
    ] = None,
    strict: Strict = False,
    stack_name: StackName = DEFAULT_STACK,
    profile: Profile = None,
    region: Region = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow a run of a deployed stack to its end, then print its leaderboard.

    Exit code 1 if the run failed; the cause is then on stderr. With --strict also if one candidate failed.
    """
    from bakeoff_cli.commands.watch import watch_run

    finished = watch_run(run, StackReference(stack_name, profile, region), Output(as_json, quiet))
    if not (finished.complete if strict else finished.end.succeeded):
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
    profile: Profile = None,
    region: Region = None,
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
    from bakeoff_cli.commands.report import show_report

    stack = StackReference(stack_name, profile, region)
    show_report(run, stack, output_file, open_it, Output(as_json, quiet))


def env(
    stack_name: StackName = DEFAULT_STACK,
    profile: Profile = None,
    region: Region = None,
    quiet: Quiet = False,
) -> None:
    """Print the variables of a deployed stack's functions, as `sam local invoke --env-vars` takes them.

    One JSON document: by each function's logical name, what it finds in its environment.
    """
    from bakeoff_cli.commands.env import print_environment

    print_environment(StackReference(stack_name, profile, region), Output(quiet=quiet))


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
    from bakeoff_cli.commands.verify import verify_run

    if not verify_run(folder, Output(as_json, quiet)).identical:
        raise typer.Exit(FAILED)
