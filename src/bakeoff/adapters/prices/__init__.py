"""List prices of AWS, from its Price List Query API."""

from __future__ import annotations

from bakeoff.adapters.prices.price_list import PriceList

__all__ = ["PriceList"]
