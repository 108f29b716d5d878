"""The most that a run can cost: two bounds, of which the smaller counts, and no run costs more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.cost.bounds import beside, by_deadline, by_steps
from bakeoff.domain.cost.prices import Item, Kind, Price, Unknown
from bakeoff.domain.cost.receipt import Occasion, receipt_of
from bakeoff.domain.cost.units import final_units, units_of
from bakeoff.domain.cost.uses import known
from bakeoff.domain.cost.worst_case import items_of, worst_case
from bakeoff.domain.run.documents import Plan, WorstCase
from tests.unit.bakeoff.domain.cost.runs import (
    CAPACITY,
    LARGE,
    XLARGE,
    FixedPrices,
    candidate,
    plan_of,
    spent_by,
    with_champion,
)

TUNING = {"jobs": 20, "parallel": 2, "job_seconds": 900}


def worst(plan: Plan, prices: FixedPrices = FixedPrices(), **changes: Any) -> WorstCase:  # noqa: B008
    return worst_case(plan, replace(CAPACITY, **changes), prices)


def amount(document: WorstCase) -> Decimal:
    assert document["amount"] is not None
    return Decimal(document["amount"])


def extent(document: WorstCase, kind: Kind, name: str = "") -> Decimal:
    return sum(
        (
            Decimal(p["extent"]) * Decimal(p["size"])
            for p in document["parts"]
            if p["kind"] == kind and p["name"] == name
        ),
        Decimal(0),
    )


def stepped(plan: Plan, kind: Kind, name: str) -> Decimal:
    """Instances times seconds, by steps."""
    uses = by_steps(units_of(plan), final_units(plan), CAPACITY, lambda uses: known(uses, FixedPrices()))
    return sum(
        (each.extent * each.size for each in uses if each.item.kind == kind and each.name == name), Decimal()
    )


def test_the_smaller_bound_counts_and_both_are_told() -> None:
    document = worst(plan_of(candidate("xgboost"), candidate("linear-learner")))
    assert document["by_steps"] is not None and document["by_deadline"] is not None
    assert document["bound"] == "deadline"
    assert amount(document) == min(Decimal(document["by_steps"]), Decimal(document["by_deadline"]))


def test_short_steps_bound_a_run_whose_deadline_is_far() -> None:
    short = {"MaxRuntimeInSeconds": 60}
    plan = plan_of(*(candidate(str(n), stopping_condition=short) for n in range(5)))
    document = worst(plan, run_seconds=604800)
    assert document["bound"] == "steps"
    assert extent(document, Kind.TRAINING, "3") == 2 * (60 + 120)
    assert extent(document, Kind.PROCESSING) == 604800 + 420


def test_parts_are_told_dearest_first_and_make_up_the_amount() -> None:
    document = worst(plan_of())
    amounts = [Decimal(part["amount"] or "") for part in document["parts"]]
    assert amounts == sorted(amounts, reverse=True)
    # Each part is rounded up to a millionth.
    assert 0 <= sum(amounts) - amount(document) <= Decimal("0.000001") * len(amounts)


def test_the_deadline_bounds_what_goes_on_at_once() -> None:
    # Three dear candidates, of which only one at a time goes on until the deadline.
    dear = [candidate(str(n), training_instance_type=XLARGE) for n in range(3)]
    alone, together = (worst(plan_of(*dear), max_concurrency=n) for n in (1, 3))
    assert Decimal(together["by_deadline"] or "") > Decimal(alone["by_deadline"] or "")
    lasting = [p for p in together["parts"] if p["kind"] == Kind.TRAINING and Decimal(p["extent"]) >= 14400]
    assert len(lasting) == 3


def test_spot_counts_at_the_full_rate_for_as_long_as_it_may_wait() -> None:
    spot = {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 1200}
    plan = plan_of(candidate(spot=True, stopping_condition=spot))
    assert stepped(plan, Kind.TRAINING, "xgboost") == 2 * (1200 + 120)


def test_every_job_of_a_tuning_counts() -> None:
    once = candidate(stopping_condition={"MaxRuntimeInSeconds": 900})
    plan = plan_of({**once, "tuning": TUNING})
    assert stepped(plan, Kind.TRAINING, "xgboost") == 2 * 20 * (900 + 120)


def test_of_classes_the_dearest_tuning_counts_that_the_data_may_choose() -> None:
    tasks = {"2": {"tuning": {**TUNING, "jobs": 30}}, "3": {"tuning": TUNING}}
    assert units_of(plan_of({**candidate(), "tasks": tasks}))[0].jobs == 30


def test_every_fold_counts_and_the_final_training_once() -> None:
    plan = plan_of(candidate("a"), candidate("b", training_instance_type=XLARGE), folds=5)
    assert len(units_of(plan)) == 10
    assert stepped(plan, Kind.TRAINING, "a") == 5 * 2 * (3600 + 120)
    # The final training is that of the dearer one.
    assert stepped(plan, Kind.TRAINING, "b") == (5 + 1) * 2 * (3600 + 120)


@pytest.mark.parametrize("folds", [0, 5])
def test_the_champion_is_deployed_once_and_not_trained(folds: int) -> None:
    plan = plan_of(folds=folds)
    challenged = with_champion(plan, XLARGE)
    assert len(units_of(challenged)) == len(units_of(plan)) + 1
    assert stepped(challenged, Kind.TRAINING, "champion") == 0
    # Until it is in service, while it is scored, and until it is gone: longer than either wait alone.
    assert stepped(challenged, Kind.HOSTING, "champion") > 2 * CAPACITY.endpoint_seconds
    assert amount(worst(challenged)) > amount(worst(plan))
    assert extent(worst(challenged), Kind.FUNCTION, "Register model") > 0
    assert extent(worst(plan), Kind.FUNCTION, "Register model") == 0


def test_production_that_cannot_be_compared_deploys_nothing() -> None:
    plan = plan_of()
    undecided = cast(Plan, {**plan, "promotion": {"mode": "Propose", "incomparable": "other columns"}})
    assert units_of(undecided) == units_of(plan)


@dataclass(frozen=True)
class Recorded(FixedPrices):
    """Remembers what it was asked for."""

    asked: set[Item] = field(default_factory=set)

    def of(self, item: Item) -> Price | Unknown:
        self.asked.add(item)
        return super().of(item)


@pytest.mark.parametrize(
    "plan",
    [
        plan_of(candidate()),
        plan_of(candidate(), candidate("big", training_instance_type=XLARGE), folds=3),
        plan_of(candidate(tuning=TUNING)),
        with_champion(plan_of(candidate())),
    ],
)
def test_what_will_be_asked_for_is_known_beforehand(plan: Plan) -> None:
    prices = Recorded()
    worst(plan, prices)
    assert set(items_of(plan, CAPACITY)) == prices.asked


def test_what_has_no_price_leaves_no_amount_and_says_why() -> None:
    document = worst(plan_of(), FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)})))
    assert (document["amount"], document["by_steps"], document["by_deadline"]) == (None, None, None)
    assert Decimal(document["known"]) > 0
    assert document["unknown"] == [
        {
            "kind": "hosting",
            "instance_type": LARGE,
            "region": "us-east-1",
            "why": "AWS lists none there.",
        }
    ]
    assert [p["amount"] for p in document["parts"] if p["kind"] == Kind.HOSTING] in ([None], [])


def test_the_default_stack_costs_a_few_dollars_at_most() -> None:
    document = worst(plan_of(candidate("xgboost"), candidate("linear-learner")))
    # By hand: the Spark job's XLARGE for 4 hours and 7 minutes is 0.95, two endpoints' endings 0.35.
    assert Decimal("1.3") < amount(document) < Decimal("2.6")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    types = st.sampled_from((LARGE, XLARGE))
    numbers = draw(st.integers(1, 4))
    tuned = st.fixed_dictionaries(
        {"jobs": st.integers(1, 8), "parallel": st.integers(1, 4), "job_seconds": st.integers(60, 4000)}
    )
    each = []
    for number in range(numbers):
        planned = candidate(
            str(number),
            training_instance_type=draw(types),
            endpoint_instance_type=draw(types),
            stopping_condition={"MaxRuntimeInSeconds": draw(st.integers(60, 40000))},
        )
        if draw(st.booleans()):
            tuning = draw(tuned)
            planned["tuning"] = {**tuning, "parallel": min(tuning["parallel"], tuning["jobs"])}
            planned["stopping_condition"] = {"MaxRuntimeInSeconds": tuning["job_seconds"]}
        each.append(planned)
    plan = plan_of(*each, folds=draw(st.sampled_from((0, 0, 2, 5))))
    return with_champion(plan, draw(types)) if draw(st.booleans()) else plan


@given(
    plan=plans(),
    run_seconds=st.integers(600, 50000),
    concurrency=st.integers(1, 6),
    instances=st.integers(1, 3),
    data=st.data(),
)
def test_no_run_costs_more_than_either_bound(
    plan: Plan, run_seconds: int, concurrency: int, instances: int, data: st.DataObject
) -> None:
    capacity = replace(
        CAPACITY,
        run_seconds=run_seconds,
        max_concurrency=concurrency,
        processing_instances=instances,
    )
    prices = FixedPrices()
    share = data.draw(st.sampled_from((0.0, 1.0)) | st.floats(0, 1))

    def between(low: float, high: float) -> float:
        # One share for all, or one each: the extremes are what a bound must hold.
        own = share if data.draw(st.booleans()) else data.draw(st.floats(0, 1))
        return low + (high - low) * own

    receipt = receipt_of(Occasion("run", "now"), spent_by(plan, capacity, between), prices)
    paid = Fraction(receipt["total_high"])
    for bound in (by_steps, by_deadline):
        uses = bound(units_of(plan), final_units(plan), capacity, lambda uses: known(uses, prices))
        assert paid <= known(uses, prices) + Fraction(1, 1_000_000), bound.__name__


@pytest.mark.parametrize("folds", [0, 5])
def test_transitions_and_functions_grow_with_the_units(folds: int) -> None:
    plan = plan_of(candidate("a"), candidate("b"), folds=folds)
    units, finals = units_of(plan), final_units(plan)
    none, one = beside([], finals, CAPACITY), beside(units[:1], finals, CAPACITY)
    everything = beside(units, finals, CAPACITY)
    assert everything[0].item.kind is Kind.TRANSITION
    per_unit = one[0].extent - none[0].extent
    assert everything[0].extent - none[0].extent == per_unit * len(units)
    # Far below the 25,000 events of an execution's history.
    assert per_unit < 25_000
    named = {each.name for each in everything}
    assert ("Stop final training" in named) == bool(folds)
