"""Prices that were asked for, kept in the bucket for a week; older ones serve only where nobody answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from bakeoff.domain.cost.prices import Item, Price, Prices, Unknown, priced
from bakeoff.domain.errors import ServiceError
from bakeoff.domain.ports import Objects

PREFIX = "prices/"
FRESH = timedelta(days=7)
NO_LONGER_ASKED = ", asked on "
"""Follows the source of a price that nobody could be asked for again."""
_AT_ONCE = 8


@dataclass(frozen=True)
class NobodyAsked:
    """For whoever only reads what a plan has asked for; implements `Prices`."""

    region: str

    def of(self, item: Item) -> Unknown:
        return Unknown(item, self.region, f"no price of {item} was found when the run was planned")


@dataclass
class CachedPrices:
    """In this order: what the bucket has of the last seven days, `source`, what the bucket has from before,
    `table`. Implements `Prices`; an instance is for one run, and asks for everything once.
    """

    store: Objects
    source: Prices
    table: Prices
    now: datetime
    _found: dict[Item, Price | Unknown] = field(default_factory=dict)
    _rows: dict[str, Any] | None = None

    @property
    def region(self) -> str:
        return self.source.region

    def of(self, item: Item) -> Price | Unknown:
        if item not in self._found:
            self._found[item] = self._look_up(item)
        return self._found[item]

    def look_up(self, items: Iterable[Item]) -> Self:
        """Ask the source for several at once, and keep what it tells in one document; this very instance."""
        missing = [item for item in items if self._fresh(item) is None]
        # The first alone: where it fails, the source need not be asked for the others.
        told = [self.source.of(item) for item in missing[:1]]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            told += pool.map(self.source.of, missing[1:])
        self._keep({item: each for item, each in zip(missing, told, strict=True) if isinstance(each, Price)})
        return self

    def _look_up(self, item: Item) -> Price | Unknown:
        if fresh := self._fresh(item):
            return fresh
        asked = self.source.of(item)
        if isinstance(asked, Price):
            self._keep({item: asked})
            return asked
        if kept := self._kept(item):
            last = f"{NO_LONGER_ASKED}{kept[1]:%Y-%m-%d} for the last time"
            return replace(kept[0], source=f"{kept[0].source}{last}")
        listed = self.table.of(item)
        return listed if isinstance(listed, Price) else asked

    def _fresh(self, item: Item) -> Price | None:
        kept = self._kept(item)
        return kept[0] if kept and self.now - kept[1] < FRESH else None

    def _kept(self, item: Item) -> tuple[Price, datetime] | None:
        """A price and when it was asked for; None as well for a row that is none."""
        row: Any = self._read().get(_key(item))
        try:
            price, asked_at = priced(row), datetime.fromisoformat(row["asked_at"])
            return (price, asked_at) if price.region == self.region and asked_at <= self.now else None
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None

    def _keep(self, prices: Mapping[Item, Price]) -> None:
        if not prices:
            return
        rows, asked_at = self._read(), self.now.isoformat(timespec="seconds")
        rows |= {_key(item): {**price.note(), "asked_at": asked_at} for item, price in prices.items()}
        try:
            self.store.write_json(self._object, rows)
        except ServiceError:
            # The next run asks again.
            return

    def _read(self) -> dict[str, Any]:
        if self._rows is None:
            try:
                rows = self.store.read_json(self._object)
            except (FileNotFoundError, ServiceError, ValueError):
                rows = {}
            self._rows = rows if isinstance(rows, dict) else {}
        return self._rows

    @property
    def _object(self) -> str:
        return f"{PREFIX}{self.region}.json"


def _key(item: Item) -> str:
    return f"{item.kind} {item.instance_type}".strip()
