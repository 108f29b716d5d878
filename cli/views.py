"""A run as it goes on: a table that redraws itself on a terminal, plain lines everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.progress import CandidateProgress, RunProgress, Step


class LiveView:
    """The table of `progress_table`, redrawn while the run goes on; elapsed times tick between updates."""

    def __init__(self, console: Console) -> None:
        self._run = RunProgress()
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def update(self, run: RunProgress) -> None:
        self._run = run

    def _table(self) -> Table:
        return progress_table(self._run, datetime.now(UTC))


class LineView:
    """One line for each thing that happens, none twice; a state that a candidate polls is named once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lines need no clearing up."""

    def update(self, run: RunProgress) -> None:
        for when, what in happenings(run):
            if what not in self._told:
                self._told.add(what)
                line = f"{_since_start(run, when):7.1f} s  {what}"
                self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def happenings(run: RunProgress) -> list[tuple[datetime, str]]:
    """What has happened so far, in order of time."""
    return sorted(_happenings(run), key=lambda happening: happening[0])


def _happenings(run: RunProgress) -> Iterator[tuple[datetime, str]]:
    yield from _entries(run.steps, "")
    for candidate in run.candidates:
        yield from _entries(candidate.steps, f"{candidate.name}: ")
        if candidate.ended:
            yield candidate.ended, f"{candidate.name}: {_outcome(candidate)}"
    if run.ended:
        yield run.ended, f"The run has {run.status.lower().replace('_', ' ')}."


def _entries(steps: Sequence[Step], whose: str) -> Iterator[tuple[datetime, str]]:
    for step in steps:
        yield step.entered, f"{whose}{step.name}"
        if step.error:
            yield step.exited or step.entered, f"{whose}{step.name} failed: {step.error}"


def progress_table(run: RunProgress, now: datetime) -> Table:
    """Every state the run has been in, once; below the Map's, each candidate with its current one."""
    now = run.ended or now
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("State", no_wrap=True)
    table.add_column("Now", overflow="fold")
    table.add_column("Elapsed", justify="right", no_wrap=True)
    # Only waiting for a turn enters states again, and that at length: their newest visit is enough.
    for step in {step.name: step for step in run.steps}.values():
        _add(table, step.name, _state_of(step, run), step.seconds(now))
        for candidate in (each for each in run.candidates if each.map_step is step):
            _add(table, f"  {candidate.name}", _doing(candidate), candidate.seconds(now))
    return table


def _add(table: Table, what: str, state: str, seconds: float) -> None:
    # Text, because a cell given as a string is read as rich's markup.
    table.add_row(Text(what), Text(state), Text(f"{seconds:.1f} s"))


def _doing(candidate: CandidateProgress) -> str:
    if candidate.ended or not candidate.steps:
        return _outcome(candidate)
    current = candidate.steps[-1]
    return f"{current.name} (attempt {current.attempts})" if current.attempts > 1 else current.name


def _outcome(candidate: CandidateProgress) -> str:
    if candidate.caught:
        return f"failed: {candidate.caught}"
    return {"running": "running", "succeeded": "done"}.get(candidate.status, candidate.status)


def _state_of(step: Step, run: RunProgress) -> str:
    caught = step.error is not None and step.exited is not None
    stuck = step is run.failed_step and run.status != "SUCCEEDED"
    if caught or stuck:
        return "failed"
    return "done" if step.exited or run.ended else "running"


def _since_start(run: RunProgress, when: datetime) -> float:
    return (when - (run.started or when)).total_seconds()
