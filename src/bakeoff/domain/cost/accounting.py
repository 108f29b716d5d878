"""The receipt of a run: measured, priced and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from bakeoff.domain.cost.ledger import settle, unsettled
from bakeoff.domain.cost.measured import Measures
from bakeoff.domain.cost.prices import Item, Kind, Price, Prices, Unknown, priced
from bakeoff.domain.cost.receipt import Occasion, receipt_of
from bakeoff.domain.cost.spending import TURN_NAME, spent_of
from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import Plan, PriceNote, Receipt
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.names import resource_prefix_of


@dataclass(frozen=True)
class Accounted:
    """The receipt of a run, and how much more it comes to than the one whose place it takes: all of it, of
    the first.
    """

    receipt: Receipt
    more: Decimal


class Accounts(Protocol):
    """Whoever writes receipts."""

    def account(self, run: WritableRunFiles) -> Accounted:
        """Store the receipt of a run, in the place of an earlier one; also of a run without a plan.

        Raises AccessDenied, ServiceUnavailable or ServiceError.
        """


@dataclass(frozen=True)
class Accountant:
    """Implements `Accounts` for one moment; `resource_prefix` is what the names of the stack's resources in
    SageMaker begin with.
    """

    resource_prefix: str
    measures: Measures
    prices: Prices
    store: Objects
    now: datetime

    def account(self, run: WritableRunFiles) -> Accounted:
        plan = _plan_of(run)
        # A tuning job's name has no room for the hyphen at the end.
        prefix = resource_prefix_of(self.resource_prefix, run.run_id).removesuffix("-")
        executions = self.measures.executions(run.run_id)
        spent = spent_of(self.measures.jobs(prefix), executions, self.now)
        cost = plan.get("cost") if plan else None
        occasion = Occasion(
            run.run_id,
            f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            plan.get("data_set", "") if plan else "",
            cost["amount"] if cost else None,
            planned=plan is not None,
        )
        receipt = receipt_of(occasion, spent, PlannedPrices(told_by(cost or {}), self.prices))
        earlier = _total_of(run)
        run.write_receipt(receipt)
        total = Decimal(receipt["total_high"])
        if cost and "reserved" in cost:
            settle(self.store, cost["reserved"], run.run_id, total)
        return Accounted(receipt, max(Decimal(0), total - earlier))


def settle_ended(
    store: Objects, is_running: Callable[[str], bool], accounts: Accounts, now: datetime
) -> Iterator[Accounted]:
    """The receipts of runs that have ended and whose worst cases are still reserved: a run that was stopped
    while it was being planned may have got its plan, and its reservation, after its receipt.
    """
    for key, run_id in unsettled(store, now):
        if not is_running(run_id):
            accounted = accounts.account(WritableRunFiles(store, run_id))
            settle(store, key, run_id, Decimal(accounted.receipt["total_high"]))
            yield accounted


@dataclass(frozen=True)
class PlannedPrices:
    """Implements `Prices`: what a plan has told holds to the end of its run, whatever the list says by then;
    `others` are asked for what it did not tell.
    """

    told: Mapping[Item, PriceNote]
    others: Prices

    @property
    def region(self) -> str:
        return self.others.region

    def of(self, item: Item) -> Price | Unknown:
        return priced(self.told[item]) if item in self.told else self.others.of(item)


def told_by(cost: Mapping[str, Any]) -> dict[Item, PriceNote]:
    """The prices that a plan's `cost` tells: of the parts of its bound, of what endpoints run on, and of what
    the bound left out.

    Raises AttributeError, KeyError, TypeError or ValueError for one that is none.
    """
    given = [*cost.get("parts", []), *cost.get("other_prices", [])]
    parts = ((Item(Kind(each["kind"]), each["instance_type"]), each["price"]) for each in given)
    serving = ((Item(Kind.HOSTING, name), note) for name, note in cost.get("serving", {}).items())
    return {item: note for item, note in [*parts, *serving] if note}


def _plan_of(run: WritableRunFiles) -> Plan | None:
    """None of a run that ended before it had one."""
    try:
        return run.plan()
    except FileNotFoundError:
        return None


def _total_of(run: WritableRunFiles) -> Decimal:
    """Of the receipt that the run has by now; 0 without one."""
    try:
        return Decimal(run.receipt()["total_high"])
    except FileNotFoundError:
        return Decimal(0)


def within(receipt: Receipt) -> bool | None:
    """Whether what the plan said holds, waiting for the turn left out, which came before it; None where it
    said nothing.
    """
    if receipt["worst_case"] is None:
        return None
    planned = [line for line in receipt["lines"] if line["name"] != TURN_NAME]
    high = sum((Decimal(line["amount_high"] or 0) for line in planned), Decimal(0))
    # Each line is rounded up to a millionth.
    return high <= Decimal(receipt["worst_case"]) + Decimal("0.000001") * len(planned)
