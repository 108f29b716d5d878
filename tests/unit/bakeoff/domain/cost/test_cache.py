"""Prices are asked for once in a week; old ones serve only where nobody answers, and say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bakeoff.domain.cost.cache import CachedPrices, NobodyAsked
from bakeoff.domain.cost.prices import Item, Kind, Price, PriceTable, Unknown
from bakeoff.domain.errors import AccessDenied
from tests.unit.bakeoff.domain.cost.runs import LARGE

REGION, NOW = "us-east-1", datetime(2026, 11, 30, 10, tzinfo=UTC)
ITEM = Item(Kind.TRAINING, LARGE)
KEY = "prices/us-east-1.json"
ROW = {"amount": "0.115", "currency": "USD", "published": "2026-01-01", "source": "a table"}
TABLE = PriceTable({"training": {LARGE: ROW}}, REGION)
EMPTY = PriceTable({}, REGION)


def price(source: str = "a list") -> Price:
    return Price(Decimal("0.12"), "USD", REGION, "2026-08-11", source)


class Source:
    region = REGION

    def __init__(self, answer: Price | None) -> None:
        self.answer, self.asked = answer, 0

    def of(self, item: Item) -> Price | Unknown:
        self.asked += 1
        return self.answer or Unknown(item, REGION, "it was throttled")


class Store:
    """Documents by key."""

    bucket = "bucket"

    def __init__(self, refused: bool = False) -> None:
        self.documents: dict[str, Any] = {}
        self.refused, self.writes = refused, 0

    def read_json(self, key: str) -> Any:
        if self.refused:
            raise AccessDenied("no")
        if key not in self.documents:
            raise FileNotFoundError(key)
        return self.documents[key]

    def write_json(self, key: str, value: Any) -> None:
        if self.refused:
            raise AccessDenied("no")
        self.writes += 1
        self.documents[key] = value


def prices(store: Any, source: Source, table: PriceTable = EMPTY, now: datetime = NOW) -> CachedPrices:
    return CachedPrices(store, source, table, now)


def test_what_was_asked_for_is_kept_for_a_week() -> None:
    store, source = Store(), Source(price())
    assert prices(store, source).of(ITEM) == price()
    assert prices(store, source, now=NOW + timedelta(days=6, hours=23)).of(ITEM) == price()
    assert source.asked == 1
    prices(store, source, now=NOW + timedelta(days=7)).of(ITEM)
    assert source.asked == 2


def test_an_old_price_serves_where_nobody_answers_and_says_so() -> None:
    store = Store()
    prices(store, Source(price())).of(ITEM)
    found = prices(store, Source(None), TABLE, NOW + timedelta(days=30)).of(ITEM)
    assert found == price("a list, asked on 2026-11-30 for the last time")


def test_the_packaged_table_comes_last() -> None:
    found = prices(Store(), Source(None), TABLE).of(ITEM)
    assert isinstance(found, Price) and found.source == "a table"


def test_without_any_of_them_the_list_s_own_reason_is_told() -> None:
    found = prices(Store(), Source(None)).of(ITEM)
    assert found == Unknown(ITEM, REGION, "it was throttled")


def test_what_is_unknown_is_not_kept() -> None:
    store = Store()
    prices(store, Source(None)).of(ITEM)
    assert store.documents == {}


def test_a_bucket_that_refuses_fails_nothing() -> None:
    source = Source(price())
    assert prices(Store(refused=True), source).of(ITEM) == price()


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"training ml.m5.large": None},
        {"training ml.m5.large": {"amount": "much"}},
        {"training ml.m5.large": {**price().note(), "asked_at": "long ago"}},
        {"training ml.m5.large": {**price().note(), "asked_at": "2026-11-29T10:00:00"}},
        {"training ml.m5.large": {**price().note(), "asked_at": "2027-11-29T10:00:00+00:00"}},
        {"training ml.m5.large": {**price().note(), "region": "eu-west-1", "asked_at": NOW.isoformat()}},
        {"training ml.m5.large": {**price().note(), "amount": "x", "asked_at": NOW.isoformat()}},
    ],
)
def test_what_cannot_be_read_is_asked_for_anew(document: Any) -> None:
    store, source = Store(), Source(price())
    store.documents[KEY] = document
    assert prices(store, source).of(ITEM) == price()
    assert source.asked == 1


def test_several_are_asked_for_at_once_and_kept_in_one_document() -> None:
    store, source = Store(), Source(price())
    items = [ITEM, Item(Kind.HOSTING, LARGE), Item(Kind.TRANSITION)]
    prices(store, Source(price("kept"))).of(ITEM)
    before = store.writes

    found = prices(store, source).look_up(items)

    assert [found.of(item) for item in items] == [price("kept"), price(), price()]
    assert (source.asked, store.writes - before) == (2, 1)
    assert store.documents[KEY].keys() == {"training ml.m5.large", "hosting ml.m5.large", "state transition"}


def test_several_of_which_nobody_knows_any_are_not_kept() -> None:
    store = Store()
    found = prices(store, Source(None), TABLE).look_up([ITEM, Item(Kind.TRANSITION)])
    assert store.documents == {}
    assert isinstance(found.of(ITEM), Price)
    assert found.of(Item(Kind.TRANSITION)) == Unknown(Item(Kind.TRANSITION), REGION, "it was throttled")


def test_several_that_the_bucket_has_are_asked_of_nobody() -> None:
    store, source = Store(), Source(price())
    prices(store, source).look_up([ITEM])
    prices(store, source).look_up([ITEM])
    assert (source.asked, store.writes) == (1, 1)


def test_each_thing_is_looked_up_once_in_a_run() -> None:
    source = Source(None)
    asked = prices(Store(), source)
    asked.of(ITEM)
    asked.of(ITEM)
    assert source.asked == 1


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_a_kept_price_that_is_none_is_asked_for_anew(amount: str) -> None:
    store, source = Store(), Source(price())
    store.documents[KEY] = {
        "training ml.m5.large": {**price().note(), "amount": amount, "asked_at": NOW.isoformat()}
    }
    assert prices(store, source).of(ITEM) == price()


def test_a_receipt_goes_by_what_the_plan_has_found_and_by_no_more() -> None:
    store = Store()
    prices(store, Source(price())).of(ITEM)
    kept = CachedPrices(store, NobodyAsked(REGION), EMPTY, NOW)  # type: ignore[arg-type]
    assert kept.of(ITEM) == price()
    found = kept.of(Item(Kind.HOSTING, LARGE))
    assert isinstance(found, Unknown)
    assert found.why == "no price of ml.m5.large for hosting was found when the run was planned"
