"""A view of a run that also tells what the run has read, as soon as its files say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bakeoff.domain.run.files import PLAN, SUMMARY
from bakeoff_cli.show.prepared import prepared_rows
from bakeoff_cli.show.run_data import run_data
from bakeoff_cli.stack.progress import RunProgress
from bakeoff_cli.stack.runs import RunView

PLANNED_BY, PREPARED_BY = "Plan run", "Prepare datasets"


@dataclass
class TellingView:
    """`document` gives a JSON document of the run by its name below the run's prefix, or None without it."""

    view: RunView
    document: Callable[[str], Any]
    note: Callable[[str], None]
    _read: set[str] = field(default_factory=set)

    def update(self, run: RunProgress) -> None:
        self.view.update(run)
        if self._is_new(PLAN, run, PLANNED_BY) and (planned := run_data(self.document(PLAN))):
            for line in planned.lines():
                self.note(line)
        if self._is_new(SUMMARY, run, PREPARED_BY) and (rows := prepared_rows(self.document(SUMMARY))):
            self.note(rows)

    def _is_new(self, name: str, run: RunProgress, state: str) -> bool:
        """Once, after the run has left the state that writes the document."""
        is_new = name not in self._read and run.has_left(state)
        if is_new:
            self._read.add(name)
        return is_new
