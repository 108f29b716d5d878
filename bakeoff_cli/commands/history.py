"""`bakeoff history`: how the candidates did in all runs of a stack, as a table and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.statistics.registry import METRIC_NAMES
from bakeoff_cli import options
from bakeoff_cli.errors import ReportNotFound
from bakeoff_cli.process.browser import show_page
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.run_index import RunIndex
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference
from bakeoff_cli.text import one_line


def history(
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    output_folder: options.OutputFolder = Path("runs"),
    open_it: options.Open = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Tell how each candidate did in the runs of a stack, and save the page of all with their reports.

    A run stands in it when it has ended with a report, until its files expire.
    """
    from bakeoff_cli.session import connect

    output = Output(as_json, quiet)
    session = connect(StackReference(stack_name, profile, region), output)
    index = RunIndex(session.aws.s3, session.stack.bucket)
    entries, page = index.entries(), index.save(output_folder)
    if page is None:
        raise ReportNotFound(
            f"The stack {session.stack.name!r} has no history yet: see a run through with `bakeoff watch`."
        )
    index.save_reports(output_folder, entries)
    output.show(_table(entries), f"The history is {page}")
    opened = show_page(page, open_it, output)
    output.document({"history": str(page), "runs": entries, "opened": opened})


def _table(entries: Sequence[PastRun]) -> Table:
    """A row a run, the newest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Run", "Planned", "Test rows", "Candidates", "Verdict"):
        table.add_column(heading, justify="right" if heading == "Test rows" else "left", overflow="fold")
    for entry in reversed(entries):
        cells = (
            entry["run_id"],
            entry["created_at"][:16].replace("T", " "),
            f"{entry['rows']:,}",
            f"{METRIC_NAMES.get(entry['metric'], entry['metric'])}: {', '.join(_candidates(entry))}",
            entry["headline"],
        )
        # Whoever may write to the bucket decides what these are; nothing of it is markup.
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table


def _candidates(entry: PastRun) -> Iterator[str]:
    for each in entry["candidates"]:
        if each["value"] is None:
            yield f"{each['name']} failed"
        elif each["ci_low"] is None or each["ci_high"] is None:
            yield f"{each['name']} {each['value']:.4g}"
        else:
            yield f"{each['name']} {each['value']:.4g} ± {(each['ci_high'] - each['ci_low']) / 2:.2g}"
