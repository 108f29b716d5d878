"""Two upper bounds on what a run uses, and what is common to both; docs/adr/0045 says why they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.units import TrainedUnit
from bakeoff.domain.cost.uses import Use, instances
from bakeoff.domain.cost.workflow import (
    CHECK,
    CHECK_DATASETS,
    CREATE,
    FUNCTIONS,
    JUDGE,
    PLAN,
    PUBLISH,
    RECORD,
    REGISTER,
    RELEASE,
    SCORE,
    SIGTERM_SECONDS,
    STATES,
    SWEEP_SECONDS,
    TRAININGS,
    Capacity,
)

_OF_UNITS = ("Score candidate", "Record failure", "Release resources")
Rate = Callable[[Sequence[Use]], Fraction]
"""What uses cost."""

# Nobody says how large an endpoint's disk is; users find 30 GB (graphstorm, issue 309).
HOSTING_DISK_GB = 30
# A function that starts is billed for it, up to 10 seconds: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
_INIT_SECONDS = 10


def by_steps(
    units: Sequence[TrainedUnit], finals: Sequence[TrainedUnit], capacity: Capacity, cost: Rate
) -> list[Use]:
    """Each step for as long as it may last, one after the other."""
    longest = capacity.endpoint_seconds + capacity.endpoint_pause
    hosted = longest + CHECK.longest + SCORE.longest + RECORD.longest + longest + RELEASE.longest
    uses = _processing(capacity)
    for unit in units:
        seconds = TRAININGS * unit.jobs * (unit.job_seconds + SIGTERM_SECONDS)
        uses += [*_training(unit, seconds), *_hosting(unit, hosted)]
    once_more = [_training(unit, TRAININGS * (unit.job_seconds + SIGTERM_SECONDS)) for unit in finals]
    return _joined([*uses, *max(once_more, key=cost, default=[])])


def by_deadline(
    units: Sequence[TrainedUnit], finals: Sequence[TrainedUnit], capacity: Capacity, cost: Rate
) -> list[Use]:
    """The dearest that may go on at once, until the deadline; then each unit for as long as ending it may
    last. A final training goes on alone, and for no more than its candidate's unit.
    """
    slots = sorted((_dearest(unit, capacity.run_seconds, cost) for unit in units), key=cost, reverse=True)
    candidates = [use for slot in slots[: capacity.max_concurrency] for use in slot]
    processing = _processing(capacity)
    endings = [use for unit in units for use in _ending(unit, capacity, cost)]
    once_more = [_training(unit, RELEASE.longest + SIGTERM_SECONDS) for unit in finals]
    return _joined([*max(processing, candidates, key=cost), *endings, *max(once_more, key=cost, default=[])])


def beside(
    units: Sequence[TrainedUnit],
    finals: Sequence[TrainedUnit],
    capacity: Capacity,
    *,
    promoting: bool = False,
) -> list[Use]:
    """State transitions and functions, which cost little."""
    once_more = capacity.preparations if finals else 0
    transitions = _run_transitions(capacity, once_more) + len(units) * _unit_transitions(capacity)
    transitions += REGISTER.tries if promoting else 0
    of_run = {"Stop final training": once_more, "Register model": int(promoting)}
    times = {**dict.fromkeys(_OF_UNITS, len(units)), **of_run}
    # However often resources are released, it is one call after the other.
    releasing = capacity.endpoint_seconds + capacity.endpoint_pause + RELEASE.longest
    uses, calls = [], 0
    for state, function in FUNCTIONS.items():
        runs, count = STATES[state].runs, times.get(state, 1)
        if not count:
            continue
        is_release = state == "Release resources"
        seconds = releasing if is_release else runs * (function.seconds + _INIT_SECONDS)
        calls += count * runs * (capacity.looks_to_go if is_release else 1)
        memory = Decimal(function.memory_mb) / 1024
        uses.append(Use(Item(Kind.FUNCTION), Decimal(count * seconds), memory, state))
    return [Use(Item(Kind.TRANSITION), Decimal(transitions)), *uses, Use(Item(Kind.REQUEST), Decimal(calls))]


def _processing(capacity: Capacity) -> list[Use]:
    return instances(
        Kind.PROCESSING,
        capacity.processing_instance_type,
        capacity.run_seconds + SWEEP_SECONDS + SIGTERM_SECONDS,
        capacity.volume_gb,
        count=capacity.processing_instances,
    )


def _training(unit: TrainedUnit, seconds: int, count: int = 1) -> list[Use]:
    if not unit.jobs:
        return []
    return instances(Kind.TRAINING, unit.training_type, seconds, unit.volume_gb, count=count, name=unit.name)


def _hosting(unit: TrainedUnit, seconds: int) -> list[Use]:
    return instances(Kind.HOSTING, unit.endpoint_type, seconds, HOSTING_DISK_GB, name=unit.name)


def _dearest(unit: TrainedUnit, seconds: int, cost: Rate) -> list[Use]:
    """A unit trains or is deployed, never both at once."""
    return max(_training(unit, seconds, unit.parallel), _hosting(unit, seconds), key=cost)


def _ending(unit: TrainedUnit, capacity: Capacity, cost: Rate) -> list[Use]:
    """After the deadline: a job until it is stopped, or an endpoint that was asked for at the last moment
    until it is gone.
    """
    trained = RECORD.longest + RELEASE.longest + SIGTERM_SECONDS
    scored = SCORE.tries + SCORE.pauses
    released = capacity.endpoint_seconds + capacity.endpoint_pause + RELEASE.longest
    hosted = CREATE.longest + CHECK.longest + scored + RECORD.longest + released
    return max(_training(unit, trained, unit.parallel), _hosting(unit, hosted), key=cost)


def _run_transitions(capacity: Capacity, once_more: int) -> int:
    """From the plan on; an execution's start and end count as one each, too."""
    calls = PLAN.tries + CHECK_DATASETS.tries + JUDGE.tries + PUBLISH.tries
    # Refused, chosen, waited for; the Map; whether to train once more, and to hand over; the end.
    return calls + 3 * capacity.preparations + 1 + 2 + (RELEASE.tries + 3) * once_more + 2 + 2


def _unit_transitions(capacity: Capacity) -> int:
    # An attempt is refused up to four times, then two choices and a wait.
    attempts = (CREATE.tries + 3) * capacity.attempts
    trained = 2 + CREATE.tries + 2 + CHECK.tries + 3 * CREATE.tries + 1
    awaited = capacity.looks_to_come * (CHECK.tries + 2) + 1
    released = capacity.looks_to_go * (RELEASE.tries + 2) + 3
    return attempts + trained + awaited + SCORE.tries + RECORD.tries + released + 2


def _joined(uses: Sequence[Use]) -> list[Use]:
    """What is the same thing at the same size, as one use, in the order of the first."""
    joined: dict[tuple[Item, str, Decimal], Decimal] = {}
    for use in uses:
        key = use.item, use.name, use.size
        joined[key] = joined.get(key, Decimal(0)) + use.extent
    return [Use(item, extent, size, name) for (item, name, size), extent in joined.items()]
