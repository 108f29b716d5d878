"""Receipts for tests of the command."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.receipt import Occasion, Spent, receipt_of
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices

SPENT = [
    Spent(Item(Kind.HOSTING, LARGE), Decimal(300), Decimal(540), "endpoint", name="xgboost"),
    Spent(Item(Kind.TRANSITION), Decimal(40), Decimal(40), "history"),
]


def receipt(run_id: str = "run-1", **changes: Any) -> Any:
    given = {"made_at": "2026-11-30T10:00:00Z", "data_set": "Inputs/", "worst_case": "1.3", **changes}
    prices, spent = given.pop("prices", FixedPrices()), given.pop("spent", SPENT)
    return receipt_of(Occasion(run_id, **given), spent, prices)
