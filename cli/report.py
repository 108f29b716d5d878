"""`bakeoff report`: a run's report.html, from a deployed stack or from a saved folder, to a file."""

from __future__ import annotations

import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.bucket import REPORT_NAME, report_in, report_key, report_of
from cli.errors import BadInput, ReportNotFound
from cli.files import readable_file, replacing, writable_folder
from cli.output import Output
from cli.remote import connect
from cli.runs import UNFINISHED, Runs


@dataclass(frozen=True)
class Report:
    """`source` is the address or file that the report was published or saved as."""

    path: Path
    source: str

    def as_json(self, opened: bool) -> dict[str, Any]:
        return {"report": str(self.path), "source": self.source, "opened": opened}


def show_report(
    run: str | None, stack_name: str, target: Path | None, wanted: bool | None, output: Output
) -> None:
    """Save the report of `run`, a saved folder or a run's id (None: the newest finished run), and open it.

    `wanted` None opens it if a person is looking. Raises CliError.
    """
    folder = Path(run) if run and Path(run).is_dir() else None
    report = _saved(folder, target) if folder else _published(run, stack_name, target, output)
    output.show(f"The report is {report.path}")
    opened = _open(report.path, output) if _is_to_open(wanted, output) else False
    output.document(report.as_json(opened))


def _saved(folder: Path, target: Path | None) -> Report:
    source = report_in(folder)
    if source is None:
        raise ReportNotFound(f"The folder {folder} holds no {REPORT_NAME}: name the folder of a saved run.")
    if target:
        _write(readable_file(source).read_bytes(), target)
    return Report(target or source, str(source))


def _published(run: str | None, stack_name: str, target: Path | None, output: Output) -> Report:
    bakeoff = connect(stack_name, output)
    run_id = run or bakeoff.runs.newest_finished()
    # The bucket first: it remembers runs that Step Functions forgets after 90 days.
    content = report_of(bakeoff.aws.s3, bakeoff.stack.bucket, run_id)
    if content is None and (other := bakeoff.runs.data_in(run_id)) != run_id:
        output.note(f"The data of the run {run_id} are in the run {other}.")
        run_id, content = other, report_of(bakeoff.aws.s3, bakeoff.stack.bucket, other)
    if content is None:
        raise _not_there(bakeoff.runs, run_id)
    path = target or Path(f"report-{run_id}.html")
    _write(content, path)
    return Report(path, f"s3://{bakeoff.stack.bucket}/{report_key(run_id)}")


def _not_there(runs: Runs, run_id: str) -> ReportNotFound:
    status = runs.status(run_id)
    if status in UNFINISHED:
        return ReportNotFound(
            f"The run {run_id} has no report yet: see it through with `bakeoff watch {run_id}`."
        )
    ended = status.lower().replace("_", " ")
    return ReportNotFound(
        f"The run {run_id} has {ended} without a report: see how it went with `bakeoff watch {run_id}`."
    )


def _write(content: bytes, path: Path) -> None:
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file for the report.")
    writable_folder(path.parent)
    with replacing(path) as file:
        file.write(content)


def _is_to_open(wanted: bool | None, output: Output) -> bool:
    return wanted if wanted is not None else sys.stdout.isatty() and not output.as_json


def _open(path: Path, output: Output) -> bool:
    opened = webbrowser.open(path.resolve().as_uri())
    if not opened:
        output.note("No browser could be started; open the file yourself.")
    return opened
