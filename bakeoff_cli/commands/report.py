"""`bakeoff report`: a run's report.html, from a deployed stack or from a saved folder, to a file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff.domain.run.files import REPORT
from bakeoff_cli import options
from bakeoff_cli.data.files import readable_file, replacing, writable_file
from bakeoff_cli.errors import ReportNotFound
from bakeoff_cli.process.browser import show_page
from bakeoff_cli.saved.folder import folder_meant, report_in, saved_folder
from bakeoff_cli.show.next_steps import after_saved_report, to_verify
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.outcome import WHY_GONE, has_ended
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

if TYPE_CHECKING:
    from bakeoff_cli.session import Session
    from bakeoff_cli.stack.runs import StackRuns


def report(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Name of the run, or the folder of a saved one; the newest that has a report if not given.",
        ),
    ] = None,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output", help="File to save the report as; report-RUN.html, or where the folder has it."
        ),
    ] = None,
    open_it: options.Open = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Save the report of a run, one page that needs no other file, and open it.

    Takes it from a deployed stack, or without any AWS from the folder that a run was saved to.
    """
    output = Output(as_json, quiet)
    if folder := folder_meant(run):
        found = _from_folder(folder, output_file)
    else:
        found = _from_stack(run, StackReference(stack_name, profile, region), output_file, output)
    output.show(f"The report is {found.path}")
    opened = show_page(found.path, open_it, output)
    output.note(found.next_step)
    output.document({"report": str(found.path), "source": found.source, "opened": opened})


@dataclass(frozen=True)
class _Found:
    """`source` is the address or file that the report was published or saved as; `next_step` is a sentence
    for whoever has read it.
    """

    path: Path
    source: str
    next_step: str


@dataclass(frozen=True)
class _Page:
    """`run_id` is the run that has the data of the one asked for; `content` is None without a report."""

    asked_for: str
    run_id: str
    content: bytes | None


def _from_folder(folder: Path, target: Path | None) -> _Found:
    source = report_in(saved_folder(folder))
    if source is None:
        raise ReportNotFound(f"The folder {folder} holds no {REPORT}: name the folder of a saved run.")
    if target:
        _write(readable_file(source).read_bytes(), target)
    return _Found(target or source, str(source), after_saved_report(folder))


def _from_stack(run: str | None, stack: StackReference, target: Path | None, output: Output) -> _Found:
    from bakeoff_cli.session import connect

    session = connect(stack, output)
    page = _named(session, run) if run else _newest(session, output)
    if page.run_id != page.asked_for:
        output.note(f"The data of the run {page.asked_for} are in the run {page.run_id}.")
    if page.content is None:
        raise _not_there(session.runs, page.run_id)
    path = target or Path(f"report-{page.run_id}.html")
    _write(page.content, path)
    address = session.files(page.run_id).uri(REPORT)
    return _Found(path, address, to_verify(page.run_id, session.stack.bucket, stack))


def _named(session: Session, asked_for: str) -> _Page:
    # The bucket first: it remembers runs that Step Functions forgets after 90 days.
    content = session.files(asked_for).report()
    if content is None and (other := session.runs.data_in(asked_for)) != asked_for:
        return _Page(asked_for, other, session.files(other).report())
    return _Page(asked_for, asked_for, content)


def _newest(session: Session, output: Output) -> _Page:
    """That of the newest run that has a report; if none has, of the newest run that has ended."""
    pages = (_named(session, run_id) for run_id in session.runs.finished())
    newest = next(pages)
    page = next((page for page in chain([newest], pages) if page.content is not None), newest)
    if page is not newest:
        lacking = _without_report(newest.run_id, session.runs.how_it_ended(newest.run_id))
        output.note(f"{lacking}; the run {page.run_id} is the newest that has one.")
    return page


def _not_there(runs: StackRuns, run_id: str) -> ReportNotFound:
    ended = runs.how_it_ended(run_id)
    if ended == has_ended("SUCCEEDED"):
        return ReportNotFound(f"The report of the run {run_id} is gone: {WHY_GONE}.")
    action = "see how it went" if ended else "see it through"
    return ReportNotFound(f"{_without_report(run_id, ended)}: {action} with `bakeoff watch {run_id}`.")


def _without_report(run_id: str, ended: str | None) -> str:
    return f"The run {run_id} {ended} without a report" if ended else f"The run {run_id} has no report yet"


def _write(content: bytes, path: Path) -> None:
    with replacing(writable_file(path, "the report")) as file:
        file.write(content)
