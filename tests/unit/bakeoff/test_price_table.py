"""src/bakeoff/catalogue/prices.yaml: figures with a day and a source, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import fastjsonschema
import pytest
import yaml

from bakeoff.catalogue import read_price_table
from bakeoff.domain.cost.prices import Item, Kind, Price, Unknown

CATALOGUE = files("bakeoff.catalogue")
SCHEMA = json.loads(CATALOGUE.joinpath("prices.schema.json").read_text("utf-8"))
TABLE: dict[str, Any] = yaml.safe_load(CATALOGUE.joinpath("prices.yaml").read_text("utf-8"))
VALIDATE = fastjsonschema.compile(SCHEMA)
ROW = {"amount": "0.1", "currency": "USD", "published": "2026-01-01", "source": "the price list"}


def test_the_table_is_what_its_schema_says() -> None:
    VALIDATE(TABLE)


def test_the_schema_s_kinds_are_the_code_s() -> None:
    assert set(SCHEMA["additionalProperties"]["propertyNames"]["enum"]) == {each.value for each in Kind}


@pytest.mark.parametrize("amount", ["0", "0.0", "-1", "0.000", ".5", "much", ""])
def test_no_amount_is_0_or_a_word(amount: str) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaException):
        VALIDATE({"us-east-1": {"training": {"ml.m5.large": {**ROW, "amount": amount}}}})


def test_an_empty_table_is_one_and_a_row_without_a_source_is_none() -> None:
    VALIDATE(None)
    VALIDATE({})
    VALIDATE({"us-east-1": {"training": {"ml.m5.large": ROW}}})
    with pytest.raises(fastjsonschema.JsonSchemaException):
        VALIDATE({"us-east-1": {"training": {"ml.m5.large": {**ROW, "source": ""}}}})


def test_no_row_is_of_a_day_to_come() -> None:
    days = [
        date.fromisoformat(row["published"])
        for region in TABLE.values()
        for kind in region.values()
        for row in kind.values()
    ]
    assert max(days) <= date(2026, 11, 30)


def test_a_region_has_its_own_prices_only() -> None:
    ours, theirs = (read_price_table(region).of(Item(Kind.TRAINING, "ml.m5.large")) for region in
                    ("us-east-1", "eu-west-1"))  # fmt: skip
    assert isinstance(ours, Price) and str(ours.amount) == "0.115"
    assert isinstance(theirs, Unknown)
    assert isinstance(read_price_table("eu-west-1").of(Item(Kind.TRAINING_DISK)), Price)
    assert isinstance(read_price_table("mars-north-1").of(Item(Kind.TRANSITION)), Unknown)
