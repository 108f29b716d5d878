"""A view of a run that also tells what the run has read, as soon as its files say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bakeoff_cli.show.run_data import prepared, reading
from bakeoff_cli.stack.progress import RunProgress
from bakeoff_cli.stack.runs import RunView

PLAN, SUMMARY = "plan.json", "datasets/summary.json"
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
        self._tell(run, PLANNED_BY, PLAN, _planned)
        self._tell(run, PREPARED_BY, SUMMARY, _prepared)

    def _tell(self, run: RunProgress, state: str, name: str, lines: Callable[[Any], Iterable[str]]) -> None:
        """Once, after the run has left the state that writes the document."""
        if name not in self._read and run.has_left(state):
            self._read.add(name)
            for line in lines(self.document(name)):
                self.note(line)


def _planned(plan: Any) -> Iterator[str]:
    found = reading(plan)
    if found:
        yield from found.lines()


def _prepared(summary: Any) -> Iterator[str]:
    line = prepared(summary)
    if line:
        yield line
