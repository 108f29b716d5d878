"""What a run of the matrix may cost: no more than its plan said, nor than bounds that its own times make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from bakeoff.domain.cost import bounds
from bakeoff.domain.cost.accounting import within
from bakeoff.domain.cost.measured import Execution
from bakeoff.domain.cost.prices import DISK_OF, Kind
from bakeoff.domain.cost.receipt import Occasion, Spent, receipt_of
from bakeoff.domain.cost.spending import TURN_NAME
from bakeoff.domain.cost.units import final_units, units_of
from bakeoff.domain.cost.uses import Use, known
from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.run.documents import Plan
from tests.unit.bakeoff.domain.cost.runs import FixedPrices
from tests.workflow.conftest import substitutions
from tests.workflow.simulation.costs import SimulatedRun
from tests.workflow.simulation.durations import Durations
from tests.workflow.simulation.functions import functions

# So long that what a run uses counts, and so short that no fault of the matrix meets a deadline: where the
# clock jumps, what others wait for lengthens a candidate's own waits.
LONG = Durations(
    jobs={"processing-job": 600, "training-job": 300},
    endpoint=120,
    deletion=45,
    functions={"ScoreCandidate": 100, "JudgeCandidates": 60, "PublishReport": 30},
)
PRICES = FixedPrices()
_RUNNING = frozenset({*DISK_OF, *DISK_OF.values()})
# What ends with the run's deadline, or begins before it.
_UNTIL_THE_DEADLINE = frozenset(
    {
        "Prepare datasets",
        "Train model",
        "Tune model",
        "Account for tuning",
        "Check endpoint",
        "Score candidate",
        "Train final model",
    }
)


def assert_within_plan(run: SimulatedRun) -> None:
    """The receipt, until now, is within what the plan said; nothing of a run that never had a plan."""
    plan = _plan(run)
    if plan is not None:
        occasion = Occasion(run.run_id, "now", worst_case=plan["cost"]["amount"])
        receipt = receipt_of(occasion, run.spent(), PRICES)
        assert within(receipt), (receipt["total_high"], receipt["worst_case"])


def assert_within_bounds(run: SimulatedRun) -> None:
    """Each bound holds, also where the stack's limits are no longer than what the run took of them."""
    plan = _plan(run)
    if plan is None:
        return
    spent = run.spent()
    capacity, tight = _tightest(run, plan, spent)
    units, finals = units_of(tight), final_units(tight)
    running = [each for each in spent if each.item.kind in _RUNNING]
    by_steps = bounds.by_steps(units, finals, capacity, _cost)
    _assert_each(_by_item(each.uses()[1] for each in running), _by_item(by_steps))
    by_deadline = bounds.by_deadline(units, finals, capacity, _cost)
    paid = _cost([each.uses()[1] for each in running])
    assert paid <= _cost(by_deadline), f"${float(paid):.4f}, by the deadline ${float(_cost(by_deadline)):.4f}"
    beside = bounds.beside(units, finals, capacity, promoting="promotion" in plan)
    others = [each for each in spent if each.item.kind not in _RUNNING and each.name != TURN_NAME]
    _assert_each(_by_name(each.uses()[1] for each in others), _by_name(beside))


def _plan(run: SimulatedRun) -> Plan | None:
    try:
        plan: Plan = run.aws.store.read_json(f"runs/{run.run_id}/plan.json")
    except FileNotFoundError:
        return None
    return plan


def _cost(uses: Sequence[Use]) -> Fraction:
    return known(uses, PRICES)


def _by_item(uses: Iterable[Use]) -> dict[Any, Decimal]:
    """Instance-seconds, and the GB-seconds of their disks."""
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for use in uses:
        found[use.item] += use.extent * use.size
    return found


def _by_name(uses: Iterable[Use]) -> dict[Any, Decimal]:
    """GB-seconds of each function; of what is counted, how many."""
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for use in uses:
        found[use.item, use.name] += use.extent * use.size
    return found


def _assert_each(used: dict[Any, Decimal], most: dict[Any, Decimal]) -> None:
    for item, extent in used.items():
        bound = most.get(item, Decimal())
        assert extent <= bound, f"{_told(item)}: {extent}, by the bound {bound}"


def _told(item: Any) -> str:
    return " ".join(filter(None, map(str, item if isinstance(item, tuple) else [item])))


def _tightest(run: SimulatedRun, plan: Plan, spent: Sequence[Spent]) -> tuple[Capacity, Plan]:
    """The shortest limits under which the run would have gone as it did."""
    executions = run.executions(run.run_id)
    begun = max(step.at for step in executions[0].steps if step.state == "Plan run")
    limited = [step.at for each in executions for step in each.steps if step.state in _UNTIL_THE_DEADLINE]
    waits = [_seconds(first, last) for each in executions for first, last in _waits(each)]
    capacity = replace(
        functions().module("PlanRun").BUDGET.capacity,
        max_concurrency=int(substitutions()["MaxConcurrency"]),
        run_seconds=_seconds(begun, max(limited, default=begun)),
        endpoint_seconds=max(waits, default=0),
    )
    longest = max((each.high for each in spent if each.item.kind is Kind.TRAINING), default=Decimal())
    return capacity, _with_jobs_of(plan, ceil(longest))


def _waits(execution: Execution) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it looked at an endpoint that came, and at one that went."""
    for state in ("Check endpoint", "Release resources"):
        seen = [step.at for step in execution.steps if step.state == state]
        if seen:
            yield seen[0], seen[-1]


def _seconds(start: datetime, end: datetime) -> int:
    return ceil((end - start).total_seconds())


def _with_jobs_of(plan: Plan, seconds: int) -> Plan:
    limit = {"stopping_condition": {"MaxRuntimeInSeconds": seconds}}
    candidates: list[Any] = [{**each, **limit} for each in plan["candidates"]]
    for each in candidates:
        if "tuning" in each:
            each["tuning"] = {**each["tuning"], "job_seconds": seconds}
    return {**plan, "candidates": candidates}
