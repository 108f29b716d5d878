"""List prices of AWS, from its Price List Query API."""

from __future__ import annotations

from datetime import datetime

from bakeoff.adapters.prices.price_list import PriceList
from bakeoff.catalogue import read_price_table
from bakeoff.domain.cost.cache import CachedPrices, NobodyAsked
from bakeoff.domain.ports import Objects

__all__ = ["PriceList", "kept_prices_of", "prices_of"]


def prices_of(region: str, store: Objects, now: datetime) -> CachedPrices:
    """Of one run: what the bucket has, then the Price List, then the packaged table."""
    return CachedPrices(store, PriceList(region), read_price_table(region), now)


def kept_prices_of(region: str, store: Objects, now: datetime) -> CachedPrices:
    """What the bucket has, then the packaged table: all that a plan has found is there, and no more."""
    return CachedPrices(store, NobodyAsked(region), read_price_table(region), now)
