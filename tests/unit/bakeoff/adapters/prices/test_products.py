"""Of the Price List's rows, exactly one product is a price, or none is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from bakeoff.adapters.prices.products import LISTINGS, choose
from bakeoff.domain.cost.prices import Item, Kind, Price

REGION, LARGE = "eu-west-1", "ml.m5.large"
TRAINING = Item(Kind.TRAINING, LARGE)


def row(usage: str = "EU-Train:ml.m5.large", *amounts: str, **changes: Any) -> str:
    told = {"unit": "Hrs", "currency": "USD", "region": REGION, "sku": "ABC", **changes}
    dimensions = {
        str(number): {
            "unit": told["unit"],
            "description": f"{amount} an hour",
            "pricePerUnit": {told["currency"]: amount},
        }
        for number, amount in enumerate(amounts or ("0.1280000000",))
    }
    return json.dumps(
        {
            "product": {"sku": told["sku"], "attributes": {"usagetype": usage, "regionCode": told["region"]}},
            "publicationDate": "2026-08-11T19:33:52Z",
            "terms": {"OnDemand": {"term": {"priceDimensions": dimensions}}},
        }
    )


def chosen(*rows: str, item: Item = TRAINING) -> Price | str:
    return choose(rows, item, REGION, "USD")


def test_the_one_product_is_the_price_with_its_date_and_source() -> None:
    assert chosen(row()) == Price(
        Decimal("0.1280000000"),
        "USD",
        REGION,
        "2026-08-11",
        "AWS Price List, EU-Train:ml.m5.large, SKU ABC: 0.1280000000 an hour",
    )


@pytest.mark.parametrize(
    "decoy",
    [
        row("EU-Train:ml.m5.large", "0.0000000000", sku="FREE"),
        row("EU-SpotTrain:ml.m5.large", "0.01"),
        row("EU-Train-WarmPool:ml.m5.large"),
        row("EU-Host:ml.m5.large"),
        row("EU-Train:ml.m5.large-x"),
        row("EU-Train:ml.m5.large", region="us-east-1", sku="FAR"),
        row("EU-Train:ml.m5.large", unit="Seconds", sku="ODD"),
        "no JSON",
        "[]",
        json.dumps({"product": {"sku": "X"}}),
        row("EU-Train:ml.m5.large", "a lot", sku="WORD"),
    ],
)
def test_what_stands_beside_it_is_none(decoy: str) -> None:
    assert isinstance(chosen(decoy, row()), Price)
    assert chosen(decoy, row()) == chosen(row())
    assert isinstance(chosen(decoy), str)


def test_two_products_are_none() -> None:
    told = chosen(row(), row(sku="DEF"))
    assert told == "AWS lists 2 products as ml.m5.large for training in eu-west-1: ABC, DEF"


def test_a_type_that_the_region_does_not_sell_is_told() -> None:
    assert chosen() == "AWS lists no ml.m5.large for training in eu-west-1"


def test_a_price_of_0_is_none() -> None:
    assert chosen(row("EU-Train:ml.m5.large", "0.0")) == (
        "AWS lists ml.m5.large for training in eu-west-1 at 0, which is no price"
    )


def test_another_currency_is_none() -> None:
    assert chosen(row(currency="CNY")) == (
        "AWS lists ml.m5.large for training in eu-west-1 in CNY, not in USD"
    )


def test_of_tiers_the_dearest_counts() -> None:
    item = Item(Kind.TRANSITION)
    tiers = row("EU-StateTransition", "0.0", "0.000025", "0.00002", unit="StateTransitions")
    price = chosen(tiers, item=item)
    assert isinstance(price, Price) and price.amount == Decimal("0.000025")


@pytest.mark.parametrize("usage", ["Lambda-GB-Second", "EUC1-Lambda-GB-Second", "USE1-Lambda-GB-Second"])
def test_a_region_s_short_name_may_be_there_or_not(usage: str) -> None:
    item = Item(Kind.FUNCTION)
    assert isinstance(chosen(row(usage, unit="Lambda-GB-Second"), item=item), Price)
    assert isinstance(chosen(row(f"{usage}-ARM", unit="Lambda-GB-Second"), item=item), str)
    assert isinstance(chosen(row("Lambda-Edge-Request", unit="Requests"), item=Item(Kind.REQUEST)), str)


def test_everything_that_is_paid_for_can_be_looked_for() -> None:
    assert LISTINGS.keys() == set(Kind)
