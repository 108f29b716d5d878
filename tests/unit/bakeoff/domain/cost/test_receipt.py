"""A receipt: a line for each thing, a low and a high figure, and the price's date and source."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.cost.prices import DISK_OF, Item, Kind, PriceTable
from bakeoff.domain.cost.receipt import Occasion, Spent, receipt_of, recomputed
from tests.unit.bakeoff.domain.cost.runs import LARGE, XLARGE, FixedPrices

SPENT = [
    Spent(Item(Kind.PROCESSING, XLARGE), Decimal(180), Decimal(180), "job", name="prepare"),
    Spent(Item(Kind.HOSTING, LARGE), Decimal(300), Decimal(540), "endpoint", name="xgboost"),
    Spent(Item(Kind.TRAINING_DISK), Decimal(90), Decimal(90), "job", Decimal(30), "xgboost"),
    Spent(Item(Kind.TRANSITION), Decimal(40), Decimal(44), "history"),
]


def receipt(spent: list[Spent] = SPENT, prices: Any = FixedPrices()) -> Any:  # noqa: B008
    return receipt_of(Occasion("run-1", "2026-11-30T10:00:00Z", "Inputs/", "1.3"), spent, prices)


def test_a_line_tells_seconds_dollars_and_where_the_price_is_from() -> None:
    line = receipt()["lines"][1]
    assert line == {
        "kind": "hosting",
        "name": "xgboost",
        "instance_type": LARGE,
        "size": "1",
        "low": "300",
        "high": "540",
        "unit": "hour",
        "basis": "endpoint",
        "price": {
            "amount": "0.115",
            "currency": "USD",
            "region": "us-east-1",
            "published": "2026-08-11",
            "source": "a list",
        },
        # 0.115 * 300 / 3600 and 0.115 * 540 / 3600, down and up to a millionth.
        "amount_low": "0.009583",
        "amount_high": "0.017250",
    }


def test_totals_are_of_exact_amounts() -> None:
    # By hand: 0.23/20 + 0.115/12 + 30*90*0.154/2592000 + 40*0.000025, and so on.
    document = receipt()
    assert (document["total_low"], document["total_high"]) == ("0.022243", "0.030011")


def test_what_has_no_price_is_a_line_without_an_amount_and_is_told() -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)}))
    document = receipt(prices=prices)
    line = document["lines"][1]
    assert (line["price"], line["amount_low"], line["amount_high"]) == (None, None, None)
    assert [each["instance_type"] for each in document["unknown"]] == [LARGE]
    assert document["total_high"] == "0.012761"


def test_nothing_spent_costs_nothing() -> None:
    document = receipt([])
    assert (document["lines"], document["total_low"], document["total_high"]) == ([], "0.000000", "0.000000")


def test_a_receipt_is_recomputed_from_what_it_says() -> None:
    document = json.loads(json.dumps(receipt()))
    assert recomputed(document) == document


def test_with_unknown_prices_too() -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE), Item(Kind.TRANSITION)}))
    document = json.loads(json.dumps(receipt(prices=prices)))
    assert recomputed(document) == document


@pytest.mark.parametrize(
    ("field", "value"), [("amount_high", "0.000001"), ("high", "54000"), ("low", "1"), ("size", "2")]
)
def test_an_altered_line_is_found(field: str, value: str) -> None:
    document = json.loads(json.dumps(receipt()))
    document["lines"][1][field] = value
    assert recomputed(document) != document


@pytest.mark.parametrize("field", ["total_low", "total_high"])
def test_an_altered_total_is_found(field: str) -> None:
    document = json.loads(json.dumps(receipt()))
    document[field] = "0.010000"
    assert recomputed(document) != document


def test_an_altered_price_is_found() -> None:
    document = json.loads(json.dumps(receipt()))
    document["lines"][0]["price"]["amount"] = "0.01"
    assert recomputed(document) != document


measures = st.decimals(0, 10**6, places=3)


@given(st.lists(st.tuples(measures, measures, st.sampled_from(list(Kind))), max_size=8))
def test_low_is_never_above_high_and_both_verify(rows: list[tuple[Decimal, Decimal, Kind]]) -> None:
    spent = [
        Spent(Item(kind, LARGE if kind in DISK_OF else ""), min(one, other), max(one, other), "x")
        for one, other, kind in rows
    ]
    document = receipt(spent)
    assert Decimal(document["total_low"]) <= Decimal(document["total_high"])
    assert recomputed(document) == document


def test_a_table_has_prices_of_its_region_only_and_of_what_it_lists() -> None:
    row = {"amount": "0.115", "currency": "USD", "published": "2026-08-11", "source": "a list"}
    table = PriceTable({"training": {LARGE: row}}, "us-east-1")
    found = table.of(Item(Kind.TRAINING, LARGE))
    assert (str(found.amount), found.region) == ("0.115", "us-east-1")  # type: ignore[union-attr]
    missing = table.of(Item(Kind.TRAINING, XLARGE))
    assert missing.why == "the packaged table has no price of ml.m5.xlarge for training in us-east-1"  # type: ignore[union-attr]
