"""What of a plan is trained and deployed: each candidate, once for every fold, and the champion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.run.documents import Plan, PlannedCandidate, PlannedChampion, PlannedTuning
from bakeoff.domain.run.folds import folds_of


@dataclass(frozen=True)
class TrainedUnit:
    """`jobs` training jobs, `parallel` of them at once, each of at most `job_seconds`, then one endpoint.
    Of a unit without jobs nothing is trained.
    """

    name: str
    training_type: str
    endpoint_type: str
    volume_gb: int
    job_seconds: int
    jobs: int = 1
    parallel: int = 1


def units_of(plan: Plan) -> list[TrainedUnit]:
    """In the plan's order; with folds each candidate as often as there are folds. Then the champion, once."""
    units = [_unit(candidate) for candidate in plan["candidates"] for _ in range(max(1, folds_of(plan)))]
    champion = plan["promotion"].get("champion") if "promotion" in plan else None
    return [*units, _deployed(champion)] if champion else units


def final_units(plan: Plan) -> list[TrainedUnit]:
    """With folds, what each candidate would be trained as once more: one job, whichever of them it is."""
    if not folds_of(plan):
        return []
    return [
        TrainedUnit(each.name, each.training_type, each.endpoint_type, each.volume_gb, each.job_seconds)
        for each in map(_unit, plan["candidates"])
    ]


def _unit(candidate: PlannedCandidate) -> TrainedUnit:
    tunings = _tunings(candidate)
    # Waiting for spot capacity is free, but an interrupted job begins anew: the longer limit holds both.
    seconds = max(candidate["stopping_condition"].values())
    return TrainedUnit(
        candidate["name"],
        candidate["training_instance_type"],
        candidate["endpoint_instance_type"],
        candidate["volume_gb"],
        max([seconds, *(each["job_seconds"] for each in tunings)]),
        max((each["jobs"] for each in tunings), default=1),
        max((each["parallel"] for each in tunings), default=1),
    )


def _deployed(champion: PlannedChampion) -> TrainedUnit:
    return TrainedUnit(champion["name"], "", champion["endpoint_instance_type"], 0, 0, jobs=0)


def _tunings(candidate: PlannedCandidate) -> Sequence[PlannedTuning]:
    """All that the data may still choose among: of classes, their number decides."""
    of_tasks = [task["tuning"] for task in candidate.get("tasks", {}).values() if "tuning" in task]
    return [candidate["tuning"], *of_tasks] if "tuning" in candidate else of_tasks
