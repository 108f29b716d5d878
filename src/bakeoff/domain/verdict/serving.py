"""What predictions cost: the list price of an endpoint's instance at the speed that was measured on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from bakeoff.domain.cost.prices import UNITS, Kind, priced
from bakeoff.domain.cost.uses import money
from bakeoff.domain.run.documents import CompletedResult, Plan, PriceNote, Result, ServingCost

_PREDICTIONS = 1_000_000


def costs_per_million(plan: Plan, results: Iterable[Result]) -> dict[str, ServingCost | None]:
    """By the name of each candidate that was scored: while one instance answers without a pause, as it did
    then. None where no price is known; of plans of earlier releases, which asked for none, nothing.
    """
    if "serving" not in plan.get("cost", {}):
        return {}
    prices = plan["cost"]["serving"]
    types = {each["name"]: each["endpoint_instance_type"] for each in plan["candidates"]}
    return {
        each["name"]: _cost(types[each["name"]], each, prices)
        for each in results
        if each["status"] == "completed"
    }


def _cost(instance_type: str, result: CompletedResult, prices: Mapping[str, PriceNote]) -> ServingCost | None:
    note = prices.get(instance_type)
    if note is None:
        return None
    hourly = Fraction(priced(note).amount)

    def paid(seconds_of_a_row: Fraction) -> str:
        return money(hourly * _PREDICTIONS * seconds_of_a_row / UNITS[Kind.HOSTING].seconds)

    cost: ServingCost = {
        "amount": paid(1 / Fraction(result["rows_per_second"])),
        "instance_type": instance_type,
        "price": note,
    }
    if "throughput" not in result:
        return cost
    measured = result["throughput"]
    if measured is None:
        return {**cost, "low": None, "high": None}
    passes = [Fraction(each) / measured["rows"] for each in measured["seconds"]]
    return {
        **cost,
        "amount": paid(sum(passes, Fraction()) / len(passes)),
        "low": paid(min(passes)),
        "high": paid(max(passes)),
    }
