"""What production costs a month, and the limit on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bakeoff.domain.cost.production import ProductionBudget
from bakeoff.domain.errors import BudgetExceeded, UnknownPrice
from tests.unit.bakeoff.domain.cost.runs import LARGE, XLARGE, FixedPrices


def budget(most: str, **changes: Any) -> ProductionBudget:
    return ProductionBudget(
        **{"instance_type": LARGE, "instances": 2, "most": Decimal(most), "prices": FixedPrices, **changes}
    )


def test_a_month_has_730_hours_of_each_instance() -> None:
    # 2 x 730 x $0.115
    found = budget("167.90").monthly()
    assert found["amount"] == "167.900000"
    assert (found["instances"], found["instance_type"], found["hours"]) == (2, LARGE, 730)
    assert found["price"]["amount"] == "0.115"


def test_what_would_cost_more_is_refused_with_what_lowers_it() -> None:
    with pytest.raises(BudgetExceeded) as refused:
        budget("167.89").monthly()
    assert str(refused.value) == (
        "Production's endpoint would cost $167.90 a month (2 x ml.m5.large for 730 hours at $0.115; twice as "
        "much an hour while an update lasts), more than MaxMonthlyProductionCost of $167.89: lower "
        "ProductionInstanceCount, take a smaller ProductionInstanceType, or raise MaxMonthlyProductionCost."
    )


def test_a_hair_above_the_limit_is_not_told_as_equal_to_it() -> None:
    with pytest.raises(BudgetExceeded, match=r"cost \$167\.90 a month .* more than \w+ of \$167\.89:"):
        budget("167.894").monthly()


def test_an_endpoint_that_was_scaled_to_more_counts_by_its_own_number() -> None:
    assert budget("200").monthly(1)["instances"] == 2
    with pytest.raises(BudgetExceeded, match=r"\$335\.80 a month \(4 x .*: scale the endpoint in, take"):
        budget("200").monthly(4)


def test_an_unknown_price_is_refused_and_names_type_and_region() -> None:
    told = r"of ml\.p9\.huge for hosting in us-east-1.*MaxMonthlyProductionCost of 5: AWS lists none"
    with pytest.raises(UnknownPrice, match=told):
        budget("5", instance_type="ml.p9.huge").monthly()


def test_another_price_of_the_region_is_none() -> None:
    assert budget("1000", instance_type=XLARGE).monthly()["amount"] == "335.800000"
