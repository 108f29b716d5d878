"""Whether a run can be evaluated with folds as it is asked, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.domain.errors import InvalidAlgorithms, InvalidSettings
from bakeoff.domain.planning.algorithms import Entry
from bakeoff.domain.planning.settings import Resolved
from bakeoff.domain.planning.tuning import planned_tuning
from bakeoff.domain.planning.tuning.asked import TUNING
from bakeoff.domain.run.documents import Plan, PlannedCandidate
from bakeoff.domain.run.folds import folds_of

# One row has no spread.
_MIN_SCORED = 2


def folds_asked(settings: Resolved, entries: Sequence[Entry]) -> int:
    """How many folds the run has; 0 for one split.

    Raises InvalidSettings for settings that cannot hold with folds, InvalidAlgorithms for a tuned candidate
    whose request does not say that each fold is to tune.
    """
    folds = int(settings.document["folds"]["value"])
    if folds:
        _refuse_time(settings, folds)
        _refuse_few_scored(settings, folds)
        _refuse_tuned(settings, entries, folds)
    return folds


def price_of_folds(plan: Plan) -> dict[str, int]:
    """How many units there are, and how many training jobs of them at most, with the final model's; nothing
    without folds.
    """
    folds, candidates = folds_of(plan), plan["candidates"]
    if not folds:
        return {}
    jobs = folds * sum(map(_jobs, candidates)) + 1
    return {"folds": folds, "units": folds * len(candidates), "training_jobs": jobs}


def _jobs(candidate: PlannedCandidate) -> int:
    """Of one unit; of a tuned one it may depend on the number of classes."""
    tunings = [candidate.get("tuning"), *(each.get("tuning") for each in candidate.get("tasks", {}).values())]
    return max([each["jobs"] for each in tunings if each], default=1)


def _refuse_time(settings: Resolved, folds: int) -> None:
    if "time" in settings.document and settings.document["time"]["value"] is not None:
        raise InvalidSettings(
            f"{settings.said['time'].where('time')}: time makes the latest rows the test, but with {folds} "
            f"folds ({settings.document['folds']['source']}) every row is a test row once: leave time out, "
            "or set folds: 0."
        )


def _refuse_few_scored(settings: Resolved, folds: int) -> None:
    """A share of no rows would read as all of them."""
    most, least = int(settings.document["max_scored_rows"]["value"]), _MIN_SCORED * folds
    if 0 < most < least:
        raise InvalidSettings(
            f"{settings.said['max_scored_rows'].where('max_scored_rows')}: max_scored_rows is {most}, but "
            f"{folds} folds share them and need {_MIN_SCORED} each: set {least} or more, or 0 for all rows."
        )


def _refuse_tuned(settings: Resolved, entries: Sequence[Entry], folds: int) -> None:
    """What was tuned on the rows of one fold has seen the test rows of others."""
    for number, entry in enumerate(entries):
        if TUNING in entry and not entry[TUNING].get("each_fold"):
            jobs, said = planned_tuning(entry, 0)["jobs"], settings.said["algorithms"]
            place = f"{said.where('algorithms', number)}: " if said.places else ""
            raise InvalidAlgorithms(
                f"{place}Algorithm {entry['name']!r} is tuned, and {folds} folds would have to tune it "
                f"each for itself, by {folds * jobs} training jobs instead of {jobs}: say tuning.each_fold: "
                "true if that is meant, compare it untuned, or set folds: 0."
            )
