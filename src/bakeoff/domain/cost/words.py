"""Money and what is paid for, in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.run.documents import (
    CostPart,
    MissingPrice,
    PriceNote,
    Receipt,
    ReceiptLine,
    ServingCost,
    WorstCase,
)

NOT_AN_INVOICE = (
    "List prices, before free tier, savings plans, private discounts and tax, without storage in S3, logs "
    "and networks: not AWS's invoice."
)
_LEAST = Decimal("0.0001")
_SYMBOLS: Mapping[str, str] = {"USD": "$"}
KIND_NAMES: Mapping[str, str] = {
    Kind.PROCESSING: "Spark job",
    Kind.TRAINING: "training",
    Kind.HOSTING: "endpoint",
    Kind.PROCESSING_DISK: "disk of the Spark job",
    Kind.TRAINING_DISK: "disk of training",
    Kind.HOSTING_DISK: "disk of the endpoint",
    Kind.TRANSITION: "state transitions",
    Kind.FUNCTION: "function",
    Kind.REQUEST: "function calls",
}


def spoken(amount: str, currency: str, *, up: bool = False) -> str:
    """As "$1.04" or "CNY 7.10": two decimals, four of what is below a cent; `up` never tells less."""
    value = Decimal(amount)
    if 0 < value < _LEAST and not up:
        return f"<{spoken(f'{_LEAST:f}', currency)}"
    places = Decimal("0.01") if value >= Decimal("0.01") or value == 0 else Decimal("0.0001")
    rounded = value.quantize(places, ROUND_CEILING if up else ROUND_HALF_EVEN)
    return f"{symbol_of(currency)}{rounded:,}"


def symbol_of(currency: str) -> str:
    """What stands before an amount: "$", or as "CNY "."""
    return _SYMBOLS.get(currency, f"{currency} ")


def told(worst: WorstCase) -> str:
    """The most that a run may cost, as "$2.41"; what is missing of it where a price is unknown."""
    if worst["amount"] is not None:
        return spoken(worst["amount"], worst["currency"], up=True)
    more = len(worst["unknown"]) - 1
    others = f" and {more} more" if more else ""
    return f"unknown: no price of {unpriced(worst['unknown'][0])}{others} in {worst['region']}"


def unpriced(missing: MissingPrice) -> str:
    """As "ml.m5.large for training"."""
    return " for ".join(each for each in (missing["instance_type"], missing["kind"]) if each)


def named(part: CostPart | ReceiptLine) -> str:
    """As "endpoint xgboost (ml.m5.large)"."""
    words = [KIND_NAMES[part["kind"]], part["name"]]
    kind = f"({part['instance_type']})" if part["instance_type"] else ""
    return " ".join(each for each in (*words, kind) if each)


def between(low: str, high: str, currency: str) -> str:
    """As "$0.02 to $0.03", or one of them where they read alike."""
    least, most = spoken(low, currency), spoken(high, currency, up=True)
    return most if least == most else f"{least} to {most}"


def million_told(cost: ServingCost | None) -> str:
    """What a million predictions cost, as "$0.0123": three significant digits."""
    if cost is None:
        return "unknown"
    amount = Decimal(cost["amount"])
    digits = amount.quantize(Decimal(1).scaleb(amount.adjusted() - 2)) if amount else amount
    return f"{symbol_of(cost['price']['currency'])}{digits:,f}"


def assumed(costs: Iterable[ServingCost]) -> str:
    """On what the costs of a million predictions rest, in a sentence or two; `costs` are the known ones."""
    prices = {each["instance_type"]: each["price"] for each in costs}
    if not prices:
        return "No price is known of what the candidates were served with."
    listed = ", ".join(
        f"{name} {symbol_of(price['currency'])}{price['amount']} an hour ({price['published']})"
        for name, price in sorted(prices.items())
    )
    rehearsed = " A rehearsal: the speed is this machine's." if _rehearsed(prices.values()) else ""
    return (
        "1M predictions: what a million cost at list price and the rows per second that were measured, on "
        "one instance that answers requests of that size without a pause. One that waits for requests costs "
        f"as much an hour: {listed}.{rehearsed}"
    )


def cost_of(receipt: Receipt) -> str:
    """A run's cost in a few words, with what the plan said, and what is missing."""
    words = between(receipt["total_low"], receipt["total_high"], receipt["currency"])
    worst = receipt["worst_case"]
    most = f" (at most {spoken(worst, receipt['currency'], up=True)} by the plan)" if worst else ""
    missing = f", without what has no known price ({len(receipt['unknown'])})" if receipt["unknown"] else ""
    return f"{words}{most} by list prices{missing}{', a rehearsal' if is_rehearsal(receipt) else ''}"


def is_rehearsal(receipt: Receipt) -> bool:
    """Whether a price list says of itself that it is for rehearsals: nobody has paid then."""
    return _rehearsed(line["price"] for line in receipt["lines"] if line["price"])


def _rehearsed(prices: Iterable[PriceNote]) -> bool:
    return any("rehearsal" in price["source"] for price in prices)
