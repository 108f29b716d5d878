"""The tuning of a candidate as a plan records it, and how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.tuning.asked import TUNING, Entry
from bakeoff.domain.planning.tuning.checks import combinations_of
from bakeoff.domain.run.documents import PlannedTuning

JOBS, PARALLEL, SEED, STRATEGY = 20, 2, 1, "Bayesian"
# Less is hardly enough to load an image and the data.
MIN_JOB_SECONDS = 300
# Of the run's time; the rest is for preparing the data, for the endpoint and for scoring.
_SHARE = 0.75


def planned_tuning(entry: Entry, seconds: int) -> PlannedTuning:
    """What was asked for, with defaults for what nobody said; each job may last `seconds`."""
    said = entry[TUNING]
    tuning: PlannedTuning = {
        "objective": said["objective"],
        "ranges": said["ranges"],
        "jobs": _jobs(said),
        "parallel": min(said.get("parallel", PARALLEL), _jobs(said)),
        "strategy": said.get("strategy", STRATEGY),
        "seed": said.get("seed", SEED),
        "job_seconds": seconds,
    }
    if "instead_of" in said:
        tuning["instead_of"] = said["instead_of"]
    if said.get("each_fold"):
        tuning["each_fold"] = True
    return tuning


def of_task(tuning: PlannedTuning, own: Mapping[str, Any]) -> PlannedTuning:
    """The tuning with a task's own objective and ranges."""
    joined: Any = {**tuning, **own}
    if "instead_of" not in own:
        joined.pop("instead_of", None)
    return planned_tuning({TUNING: joined}, tuning["job_seconds"])


def longest_seconds(entry: Entry, max_training_seconds: int, run_seconds: int) -> int:
    """For how long each training job may run: what the entry says, or an even share of the run's time.

    Raises InvalidAlgorithms where all of them together can take longer than the run.
    """
    rounds = rounds_of(planned_tuning(entry, 0))
    said = entry.get("max_runtime_seconds")
    if said is not None:
        if (worst := rounds * said) > run_seconds:
            raise InvalidAlgorithms(
                _too_long(entry, f"may take {said} seconds each, {worst} in all", run_seconds)
            )
        return int(said)
    share = int(_SHARE * run_seconds) // rounds
    if share < MIN_JOB_SECONDS:
        raise InvalidAlgorithms(_too_long(entry, f"would have {share} seconds each, too few", run_seconds))
    return min(max_training_seconds, share)


def rounds_of(tuning: PlannedTuning) -> int:
    """How many jobs run one after the other."""
    return -(-tuning["jobs"] // tuning["parallel"])


def told(tuning: PlannedTuning, *others: PlannedTuning) -> str:
    """What a tuning costs at most, for whoever reads a plan; `others` are its forms for other numbers of
    classes, which the data decide: they differ in what they go by.
    """
    jobs, parallel, seconds = tuning["jobs"], tuning["parallel"], tuning["job_seconds"]
    forms = (tuning, *others)
    words = (
        f"{jobs} training job{'' if jobs == 1 else 's'}, {parallel} at a time, each of at most {seconds:,} "
        f"seconds: at worst {rounds_of(tuning) * seconds:,} seconds, and {jobs * seconds:,} billed; "
        f"{tuning['strategy']}, seed {tuning['seed']}, by "
        f"{' or '.join(dict.fromkeys(each['objective']['metric'] for each in forms))}"
    )
    fixed = {f"{name}={value}": None for each in forms for name, value in each.get("instead_of", {}).items()}
    return f"{words}; varied instead of fixed at the catalogue's {', '.join(fixed)}" if fixed else words


def _jobs(said: Mapping[str, Any]) -> int:
    if said.get("strategy") == "Grid":
        return combinations_of(said["ranges"])
    return int(said.get("jobs", JOBS))


def _too_long(entry: Entry, how: str, run_seconds: int) -> str:
    tuning = planned_tuning(entry, 0)
    return (
        f"Algorithm {entry['name']!r}: {tuning['jobs']} training jobs, {tuning['parallel']} at a time, "
        f"{how}, while the run has {run_seconds} seconds: ask for fewer jobs, for more in parallel or for "
        "a lower max_runtime_seconds, or raise RunTimeoutSeconds."
    )
