"""The folds of a candidate on one line: how many of them are where, and what became of those that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bakeoff_cli.stack.progress import CandidateProgress, RunProgress

# By the workflow's states, in the order in which a unit goes through them.
PHASES = {
    "training": ("Take candidate", "Train or tune?", "Train model", "Model complete?"),
    "tuning": ("Tune model", "Best model found?", "Account for tuning"),
    "deploying": (
        "Create model",
        "Create endpoint config",
        "Create endpoint",
        "Await endpoint",
        "Check endpoint",
        "Endpoint ready?",
        "Wait for endpoint",
    ),
    "scoring": ("Score candidate",),
    "waiting": ("Worth another attempt?", "Wait for another attempt", "Attempt which step?"),
    "cleaning up": (
        "Endpoint failed",
        "Record failure",
        "Clean up",
        "Release resources",
        "Resources released?",
        "Wait for release",
        "Resources left behind",
        "Candidate done",
    ),
}
_PHASE_OF = {state: phase for phase, states in PHASES.items() for state in states}
_UNKNOWN = "running"
_NAMED_FOLDS = 3


@dataclass(frozen=True)
class FoldsProgress:
    """The units of one candidate that have begun, of `folds` in all."""

    candidate: str
    units: Sequence[CandidateProgress]
    folds: int

    def seconds(self, now: datetime) -> float:
        """From the first unit's begin to the last one's end."""
        last = max(unit.ended or now for unit in self.units)
        return (last - min(unit.started for unit in self.units)).total_seconds()

    def told(self, run: RunProgress) -> str:
        """As in "7 of 10 folds done, 2 training, 1 scoring"."""
        failed = [unit for unit in self.units if unit.failure]
        done = [unit for unit in self.units if unit.status == "succeeded" and not unit.failure]
        others = [unit for unit in self.units if unit not in failed and unit not in done]
        counts = Counter(_phase(unit, run) for unit in others)
        where = [f"{counts[phase]} {phase}" for phase in sorted(counts, key=_place)]
        return ", ".join([f"{len(done)} of {self.folds} folds done", *where, *_failures(failed)])


def folds_progress(units: Iterable[CandidateProgress], run: RunProgress) -> list[FoldsProgress]:
    """One for each candidate of the units, in their order; none of those without folds."""
    begun: dict[str, list[CandidateProgress]] = {}
    for each in units:
        if each.unit.fold is not None:
            begun.setdefault(each.unit.candidate, []).append(each)
    planned = Counter(unit.candidate for unit in run.units)
    return [FoldsProgress(name, own, max(planned[name], len(own))) for name, own in begun.items()]


def _phase(unit: CandidateProgress, run: RunProgress) -> str:
    if unit.status == "aborted":
        return "stopped"
    if run.ended:
        return run.outcome
    return _PHASE_OF.get(unit.steps[-1].name, _UNKNOWN) if unit.steps else _UNKNOWN


def _place(phase: str) -> tuple[int, str]:
    """The farthest first."""
    known = [*PHASES]
    return -known.index(phase) if phase in known else 1, phase


def _failures(failed: Sequence[CandidateProgress]) -> Iterator[str]:
    if not failed:
        return
    named = [str(fold + 1) for unit in failed[:_NAMED_FOLDS] if (fold := unit.unit.fold) is not None]
    more = [f"{len(failed) - _NAMED_FOLDS} more"] if len(failed) > _NAMED_FOLDS else []
    *most, last = [*named, *more]
    folds = f"{', '.join(most)} and {last}" if most else last
    yield f"fold{'s' if most else ''} {folds} failed: {failed[0].failure}"
