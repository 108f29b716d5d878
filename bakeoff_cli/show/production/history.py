"""The promotions and rollbacks of a stack, as a table and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bakeoff.domain.promotion.history import Change
from bakeoff_cli.show.production.words import at
from bakeoff_cli.stack.causes import readable
from bakeoff_cli.stack.outcome import outcome
from bakeoff_cli.text import one_line

_HEADINGS = ("When", "What", "Version", "Run", "Candidate", "Outcome")


def history_table(changes: Sequence[Change]) -> Table:
    """A row each, in their order."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for change in changes:
        cells = (
            at(change.at),
            change.kind,
            change.config,
            change.run_id or "-",
            change.record["candidate"] if change.record else "-",
            _told(change),
        )
        # Whoever may write to the bucket decides what these are; nothing of it is markup.
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table


def as_json(change: Change) -> dict[str, Any]:
    attempt, record = change.attempt, change.record
    return {
        "at": change.at.isoformat(),
        "kind": change.kind,
        "config": change.config,
        "run_id": change.run_id,
        "candidate": record["candidate"] if record else None,
        "execution": attempt.name if attempt else None,
        "outcome": _outcome(change),
        "error": attempt.error if attempt else None,
        "cause": _cause(change),
    }


def _outcome(change: Change) -> str:
    # Only what succeeded has left a record that outlives its execution.
    return outcome(change.attempt.status, change.attempt.error) if change.attempt else "succeeded"


def _cause(change: Change) -> str | None:
    attempt = change.attempt
    if attempt is None or attempt.ended is None or _outcome(change) == "succeeded":
        return None
    return readable(attempt.error, attempt.cause, attempt.status)


def _told(change: Change) -> str:
    cause = _cause(change)
    return f"{_outcome(change)}: {cause}" if cause else _outcome(change)
