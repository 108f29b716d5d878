"""What of a run AWS bills, by what was measured of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil

from bakeoff.domain.cost.bounds import HOSTING_DISK_GB
from bakeoff.domain.cost.measured import Execution, Job, Step, StepKind, seconds_between
from bakeoff.domain.cost.prices import DISK_OF, Item, Kind
from bakeoff.domain.cost.receipt import Spent
from bakeoff.domain.cost.workflow import FUNCTIONS, TURN, WAITING
from bakeoff.domain.run.documents import ReceiptLine

_ENDPOINT = (
    "AWS does not say when billing begins: from in service to deletion, or from creation until it is gone"
)
_DISK = "as long as the instances"
_HOSTING_DISK = f"nobody says how large it is: none, or {HOSTING_DISK_GB} GB"
_TRANSITIONS = "the executions' histories until this was written; starts and ends may count, too"
_FUNCTIONS = "the executions' histories until this was written, which have the way to the function in them"
ZERO = Decimal(0)
TURN_NAME = "Take turn"
_CALLED = {**FUNCTIONS, TURN_NAME: TURN}
_BEFORE_A_PLAN = frozenset({TURN_NAME, "Plan run"})


def spent_of(jobs: Sequence[Job], executions: Sequence[Execution], now: datetime) -> list[Spent]:
    """In the order in which a run spends; an endpoint that nobody has seen go is billed until `now`."""
    endpoints = [each for execution in executions for each in _endpoint(execution, now)]
    return [
        *(each for job in jobs for each in _job(job)),
        *endpoints,
        *_transitions(executions),
        *_functions(executions, now),
    ]


def is_before_a_plan(line: ReceiptLine) -> bool:
    """Whether a run may have paid for it without ever having had a plan: for its turn, or for planning."""
    if line["kind"] == Kind.FUNCTION:
        return line["name"] in _BEFORE_A_PLAN
    return line["kind"] in (Kind.TRANSITION, Kind.REQUEST)


def _job(job: Job) -> Iterator[Spent]:
    count = Decimal(job.instances)
    yield Spent(Item(job.kind, job.instance_type), job.low, job.high, job.basis, count, job.name)
    disk_low = ZERO if job.own_disks else job.low
    size = count * job.volume_gb
    yield Spent(Item(DISK_OF[job.kind]), disk_low, job.high, _DISK, size, job.name)


def _endpoint(execution: Execution, now: datetime) -> Iterator[Spent]:
    deployed, steps = execution.deployed, execution.steps
    created = _first(steps, StepKind.BEGUN, "Create endpoint")
    if deployed is None or created is None or _first(steps, StepKind.ENTERED, "Await endpoint") is None:
        return
    served = _first(steps, StepKind.ENTERED, "Score candidate")
    deleted = _first(steps, StepKind.BEGUN, "Release resources")
    # What clean-up could not delete is there until somebody else has.
    left = _first(steps, StepKind.ENTERED, "Resources left behind")
    gone = None if left else _last(steps, StepKind.ENTERED, "Candidate done")
    low = seconds_between(served, deleted or now)
    high = seconds_between(created, gone or now)
    item = Item(Kind.HOSTING, deployed.instance_type)
    yield Spent(item, low, high, _ENDPOINT, name=deployed.name)
    size = Decimal(HOSTING_DISK_GB)
    yield Spent(Item(Kind.HOSTING_DISK), ZERO, high, _HOSTING_DISK, size, deployed.name)


def _transitions(executions: Sequence[Execution]) -> Iterator[Spent]:
    """Entered states, and every try of a Task but its first; those of waiting for the turn by themselves."""
    counted = [_counted(execution.steps) for execution in executions]
    for name, waiting in (("", False), (TURN_NAME, True)):
        low = sum(count for each in counted for state, count in each.items() if (state in WAITING) == waiting)
        ends = 0 if waiting else 2 * len(executions)
        if low:
            yield Spent(Item(Kind.TRANSITION), Decimal(low), Decimal(low + ends), _TRANSITIONS, name=name)


def _counted(steps: Iterable[Step]) -> Counter[str]:
    """The transitions of each state."""
    counted: Counter[str] = Counter()
    fresh = False
    for step in steps:
        if step.kind is StepKind.ENTERED:
            counted[step.state] += 1
            fresh = True
        elif step.kind is StepKind.BEGUN:
            counted[step.state] += 0 if fresh else 1
            fresh = False
    return counted


def _functions(executions: Sequence[Execution], now: datetime) -> Iterator[Spent]:
    lasted: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for execution in executions:
        for state, seconds in _calls(execution.steps, now):
            calls[TURN_NAME if state in WAITING else ""] += 1
            lasted[state] += seconds
    for state, seconds in lasted.items():
        size = Decimal(_CALLED[state].memory_mb) / 1024
        yield Spent(Item(Kind.FUNCTION), ZERO, Decimal(seconds), _FUNCTIONS, size, state)
    for name, count in calls.items():
        yield Spent(Item(Kind.REQUEST), Decimal(count), Decimal(count), _FUNCTIONS, name=name)


def _calls(steps: Iterable[Step], now: datetime) -> Iterator[tuple[str, int]]:
    """Each call of a function and its whole seconds, rounded up; of one that goes on, until `now`."""
    begun: Step | None = None
    for step in steps:
        if step.state in _CALLED and step.kind is StepKind.BEGUN:
            begun = step
        elif begun and step.kind is StepKind.ENDED:
            yield begun.state, ceil(seconds_between(begun.at, step.at))
            begun = None
        elif step.kind is StepKind.REFUSED:
            begun = None
    if begun:
        yield begun.state, ceil(seconds_between(begun.at, now))


def _first(steps: Iterable[Step], kind: StepKind, state: str) -> datetime | None:
    return next((step.at for step in steps if step.kind is kind and step.state == state), None)


def _last(steps: Sequence[Step], kind: StepKind, state: str) -> datetime | None:
    return _first(reversed(steps), kind, state)
