"""Money and what is paid for, in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.run.documents import (
    CompletedResult,
    CostPart,
    MissingPrice,
    MonthlyCost,
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
    return _three_digits(cost["amount"], cost["price"]["currency"])


def _three_digits(amount: str, currency: str) -> str:
    value = Decimal(amount)
    digits = value.quantize(Decimal(1).scaleb(value.adjusted() - 2)) if value else value
    return f"{symbol_of(currency)}{digits:,f}"


def a_month(cost: MonthlyCost) -> str:
    """As "$83.95 a month by list prices: 1 x ml.m5.large, 730 hours"."""
    monthly = spoken(cost["amount"], cost["price"]["currency"], up=True)
    instances = f"{cost['instances']} x {cost['instance_type']}, {cost['hours']} hours"
    return f"{monthly} a month by list prices: {instances}"


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


def rests_on(candidates: Iterable[CompletedResult], costs: Mapping[str, ServingCost]) -> str:
    """Which measurement is behind the cost of a million predictions of each candidate that has one."""
    told = [_measured(each, costs[each["name"]]) for each in candidates if each["name"] in costs]
    return f"It rests on {'; '.join(told)}." if told else ""


def _measured(result: CompletedResult, cost: ServingCost) -> str:
    """As "knn: 40 requests in 0.31 s, by single passes $0.0131 to $0.0213"."""
    if measured := result.get("throughput"):
        passes = len(measured["seconds"])
        requests = f"{passes * measured['requests']:,} requests in {sum(measured['seconds']):.3g} s"
        ends = (cost.get("low") or cost["amount"], cost.get("high") or cost["amount"])
        words = " to ".join(_three_digits(each, cost["price"]["currency"]) for each in ends)
        return f"{result['name']}: {requests}, by each of {passes} passes {words}"
    rows = result["folds"][0]["rows"] if "folds" in result else result["scored_rows"]
    return f"{result['name']}: {rows:,} rows in {rows / result['rows_per_second']:.3g} s, measured once"


def cost_of(receipt: Receipt) -> str:
    """A run's cost in a few words, with what the plan said, and what is missing."""
    if receipt["lines"] and not any(line["price"] for line in receipt["lines"]):
        return "unknown, because no price is known of anything that was used"
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
