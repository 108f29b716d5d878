"""Prices from the embedded Price List, beside rows that are none, and the bucket's cache of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bakeoff.adapters.prices import PriceList
from bakeoff.domain.cost.cache import CachedPrices
from bakeoff.domain.cost.prices import DISK_OF, Item, Kind, Price, PriceTable, Unknown
from local_aws.core.instance import Instance
from tests.integration.bakeoff.adapters.conftest import S3Bench

REGION, LARGE = "us-east-1", "ml.m5.large"


@pytest.fixture
def prices(instance: Instance) -> PriceList:
    return PriceList(REGION, instance.client("pricing"))


@pytest.mark.parametrize(
    ("kind", "instance_type", "amount"),
    [
        (Kind.PROCESSING, "ml.m5.xlarge", "0.23"),
        # Beside a row of 0.
        (Kind.PROCESSING, LARGE, "0.115"),
        # Beside warm pools and spot.
        (Kind.TRAINING, LARGE, "0.115"),
        (Kind.HOSTING, LARGE, "0.115"),
        (Kind.TRAINING_DISK, "", "0.14"),
        # Beside a free tier, and the requests of express workflows.
        (Kind.TRANSITION, "", "0.000025"),
        # Beside ARM and the edge.
        (Kind.FUNCTION, "", "0.0000166667"),
        (Kind.REQUEST, "", "0.0000002"),
    ],
)
def test_each_thing_has_its_own_price(prices: PriceList, kind: Kind, instance_type: str, amount: str) -> None:
    found = prices.of(Item(kind, instance_type))
    assert isinstance(found, Price), found
    assert (found.amount, found.currency, found.region) == (Decimal(amount), "USD", REGION)
    assert "rehearsal on this machine" in found.source


@pytest.mark.parametrize(
    ("instance_type", "why"),
    [
        ("ml.p2.xlarge", "AWS lists 2 products"),
        ("ml.m5.24xlarge", "at 0, which is no price"),
        ("ml.nothing.large", "AWS lists no ml.nothing.large for training in us-east-1"),
    ],
)
def test_what_is_no_price_is_told(prices: PriceList, instance_type: str, why: str) -> None:
    found = prices.of(Item(Kind.TRAINING, instance_type))
    assert isinstance(found, Unknown) and why in found.why


def test_another_region_s_prices_serve_nobody(instance: Instance) -> None:
    found = PriceList("us-west-2", instance.client("pricing")).of(Item(Kind.TRAINING, LARGE))
    assert isinstance(found, Unknown)


def test_everything_of_a_default_run_has_a_price(prices: PriceList) -> None:
    items = [Item(kind, LARGE if kind in DISK_OF else "") for kind in Kind]
    assert [each for each in map(prices.of, items) if isinstance(each, Unknown)] == []


def test_the_bucket_keeps_what_was_asked_for(bench: S3Bench, prices: PriceList) -> None:
    now, table = datetime(2026, 11, 30, tzinfo=UTC), PriceTable({}, REGION)
    asked = CachedPrices(bench.store, prices, table, now).of(Item(Kind.TRAINING, LARGE))
    nobody = PriceList("us-gov-west-1")
    nobody.region = REGION
    kept = CachedPrices(bench.store, nobody, table, now).of(Item(Kind.TRAINING, LARGE))
    assert kept == asked
