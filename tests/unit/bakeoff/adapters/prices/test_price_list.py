"""What goes wrong at the Price List is a reason, never an error; and it is asked no more than it must be."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from bakeoff.adapters.prices.price_list import PriceList, endpoint_of
from bakeoff.domain.cost.prices import Item, Kind, Price, Unknown
from tests.unit.bakeoff.adapters.prices.test_products import LARGE, REGION, row

TRAINING, HOSTING = Item(Kind.TRAINING, LARGE), Item(Kind.HOSTING, LARGE)


class Paginator:
    """Pages of rows, or an error, and what was asked."""

    def __init__(self, *pages: list[str], error: Exception | None = None) -> None:
        self.pages, self.error = pages, error
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> Paginator:
        assert operation == "get_products"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return [{"PriceList": page} for page in self.pages]


def denied(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetProducts")


def test_the_region_and_the_usage_type_are_asked_for_on_all_pages() -> None:
    client = Paginator([], [row()])
    prices = PriceList(REGION, client)
    assert isinstance(prices.of(TRAINING), Price)
    assert client.asked == [
        {
            "ServiceCode": "AmazonSageMaker",
            "Filters": [
                {"Type": "TERM_MATCH", "Field": "regionCode", "Value": REGION},
                {"Type": "CONTAINS", "Field": "usagetype", "Value": "Train:ml.m5.large"},
            ],
            "FormatVersion": "aws_v1",
        }
    ]


def test_the_same_thing_is_asked_for_once() -> None:
    client = Paginator([row()])
    prices = PriceList(REGION, client)
    assert prices.of(TRAINING) == prices.of(TRAINING)
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (denied("ThrottlingException"), "no (ThrottlingException)"),
        (denied("AccessDeniedException"), "no (AccessDeniedException)"),
        (denied("InternalErrorException"), "no (InternalErrorException)"),
        (ReadTimeoutError(endpoint_url="https://api.pricing"), "Read timeout"),
        (ConnectTimeoutError(endpoint_url="https://api.pricing"), "Connect timeout"),
    ],
)
def test_a_call_that_fails_is_the_reason_for_all_that_follow(error: Exception, told: str) -> None:
    client = Paginator(error=error)
    prices = PriceList(REGION, client)
    first, second = prices.of(TRAINING), prices.of(HOSTING)
    assert isinstance(first, Unknown) and isinstance(second, Unknown)
    assert first.why.startswith("Asking the AWS Price List failed: ")
    assert told in first.why and second.why == first.why
    assert len(client.asked) == 1


def test_what_is_not_listed_is_no_failure() -> None:
    client = Paginator([row()])
    prices = PriceList(REGION, client)
    assert isinstance(prices.of(HOSTING), Unknown)
    assert isinstance(prices.of(TRAINING), Price)


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("us-east-1", ("us-east-1", "USD")),
        ("sa-east-1", ("us-east-1", "USD")),
        ("eu-west-1", ("eu-central-1", "USD")),
        ("ap-northeast-2", ("ap-south-1", "USD")),
        ("cn-north-1", ("cn-northwest-1", "CNY")),
        ("us-gov-west-1", None),
    ],
)
def test_the_api_answers_in_a_region_of_the_same_partition(
    region: str, endpoint: tuple[str, str] | None
) -> None:
    assert endpoint_of(region) == endpoint


def test_a_region_without_an_api_is_told() -> None:
    found = PriceList("us-gov-west-1", Paginator()).of(TRAINING)
    assert isinstance(found, Unknown)
    assert found.why == "AWS's Price List API has no endpoint for us-gov-west-1"
