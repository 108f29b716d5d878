"""What a run did cost, by what was measured of it and the list prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bakeoff.domain.cost.prices import Item, Kind, Price, Prices, Unknown, plain, priced
from bakeoff.domain.cost.uses import Use, amount, currency, money, money_below, unknown
from bakeoff.domain.cost.words import NOT_AN_INVOICE
from bakeoff.domain.run.documents import SCHEMA_VERSION, Receipt, ReceiptLine


@dataclass(frozen=True)
class Spent:
    """A use of which AWS bills at least `low` and at most `high`, in the item's extent (see `Use`); `basis`
    says what the two go by.
    """

    item: Item
    low: Decimal
    high: Decimal
    basis: str
    size: Decimal = Decimal(1)
    name: str = ""

    def uses(self) -> tuple[Use, Use]:
        return (
            Use(self.item, self.low, self.size, self.name),
            Use(self.item, self.high, self.size, self.name),
        )


@dataclass(frozen=True)
class Occasion:
    """Which run a receipt is of, when it was made, and what the run's plan says: the data set, and the worst
    case if it tells one. A run that was not `planned` ended before it had a plan.
    """

    run_id: str
    made_at: str
    data_set: str = ""
    worst_case: str | None = None
    planned: bool = True


def receipt_of(occasion: Occasion, spent: Sequence[Spent], prices: Prices) -> Receipt:
    """What was spent, priced."""
    items = [each.item for each in spent]
    pairs = [(each, prices.of(each.item)) for each in spent]
    lows, highs = zip(*(_amounts(*pair) for pair in pairs), strict=True) if pairs else ((), ())
    receipt: Receipt = {
        "schema_version": SCHEMA_VERSION,
        "run_id": occasion.run_id,
        "data_set": occasion.data_set,
        "made_at": occasion.made_at,
        "region": prices.region,
        "currency": currency(items, prices),
        "lines": [_line(*pair) for pair in pairs],
        "total_low": money_below(_sum(lows)),
        "total_high": money(_sum(highs)),
        "unknown": [each.note() for each in unknown(items, prices)],
        "worst_case": occasion.worst_case,
        "note": NOT_AN_INVOICE,
    }
    if not occasion.planned:
        receipt["planned"] = False
    return receipt


def recomputed(receipt: Receipt) -> Receipt:
    """The same receipt, its amounts computed anew from what its lines say.

    Raises ValueError or ArithmeticError for measures that are no numbers.
    """
    spent = [_spent(line) for line in receipt["lines"]]
    occasion = Occasion(
        receipt["run_id"],
        receipt["made_at"],
        receipt["data_set"],
        receipt["worst_case"],
        planned=receipt.get("planned", True),
    )
    return receipt_of(occasion, spent, _ReceiptPrices(receipt))


@dataclass(frozen=True)
class _ReceiptPrices:
    """The prices that a receipt names."""

    receipt: Receipt

    @property
    def region(self) -> str:
        return self.receipt["region"]

    def of(self, item: Item) -> Price | Unknown:
        for line in self.receipt["lines"]:
            if (price := line["price"]) and _item(line) == item:
                return priced(price)
        reasons = [
            each
            for each in self.receipt["unknown"]
            if Item(Kind(each["kind"]), each["instance_type"]) == item
        ]
        return Unknown(item, self.region, reasons[0]["why"] if reasons else "")


def _line(spent: Spent, price: Price | Unknown) -> ReceiptLine:
    low, high = _amounts(spent, price)
    return {
        "kind": spent.item.kind.value,
        "name": spent.name,
        "instance_type": spent.item.instance_type,
        "size": plain(spent.size),
        "low": plain(spent.low),
        "high": plain(spent.high),
        "unit": spent.item.unit.word,
        "basis": spent.basis,
        "price": price.note() if isinstance(price, Price) else None,
        "amount_low": None if low is None else money_below(low),
        "amount_high": None if high is None else money(high),
    }


def _amounts(spent: Spent, price: Price | Unknown) -> tuple[Fraction | None, Fraction | None]:
    low, high = spent.uses()
    return amount(low, price), amount(high, price)


def _sum(amounts: Sequence[Fraction | None]) -> Fraction:
    return sum((each for each in amounts if each is not None), Fraction())


def _spent(line: ReceiptLine) -> Spent:
    low, high, size = (Decimal(line[name]) for name in ("low", "high", "size"))
    return Spent(_item(line), low, high, line["basis"], size, line["name"])


def _item(line: ReceiptLine) -> Item:
    return Item(Kind(line["kind"]), line["instance_type"])
