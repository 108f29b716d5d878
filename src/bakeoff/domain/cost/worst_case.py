"""The most that a run can cost, before anything of it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bakeoff.domain.cost.bounds import beside, by_deadline, by_steps
from bakeoff.domain.cost.prices import Item, Kind, Price, Prices, Unknown
from bakeoff.domain.cost.units import TrainedUnit, final_units, units_of
from bakeoff.domain.cost.uses import Use, currency, known, money, parts, unknown
from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.run.documents import Bound, ItemPrice, Plan, PriceNote, WorstCase


@dataclass
class _Nothing:
    """Prices that nobody knows, which remember what they were asked for."""

    region: str = ""
    asked: dict[Item, Unknown] = field(default_factory=dict)

    def of(self, item: Item) -> Unknown:
        return self.asked.setdefault(item, Unknown(item, self.region, ""))


def items_of(plan: Plan, capacity: Capacity) -> list[Item]:
    """What `worst_case` asks the price of."""
    prices = _Nothing()
    worst_case(plan, capacity, prices)
    return list(prices.asked)


def worst_case(plan: Plan, capacity: Capacity, prices: Prices) -> WorstCase:
    """Of the run that a plan describes. No answer of `prices` fails it."""
    units, finals = units_of(plan), final_units(plan)
    small = beside(units, finals, capacity, promoting="promotion" in plan)

    def cost(uses: Sequence[Use]) -> Fraction:
        return known(uses, prices)

    bounds: dict[Bound, list[Use]] = {
        "steps": [*by_steps(units, finals, capacity, cost), *small],
        "deadline": [*by_deadline(units, finals, capacity, cost), *small],
    }
    smaller: Bound = min(bounds, key=lambda each: cost(bounds[each]))
    # By the steps, which name everything: a bound leaves out what something dearer stands for.
    items = [use.item for use in bounds["steps"]]
    missing = unknown(items, prices)

    def said(uses: Sequence[Use]) -> str | None:
        return None if missing else money(cost(uses))

    worst: WorstCase = {
        "region": prices.region,
        "currency": currency(items, prices),
        "bound": smaller,
        "amount": said(bounds[smaller]),
        "by_steps": said(bounds["steps"]),
        "by_deadline": said(bounds["deadline"]),
        "known": money(cost(bounds[smaller])),
        "parts": parts(bounds[smaller], prices),
        "unknown": [each.note() for each in missing],
        "serving": _serving(units, prices),
    }
    counted = {use.item for use in bounds[smaller]}
    if others := _priced((item for item in dict.fromkeys(items) if item not in counted), prices):
        worst["other_prices"] = others
    return worst


def _priced(items: Iterable[Item], prices: Prices) -> list[ItemPrice]:
    """Those whose price is known."""
    found = [(item, prices.of(item)) for item in items]
    return [
        {"kind": item.kind.value, "instance_type": item.instance_type, "price": price.note()}
        for item, price in found
        if isinstance(price, Price)
    ]


def _serving(units: Sequence[TrainedUnit], prices: Prices) -> dict[str, PriceNote]:
    """By instance type, what the candidates and the champion are deployed on, where its price is known."""
    found = {unit.endpoint_type: prices.of(Item(Kind.HOSTING, unit.endpoint_type)) for unit in units}
    return {name: price.note() for name, price in found.items() if isinstance(price, Price)}
