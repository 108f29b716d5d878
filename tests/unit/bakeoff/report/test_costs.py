"""What the report says of a run's costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.receipt import Occasion, Spent, receipt_of
from bakeoff.report.costs import costs_told
from bakeoff.report.page import render
from tests.unit.bakeoff.domain.cost.runs import LARGE, XLARGE, FixedPrices
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page

SPENT = [
    Spent(Item(Kind.PROCESSING, XLARGE), Decimal(180), Decimal(180), "its <times>", name="prepare"),
    Spent(Item(Kind.HOSTING, LARGE), Decimal(300), Decimal(540), "endpoint", name="xgboost"),
    Spent(Item(Kind.TRANSITION), Decimal(40), Decimal(44), "history"),
]


def receipt(prices: FixedPrices = FixedPrices(), worst: str | None = "1.3") -> Any:  # noqa: B008
    return receipt_of(Occasion("run-1", "2026-11-30T10:00:00Z", "Inputs/", worst), SPENT, prices)


def told(**options: Any) -> Any:
    return costs_told(receipt(**options))


def test_both_ends_and_the_worst_case_are_told() -> None:
    costs = told()
    # 0.0115 + 0.0096 + 0.001, and 0.0115 + 0.0173 + 0.0011.
    assert (costs["low"], costs["high"], costs["worst"]) == ("$0.02", "$0.03", "$1.30")
    assert costs["within"] is True and costs["dates"] == "2026-08-11"


def test_a_line_has_its_measure_price_and_sources() -> None:
    assert told()["lines"][1] == {
        "name": "endpoint xgboost (ml.m5.large)",
        "size": "1",
        "extent": "300 to 540",
        "unit": "hour",
        "price": "0.115",
        "amount": "$0.0096 to $0.02",
        "source": "a list (2026-08-11)",
        "basis": "endpoint",
    }


def test_what_has_no_price_is_told_as_missing() -> None:
    costs = told(prices=FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)})))
    assert costs["unknown"] == ["AWS lists none there."]
    assert costs["lines"][1]["amount"] == "—"


def test_a_run_that_cost_more_than_the_plan_said_is_told() -> None:
    assert told(worst="0.001")["within"] is False


def test_without_a_receipt_or_a_line_of_one_nothing_is_told() -> None:
    assert costs_told(None) is None
    assert costs_told(receipt_of(Occasion("run-1", "now"), [], FixedPrices())) is None
    assert "Costs" not in Page(render(examples.tie().reported)).words


def test_the_page_has_a_section_a_picture_and_says_what_a_receipt_is_not() -> None:
    page = Page(render(replace(examples.tie().reported, receipt=receipt())))
    assert "this run cost between $0.02 and $0.03, and could have cost $1.30 at most." in page.words
    assert "not AWS's invoice" in page.words
    assert "its <times>" in page.words
    pictures = [each for each in page.attributes if each.get("aria-label", "").startswith("USD by what")]
    assert len(pictures) == 1
    assert page.unclosed == page.mismatched == []


def test_a_receipt_without_any_price_still_tells_its_measures() -> None:
    nothing = frozenset(each.item for each in SPENT)
    page = Page(render(replace(examples.tie().reported, receipt=receipt(FixedPrices(missing=nothing)))))
    assert "What this run cost is unknown: no price is known of anything that it used." in page.words
    assert "$0.00" not in page.words
    assert "AWS lists none there." in page.words
    assert "endpoint xgboost (ml.m5.large)" in page.words
