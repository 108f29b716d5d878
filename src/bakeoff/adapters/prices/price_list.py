"""AWS's Price List Query API, which answers in three regions about all of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from bakeoff.adapters.clients import make_client, translated
from bakeoff.adapters.prices.products import LISTINGS, choose
from bakeoff.domain.cost.prices import Item, Price, Unknown
from bakeoff.domain.errors import ServiceError

# The API's only endpoints, by what a region's name begins with, and the currency of their lists. GovCloud has
# none. Source: https://docs.aws.amazon.com/general/latest/gr/billing.html and botocore's endpoint data.
_ENDPOINTS = {
    "us-gov-": None,
    "us-iso": None,
    "cn-": ("cn-northwest-1", "CNY"),
    "eusc-": ("eusc-de-east-1", "EUR"),
    "eu-": ("eu-central-1", "USD"),
    "ap-": ("ap-south-1", "USD"),
}
_ELSEWHERE = ("us-east-1", "USD")
# A price must not hold up a run: 5 seconds, tried twice.
_PATIENCE = {
    "connect_timeout": 3,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}


class PriceList:
    """Implements `domain.cost.prices.Prices` for one region. After a call that failed it asks no more."""

    def __init__(self, region: str, client: Any = None) -> None:
        self.region = region
        self._given = client
        self._failure = ""
        self._answers: dict[Item, Price | Unknown] = {}

    def of(self, item: Item) -> Price | Unknown:
        if item not in self._answers:
            found = self._ask(item)
            self._answers[item] = found if isinstance(found, Price) else Unknown(item, self.region, found)
        return self._answers[item]

    def _ask(self, item: Item) -> Price | str:
        endpoint = endpoint_of(self.region)
        if endpoint is None:
            return f"AWS's Price List API has no endpoint for {self.region}"
        if self._failure:
            return self._failure
        try:
            return choose(self._rows(item), item, self.region, endpoint[1])
        except ServiceError as err:
            self._failure = str(err).rstrip(".")
            return self._failure

    def _rows(self, item: Item) -> list[str]:
        listing = LISTINGS[item.kind]
        filters = [
            {"Type": "TERM_MATCH", "Field": "regionCode", "Value": self.region},
            {"Type": "CONTAINS", "Field": "usagetype", "Value": listing.usage_of(item)},
        ]
        with translated("Asking the AWS Price List"):
            pages = self._client.get_paginator("get_products").paginate(
                ServiceCode=listing.service, Filters=filters, FormatVersion="aws_v1"
            )
            return [row for page in pages for row in page["PriceList"]]

    @cached_property
    def _client(self) -> Any:
        if self._given is not None:
            return self._given
        region, _ = endpoint_of(self.region) or _ELSEWHERE
        return make_client("pricing", region_name=region, **_PATIENCE)


def endpoint_of(region: str) -> tuple[str, str] | None:
    """In which region the API answers about a region, and in which currency; None where nowhere."""
    return next(
        (answer for beginning, answer in _ENDPOINTS.items() if region.startswith(beginning)), _ELSEWHERE
    )
