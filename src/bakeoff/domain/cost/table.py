"""Prices that were written down beforehand, with their date and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.prices import Item, Price, Unknown

ANY = "any"


@dataclass(frozen=True)
class PriceTable:
    """The rows of src/bakeoff/catalogue/prices.yaml of one region: by kind, and instance type (ANY for what
    has none). Each row tells its amount, currency, date and source.
    """

    rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
    region: str

    def of(self, item: Item) -> Price | Unknown:
        row = self.rows.get(item.kind.value, {}).get(item.instance_type or ANY)
        if row is None:
            return Unknown(item, self.region, f"the packaged table has no price of {item} in {self.region}")
        return Price(
            Decimal(row["amount"]), row["currency"], self.region, str(row["published"]), str(row["source"])
        )
