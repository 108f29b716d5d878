"""`make prices`: what the list has becomes rows, what it lacks is told."""

from __future__ import annotations

from bakeoff.domain.cost.prices import Item, Kind
from scripts.catalogue.prices import DEFAULT_TYPES, TABLE, head_of, rows_of, types_in
from tests.template import TEMPLATE
from tests.unit.bakeoff.domain.cost.runs import LARGE, XLARGE, FixedPrices


def test_rows_are_those_of_the_list_and_what_is_missing_is_told() -> None:
    prices = FixedPrices(missing=frozenset({Item(Kind.HOSTING, LARGE)}))
    rows, missing = rows_of(prices, [LARGE, XLARGE, LARGE])
    assert rows["training"][LARGE] == {
        "amount": "0.115",
        "currency": "USD",
        "published": "2026-08-11",
        "source": "a list",
    }
    assert list(rows["hosting"]) == [XLARGE]
    assert list(rows["state transition"]) == ["any"]
    assert missing == ["AWS lists none there."]
    assert types_in(rows) == {LARGE, XLARGE}


def test_types_are_those_of_the_template_s_defaults() -> None:
    kinds = ("ProcessingInstanceType", "TrainingInstanceType", "EndpointInstanceType")
    assert {TEMPLATE["Parameters"][kind]["Default"] for kind in kinds} == set(DEFAULT_TYPES)


def test_the_comment_at_the_file_s_beginning_stays() -> None:
    assert head_of("# a\n#\n# b\nus-east-1:\n# c\n") == "# a\n#\n# b\n"
    assert head_of(TABLE.read_text("utf-8")).startswith("# List prices")
