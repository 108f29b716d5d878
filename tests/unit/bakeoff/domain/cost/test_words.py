"""Money in a person's words."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.cost.words import cost_of, named, spoken
from tests.unit.bakeoff_cli.receipts import receipt


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("1.042300", "USD", "$1.04"),
        ("0.004999", "USD", "$0.0050"),
        ("0.000000", "USD", "$0.00"),
        ("0.000001", "USD", "<$0.0001"),
        ("1234.5", "USD", "$1,234.50"),
        ("7.1", "CNY", "CNY 7.10"),
    ],
)
def test_two_decimals_and_four_below_a_cent(amount: str, currency: str, told: str) -> None:
    assert spoken(amount, currency) == told


def test_the_most_that_something_costs_is_never_told_as_less() -> None:
    assert spoken("1.040001", "USD", up=True) == "$1.05"
    assert spoken("0.00001", "USD", up=True) == "$0.0001"


def test_what_nobody_knows_the_price_of_did_not_cost_nothing() -> None:
    known = receipt(worst_case=None)
    assert cost_of(known) == "$0.01 to $0.02 by list prices"
    unknown: Any = {**known, "lines": [{**each, "price": None} for each in known["lines"]]}
    assert cost_of(unknown) == "unknown, because no price is known of anything that was used"


def test_a_part_is_named_by_what_whose_and_on_what() -> None:
    part: Any = {"kind": "hosting", "name": "xgboost", "instance_type": "ml.m5.large"}
    assert named(part) == "endpoint xgboost (ml.m5.large)"
    nameless: Any = {"kind": "state transition", "name": "", "instance_type": ""}
    assert named(nameless) == "state transitions"
