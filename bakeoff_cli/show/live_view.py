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

from bakeoff_cli.show.durations import remark, usually, waits
from bakeoff_cli.show.fold_lines import folds_progress
from bakeoff_cli.stack.outcome import has_ended
from bakeoff_cli.stack.progress import CandidateProgress, RunProgress, StateVisit
from bakeoff_cli.text import shortened

_WIDTH_FOR_USUAL_TIMES = 80
# Truncated, because rich cuts a table that is higher than the screen; the end of the run tells all of it.
_REASON_CHARACTERS = 40
_FOLDS_CHARACTERS = 110


class LiveView:
    """The table of `progress_table`, redrawn while the run goes on; elapsed times tick between updates."""

    def __init__(self, console: Console, in_aws: bool = False) -> None:
        self._run, self._console, self._in_aws = RunProgress(), console, in_aws
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
        usual = self._in_aws and self._console.width >= _WIDTH_FOR_USUAL_TIMES
        return progress_table(self._run, datetime.now(UTC), usual)


class LineView:
    """One line for each thing that happens, none twice; a state that a candidate polls is named once."""

    def __init__(self, console: Console, in_aws: bool = False, what: str = "run") -> None:
        self._console, self._in_aws, self._what = console, in_aws, what
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lines need no clearing up."""

    def update(self, run: RunProgress) -> None:
        for when, what in happenings(run, self._in_aws, self._what):
            if what not in self._told:
                self._told.add(what)
                seconds = (when - (run.started or when)).total_seconds()
                line = f"{seconds:7.1f} s  {what}"
                self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def happenings(run: RunProgress, in_aws: bool = False, what: str = "run") -> list[tuple[datetime, str]]:
    """What has happened so far, in order of time; `in_aws` adds how long a step usually takes there."""
    found = list(_entries(run.steps, "", in_aws, run.has_folds))
    for candidate in run.candidates:
        found += _entries(candidate.steps, f"{candidate.name}: ", in_aws)
        if candidate.ended:
            found.append((candidate.ended, f"{candidate.name}: {_outcome(candidate, run)}"))
    if run.ended:
        found.append((run.ended, f"The {what} {has_ended(run.status, run.error)}."))
    return sorted(found, key=lambda happening: happening[0])


def _entries(
    steps: Sequence[StateVisit], whose: str, in_aws: bool, folds: bool = False
) -> Iterator[tuple[datetime, str]]:
    for step in steps:
        yield step.entered, f"{whose}{step.name}{remark(step.name, in_aws, folds)}"
        if step.error:
            went = "timed out" if step.timed_out else "failed"
            yield step.exited or step.entered, f"{whose}{step.name} {went}: {step.error}"


def progress_table(run: RunProgress, now: datetime, usual: bool = False) -> Table:
    """Every state the run has been in, once; below the Map's, each candidate with its current one, or with
    how many of its folds are where.

    `usual` adds how long each usually takes in AWS.
    """
    now = run.ended or now
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("State", no_wrap=True)
    table.add_column("Now", overflow="fold")
    table.add_column("Elapsed", justify="right", no_wrap=True)
    if usual:
        table.add_column("Usually", justify="right", no_wrap=True)
    # Only polling enters a state again, and many times: the newest visit stands for all.
    for step in {step.name: step for step in run.steps}.values():
        below = [each for each in run.candidates if each.map_step is step]
        _add(table, step.name, _state_of(step, run), step.seconds(now), usually(step.name, run.has_folds))
        for each in folds_progress(below, run):
            told = shortened(each.told(run), _FOLDS_CHARACTERS)
            _add(table, f"  {each.candidate}", told, each.seconds(now), None)
        for candidate in (each for each in below if each.unit.fold is None):
            current = usually(candidate.steps[-1].name) if candidate.steps and not candidate.ended else None
            _add(table, f"  {candidate.name}", _doing(candidate, run), candidate.seconds(now), current)
    return table


def _add(table: Table, what: str, state: str, seconds: float, usual: str | None) -> None:
    minutes = f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
    elapsed = f"{seconds:.1f} s" if seconds < 100 else minutes
    # Text, because a cell given as a string is read as rich's markup.
    table.add_row(*map(Text, (what, state, elapsed, usual or "")[: len(table.columns)]))


def _waiting(step: StateVisit) -> str | None:
    reason = waits(step.name)
    return reason and f"waits {reason}"


def _doing(candidate: CandidateProgress, run: RunProgress) -> str:
    if candidate.ended or run.ended or not candidate.steps:
        return shortened(_outcome(candidate, run), _REASON_CHARACTERS)
    current = candidate.steps[-1]
    if current.attempts > 1:
        return f"{current.name} (attempt {current.attempts})"
    return _waiting(current) or current.name


def _outcome(candidate: CandidateProgress, run: RunProgress) -> str:
    if candidate.failure:
        return f"failed: {candidate.failure}"
    if candidate.status == "running" and run.ended:
        return run.outcome
    return {"succeeded": "done", "aborted": "stopped"}.get(candidate.status, candidate.status)


def _state_of(step: StateVisit, run: RunProgress) -> str:
    if step.error is not None and step.exited is not None:
        return "timed out" if step.timed_out else "failed"
    if step is run.failed_step and run.status != "SUCCEEDED":
        return run.outcome
    if step.exited or run.ended:
        return "done"
    return _waiting(step) or "running"
