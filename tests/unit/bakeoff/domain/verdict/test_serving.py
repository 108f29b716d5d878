"""What a million predictions cost: the list price of an instance at the speed that was measured on it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.words import assumed, million_told, rests_on
from bakeoff.domain.cost.worst_case import worst_case
from bakeoff.domain.run.documents import CompletedResult, Plan, Result, ServingCost
from bakeoff.domain.verdict.serving import costs_per_million
from tests.unit.bakeoff.domain.cost.runs import (
    CAPACITY,
    LARGE,
    XLARGE,
    FixedPrices,
    candidate,
    plan_of,
    with_champion,
)


def priced(plan: Plan, prices: FixedPrices | None = None) -> Plan:
    """As *Plan run* leaves it."""
    return cast(Plan, {**plan, "cost": worst_case(plan, CAPACITY, prices or FixedPrices())})


def scored(name: str = "xgboost", rows_per_second: float = 1000.0) -> Result:
    return cast(Result, {"name": name, "status": "completed", "rows_per_second": rows_per_second})


def only(plan: Plan, **changes: Any) -> Any:
    return costs_per_million(plan, [scored(**changes)])["xgboost"]


def test_a_million_predictions_cost_the_instance_for_as_long_as_they_take() -> None:
    # 1,000 seconds of $0.115 an hour are $0.0319444..., rounded up to a millionth.
    found = only(priced(plan_of()))
    assert (found["amount"], found["instance_type"]) == ("0.031945", LARGE)
    assert (found["price"]["amount"], found["price"]["published"]) == ("0.115", "2026-08-11")


def test_measured_again_the_cost_goes_by_all_passes_and_tells_how_far_they_are_apart() -> None:
    # 100 rows in 0.05, 0.1 and 0.3 s: 666.7, 1,000 and 333.3 rows a second beside what scoring had.
    throughput = {"rows": 100, "requests": 1, "seconds": [0.05, 0.1, 0.3]}
    result = cast(Result, {**scored(), "throughput": throughput})
    found: Any = costs_per_million(priced(plan_of()), [result])["xgboost"]
    # 0.115 / 3600 * 10**6 times 0.0015, 0.0005 and 0.003 seconds a row, each rounded up.
    assert (found["amount"], found["low"], found["high"]) == ("0.047917", "0.015973", "0.095834")


def test_a_speed_that_could_not_be_measured_again_says_so() -> None:
    result = cast(Result, {**scored(), "throughput": None})
    found: Any = costs_per_million(priced(plan_of()), [result])["xgboost"]
    assert (found["amount"], found["low"], found["high"]) == ("0.031945", None, None)
    assert "low" not in only(priced(plan_of()))


def test_on_what_a_cost_rests_is_told() -> None:
    plan = priced(plan_of())
    once = cast(CompletedResult, {**scored(), "scored_rows": 82})
    throughput = {"rows": 100, "requests": 4, "seconds": [0.05, 0.1, 0.3]}
    again = cast(CompletedResult, {**once, "throughput": throughput})
    folded = cast(CompletedResult, {**once, "folds": [{"rows": 41}, {"rows": 41}]})

    def told(result: CompletedResult) -> str:
        return rests_on(
            [result], {"xgboost": cast(ServingCost, costs_per_million(plan, [result])["xgboost"])}
        )

    assert told(once) == "It rests on xgboost: 82 rows in 0.082 s, measured once."
    assert told(folded) == "It rests on xgboost: 41 rows in 0.041 s, measured once."
    assert told(again) == (
        "It rests on xgboost: 12 requests in 0.45 s, by each of 3 passes $0.0160 to $0.0958."
    )
    assert rests_on([once], {}) == ""


@given(rows_per_second=st.floats(0.01, 1e6), faster=st.floats(1, 1000))
def test_who_is_faster_on_the_same_instance_costs_no_more(rows_per_second: float, faster: float) -> None:
    plan = priced(plan_of())
    slow, fast = (
        Decimal(only(plan, rows_per_second=each)["amount"])
        for each in (rows_per_second, faster * rows_per_second)
    )
    assert fast <= slow
    exact = Fraction("0.115") / 3600 * 1_000_000 / Fraction(rows_per_second)
    assert 0 <= Fraction(slow) - exact < Fraction(1, 1_000_000)


def test_each_candidate_pays_for_the_type_that_it_is_deployed_on() -> None:
    plan = priced(plan_of(candidate("a"), candidate("b", endpoint_instance_type=XLARGE)))
    found = costs_per_million(plan, [scored("a"), scored("b")])
    assert [cost and cost["amount"] for cost in found.values()] == ["0.031945", "0.063889"]


def test_what_has_no_price_costs_nobody_knows_what_and_never_nothing() -> None:
    plan = priced(plan_of(), FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)})))
    assert only(plan) is None
    assert million_told(None) == "unknown"


def test_a_price_of_an_endpoint_is_kept_that_no_part_of_the_worst_case_names() -> None:
    # By the deadline, the dearer training stands for the endpoint, too.
    plan = plan_of(candidate(training_instance_type=XLARGE, endpoint_instance_type=LARGE))
    assert priced(plan)["cost"]["serving"].keys() == {LARGE}
    assert priced(with_champion(plan, XLARGE))["cost"]["serving"].keys() == {LARGE, XLARGE}


def test_candidates_that_failed_and_plans_without_prices_have_none() -> None:
    failed = cast(Result, {"name": "xgboost", "status": "failed", "rows_per_second": None})
    assert costs_per_million(priced(plan_of()), [failed]) == {}
    assert costs_per_million(plan_of(), [scored()]) == {}
    # As an earlier release planned.
    earlier = priced(plan_of())
    del earlier["cost"]["serving"]
    assert costs_per_million(earlier, [scored()]) == {}


@pytest.mark.parametrize(
    ("amount", "told"),
    [("0.031945", "$0.0319"), ("12.345678", "$12.3"), ("1234.5", "$1,230"), ("0.000003", "$0.00000300")],
)
def test_money_of_any_size_is_told_by_three_digits(amount: str, told: str) -> None:
    cost = only(priced(plan_of()))
    changed: Any = {**cost, "amount": amount}
    assert million_told(changed) == told


def test_what_is_assumed_is_said_with_each_price_and_its_date() -> None:
    cost = only(priced(plan_of()))
    said = assumed([cost, cost])
    assert "one instance that answers requests of that size without a pause" in said
    assert f"{LARGE} $0.115 an hour (2026-08-11)." in said and "rehearsal" not in said
    local: Any = {**cost, "price": {**cost["price"], "source": "a list for rehearsals"}}
    assert assumed([local]).endswith("A rehearsal: the speed is this machine's.")
    assert assumed([]) == "No price is known of what the candidates were served with."
