"""`bakeoff upload` and `bakeoff watch`, against whichever AWS the environment points at."""

from __future__ import annotations

from pathlib import Path

from cli.aws import configured_aws
from cli.bakeoff import Bakeoff, FinishedRun, run_id_of
from cli.bucket import check_uploads
from cli.output import Output
from cli.stack import find_stack


def upload_files(files: list[Path], stack_name: str, output: Output) -> None:
    """Upload each file and wait for its run to appear. Raises CliError."""
    check_uploads(files)
    bakeoff = connect(stack_name, output)
    started = []
    for file in files:
        arn = bakeoff.start(file)
        output.show(f"{file.name} started the run {run_id_of(arn)}")
        started.append({"file": str(file), "run_id": run_id_of(arn), "execution_arn": arn})
    output.document({"runs": started})


def watch_run(run: str | None, stack_name: str, output: Output) -> FinishedRun:
    """Follow the run of that name, or the newest. Raises CliError."""
    bakeoff = connect(stack_name, output)
    finished = bakeoff.watch(bakeoff.runs.find(run))
    output.document(finished.as_json())
    return finished


def connect(stack_name: str, output: Output) -> Bakeoff:
    """The deployed stack of that name. Raises StackNotFound."""
    aws = configured_aws()
    return Bakeoff(aws, find_stack(aws, stack_name), output, outlives_command=True)
