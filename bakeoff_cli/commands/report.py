"""`bakeoff report`: a run's report.html, from a deployed stack or from a saved folder, to a file."""

from __future__ import annotations

import sys
import webbrowser
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bakeoff_cli.commands.watch import connect
from bakeoff_cli.data.files import readable_file, replacing, writable_folder
from bakeoff_cli.errors import BadInput, ReportNotFound
from bakeoff_cli.saved.folder import saved_folder
from bakeoff_cli.session import Bakeoff
from bakeoff_cli.show.next_steps import after_saved_report, to_verify
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.bucket import REPORT_NAME, report_in, report_key, report_of
from bakeoff_cli.stack.outcome import WHY_GONE, has_ended
from bakeoff_cli.stack.runs import Runs
from bakeoff_cli.stack.stack import StackReference


@dataclass(frozen=True)
class Report:
    """`source` is the address or file that the report was published or saved as; `next_step` is a sentence
    for whoever has read it.
    """

    path: Path
    source: str
    next_step: str

    def as_json(self, opened: bool) -> dict[str, Any]:
        return {"report": str(self.path), "source": self.source, "opened": opened}


@dataclass(frozen=True)
class _Page:
    """`run_id` is the run that has the data of the one asked for; `content` is None without a report."""

    asked_for: str
    run_id: str
    content: bytes | None


def show_report(
    run: str | None, stack: StackReference, target: Path | None, wanted: bool | None, output: Output
) -> None:
    """Save the report of `run` (a saved folder, an id, or None: the newest that has a report), and open it.

    `wanted` None opens it if a person is looking. Raises CliError.
    """
    is_saved = run is not None and (Path(run).exists() or "/" in run)
    report = _saved(Path(run), target) if run and is_saved else _published(run, stack, target, output)
    output.show(f"The report is {report.path}")
    opened = _open(report.path, output) if _is_to_open(wanted, output) else False
    output.note(report.next_step)
    output.document(report.as_json(opened))


def _saved(folder: Path, target: Path | None) -> Report:
    source = report_in(saved_folder(folder))
    if source is None:
        raise ReportNotFound(f"The folder {folder} holds no {REPORT_NAME}: name the folder of a saved run.")
    if target:
        _write(readable_file(source).read_bytes(), target)
    return Report(target or source, str(source), after_saved_report(folder))


def _published(run: str | None, stack: StackReference, target: Path | None, output: Output) -> Report:
    bakeoff = connect(stack, output)
    page = _named(bakeoff, run) if run else _newest(bakeoff, output)
    if page.run_id != page.asked_for:
        output.note(f"The data of the run {page.asked_for} are in the run {page.run_id}.")
    if page.content is None:
        raise _not_there(bakeoff.runs, page.run_id)
    path = target or Path(f"report-{page.run_id}.html")
    _write(page.content, path)
    address = f"s3://{bakeoff.stack.bucket}/{report_key(page.run_id)}"
    return Report(path, address, to_verify(page.run_id, bakeoff.stack.bucket, stack))


def _named(bakeoff: Bakeoff, asked_for: str) -> _Page:
    # The bucket first: it remembers runs that Step Functions forgets after 90 days.
    content = report_of(bakeoff.aws.s3, bakeoff.stack.bucket, asked_for)
    if content is None and (other := bakeoff.runs.data_in(asked_for)) != asked_for:
        return _Page(asked_for, other, report_of(bakeoff.aws.s3, bakeoff.stack.bucket, other))
    return _Page(asked_for, asked_for, content)


def _newest(bakeoff: Bakeoff, output: Output) -> _Page:
    """That of the newest run that has a report; if none has, of the newest run that has ended."""
    pages = (_named(bakeoff, run_id) for run_id in bakeoff.runs.finished())
    newest = next(pages)
    page = next((page for page in chain([newest], pages) if page.content is not None), newest)
    if page is not newest:
        lacking = _without_report(newest.run_id, bakeoff.runs.how_it_ended(newest.run_id))
        output.note(f"{lacking}; the run {page.run_id} is the newest that has one.")
    return page


def _not_there(runs: Runs, run_id: str) -> ReportNotFound:
    ended = runs.how_it_ended(run_id)
    if ended == has_ended("SUCCEEDED"):
        return ReportNotFound(f"The report of the run {run_id} is gone: {WHY_GONE}.")
    action = "see how it went" if ended else "see it through"
    return ReportNotFound(f"{_without_report(run_id, ended)}: {action} with `bakeoff watch {run_id}`.")


def _without_report(run_id: str, ended: str | None) -> str:
    return f"The run {run_id} {ended} without a report" if ended else f"The run {run_id} has no report yet"


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
