"""A limit refuses in one sentence, before anything is started."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bakeoff.domain.cost.budget import Limit, require_within
from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.worst_case import worst_case
from bakeoff.domain.errors import BudgetExceeded, RequestError, UnknownPrice
from tests.unit.bakeoff.domain.cost.runs import CAPACITY, LARGE, FixedPrices, candidate, plan_of

WORST: Any = worst_case(plan_of(candidate("xgboost")), CAPACITY, FixedPrices())


def test_a_run_below_its_limit_goes_on() -> None:
    require_within(WORST, [Limit(Decimal(100), "MaxRunCost")])
    require_within(WORST, [Limit(Decimal(WORST["amount"]), "MaxRunCost")])
    require_within(WORST, [])


def test_a_dearer_one_is_told_its_parts_and_what_would_lower_them() -> None:
    with pytest.raises(BudgetExceeded) as refused:
        require_within(WORST, [Limit(Decimal("0.01"), "MaxRunCost")])

    told = str(refused.value)
    assert isinstance(refused.value, RequestError)
    assert told.startswith("This run may cost up to $")
    assert "Spark job (ml.m5.xlarge) $0.95" in told
    assert "function Judge candidates $0.22" in told
    assert "smaller parts), more than MaxRunCost of $0.01, a parameter of the stack: lower " in told
    assert "lower RunTimeoutSeconds, EndpointTimeoutSeconds or MaxConcurrency" in told
    assert told.endswith("take smaller instances, or raise MaxRunCost.")
    assert told.count(". ") == 0, "one sentence"


def test_where_the_limit_stands_is_told() -> None:
    limits = [
        Limit(Decimal(100), "MaxDailyCost"),
        Limit(Decimal("0.02"), "MaxRunCost"),
        Limit(Decimal("0.01"), "max_cost", "Inputs/houses/bakeoff.yaml"),
    ]
    with pytest.raises(BudgetExceeded) as refused:
        require_within(WORST, limits)

    assert (
        "more than max_cost of $0.01, which stands in Inputs/houses/bakeoff.yaml, and than MaxRunCost of "
        "$0.02, a parameter of the stack: lower "
    ) in str(refused.value)
    assert str(refused.value).endswith("or raise max_cost there and MaxRunCost.")
    assert "MaxDailyCost" not in str(refused.value), "it is not exceeded"


def test_a_hair_above_the_limit_is_not_told_as_equal_to_it() -> None:
    limit = (Decimal(WORST["amount"]) - Decimal("0.000001")).quantize(Decimal("0.000001"))
    with pytest.raises(BudgetExceeded):
        require_within(WORST, [Limit(limit, "MaxRunCost")])


def test_with_a_limit_an_unknown_price_refuses_and_names_type_and_region() -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.TRAINING, LARGE)}))
    worst = worst_case(plan_of(), CAPACITY, prices)

    with pytest.raises(UnknownPrice, match=r"of ml\.m5\.large for training in us-east-1.*MaxRunCost of \$5"):
        require_within(worst, [Limit(Decimal(5), "MaxRunCost")])
    require_within(worst, [])
