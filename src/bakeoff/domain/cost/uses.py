"""A measured use of something at its price, in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bakeoff.domain.cost.prices import DISK_OF, Item, Kind, Price, Prices, Unknown, plain
from bakeoff.domain.run.documents import CostPart

# Of a dollar: a state transition costs 25 of them.
_PARTS = 1_000_000


@dataclass(frozen=True)
class Use:
    """`size` (instances, GB of their disks, GB of memory) for `extent` seconds; of what is counted, `extent`
    is the count and `size` 1. `name` is the candidate's or the job's.
    """

    item: Item
    extent: Decimal
    size: Decimal = Decimal(1)
    name: str = ""

    @property
    def units(self) -> Fraction:
        return Fraction(self.size) * Fraction(self.extent) / self.item.unit.seconds


def instances(
    kind: Kind, instance_type: str, seconds: Decimal | int, disk_gb: int, *, count: int = 1, name: str = ""
) -> list[Use]:
    """Instances and their disks, for as many seconds."""
    extent = Decimal(seconds)
    return [
        Use(Item(kind, instance_type), extent, Decimal(count), name),
        Use(Item(DISK_OF[kind]), extent, Decimal(count * disk_gb), name),
    ]


def amount(use: Use, price: Price | Unknown) -> Fraction | None:
    return Fraction(price.amount) * use.units if isinstance(price, Price) else None


def known(uses: Iterable[Use], prices: Prices) -> Fraction:
    """Of those that have a price."""
    return sum((amount(use, prices.of(use.item)) or Fraction() for use in uses), Fraction())


def unknown(items: Iterable[Item], prices: Prices) -> list[Unknown]:
    """Each once, in the given order."""
    found = [prices.of(item) for item in dict.fromkeys(items)]
    return [each for each in found if isinstance(each, Unknown)]


def currency(items: Iterable[Item], prices: Prices) -> str:
    """The currency of the known prices; "USD" where none is known."""
    found = {each.currency for item in items if isinstance(each := prices.of(item), Price)}
    return min(found, default="USD")


def part(use: Use, price: Price | Unknown) -> CostPart:
    paid = amount(use, price)
    return {
        "kind": use.item.kind.value,
        "name": use.name,
        "instance_type": use.item.instance_type,
        "size": plain(use.size),
        "extent": plain(use.extent),
        "unit": use.item.unit.word,
        "price": price.note() if isinstance(price, Price) else None,
        "amount": None if paid is None else money(paid),
    }


def parts(uses: Sequence[Use], prices: Prices) -> list[CostPart]:
    """Dearest first; those without a price at the end."""
    priced = [(use, prices.of(use.item)) for use in uses]
    priced.sort(key=lambda each: amount(*each) or Fraction(-1), reverse=True)
    return [part(use, price) for use, price in priced]


def money(value: Fraction) -> str:
    """As a decimal text, rounded up to a millionth: 1.0423 is "1.042300"."""
    millionths = math.ceil(value * _PARTS)
    return f"{Decimal(millionths).scaleb(-6):.6f}"


def money_below(value: Fraction) -> str:
    """As `money`, rounded down."""
    return f"{Decimal(math.floor(value * _PARTS)).scaleb(-6):.6f}"
