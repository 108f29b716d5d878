"""What of the Price List is one thing's price: exactly one product, or none.

A usage type is `USE1-Train:ml.m5.large`: a region's short name, what is used, and of an instance its type.
Beside it the list has rows of the free tier ($0), of warm pools and of spot. Which tier of a price an account
has reached nobody knows here: the dearest counts. Source of the rows' shape: "Reading service price list
files" of the AWS Billing user guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bakeoff.domain.cost.prices import Item, Kind, Price

_REGION_PREFIX = r"(?:[A-Z]{2,}[A-Z0-9]*-)?"


@dataclass(frozen=True)
class Listing:
    """Under which service, usage type and units the list has something; "{}" is the instance type."""

    service: str
    usage: str
    units: frozenset[str]

    def usage_of(self, item: Item) -> str:
        return self.usage.format(item.instance_type)


_HOURS, _GB_MONTHS = frozenset({"hrs"}), frozenset({"gb-mo"})
LISTINGS: Mapping[Kind, Listing] = {
    Kind.PROCESSING: Listing("AmazonSageMaker", "Processing:{}", _HOURS),
    Kind.TRAINING: Listing("AmazonSageMaker", "Train:{}", _HOURS),
    Kind.HOSTING: Listing("AmazonSageMaker", "Host:{}", _HOURS),
    Kind.PROCESSING_DISK: Listing("AmazonSageMaker", "Processing:VolumeUsage.gp2", _GB_MONTHS),
    Kind.TRAINING_DISK: Listing("AmazonSageMaker", "Train:VolumeUsage.gp2", _GB_MONTHS),
    Kind.HOSTING_DISK: Listing("AmazonSageMaker", "Host:VolumeUsage.gp2", _GB_MONTHS),
    Kind.TRANSITION: Listing("AmazonStates", "StateTransition", frozenset({"statetransitions"})),
    Kind.FUNCTION: Listing(
        "AWSLambda", "Lambda-GB-Second", frozenset({"lambda-gb-second", "second", "seconds"})
    ),
    Kind.REQUEST: Listing("AWSLambda", "Request", frozenset({"requests", "request"})),
}


@dataclass(frozen=True)
class _Product:
    sku: str
    usage: str
    published: str
    description: str
    amounts: Mapping[str, Decimal]
    """Of the dearest tier, by currency; none that costs nothing."""


def choose(rows: Iterable[str], item: Item, region: str, currency: str) -> Price | str:
    """The one price among the list's rows (texts of JSON), or why there is none."""
    wanted = re.compile(_REGION_PREFIX + re.escape(LISTINGS[item.kind].usage_of(item)))
    products = [each for each in _products(rows, item, region) if wanted.fullmatch(each.usage)]
    if not products:
        return f"AWS lists no {item} in {region}"
    paid = [each for each in products if each.amounts]
    if not paid:
        return f"AWS lists {item} in {region} at 0, which is no price"
    if len(paid) > 1:
        return f"AWS lists {len(paid)} products as {item} in {region}: {', '.join(each.sku for each in paid)}"
    [product] = paid
    if currency not in product.amounts:
        return f"AWS lists {item} in {region} in {', '.join(sorted(product.amounts))}, not in {currency}"
    source = f"AWS Price List, {product.usage}, SKU {product.sku}: {product.description}"
    return Price(product.amounts[currency], currency, region, product.published, source)


def _products(rows: Iterable[str], item: Item, region: str) -> Iterator[_Product]:
    """Of the region; a row of another shape is none."""
    for row in rows:
        try:
            read = json.loads(row)
            attributes = read["product"]["attributes"]
            if attributes.get("regionCode", region) == region:
                dimensions = _dimensions(read, LISTINGS[item.kind].units)
                yield _Product(
                    read["product"]["sku"],
                    attributes["usagetype"],
                    str(read["publicationDate"])[:10],
                    "; ".join(dict.fromkeys(str(each["description"]) for each in dimensions)),
                    _amounts(dimensions),
                )
        except (AttributeError, InvalidOperation, KeyError, TypeError, ValueError):
            continue


def _dimensions(product: Any, units: frozenset[str]) -> list[Any]:
    """The tiers on demand, in one of the units."""
    terms = product["terms"].get("OnDemand", {}).values()
    dimensions = [each for term in terms for each in term["priceDimensions"].values()]
    return [each for each in dimensions if each["unit"].lower() in units]


def _amounts(dimensions: Iterable[Any]) -> dict[str, Decimal]:
    dearest: dict[str, Decimal] = {}
    for dimension in dimensions:
        for currency, text in dimension["pricePerUnit"].items():
            dearest[currency] = max(Decimal(text), dearest.get(currency, Decimal(0)))
    return {currency: amount for currency, amount in dearest.items() if amount > 0 and amount.is_finite()}
