"""The receipt of a run: measured, priced and stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bakeoff.domain.cost.ledger import settle
from bakeoff.domain.cost.measured import Measures
from bakeoff.domain.cost.prices import Prices
from bakeoff.domain.cost.receipt import Occasion, receipt_of
from bakeoff.domain.cost.spending import TURN_NAME, spent_of
from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.names import resource_prefix_of


class Accounts(Protocol):
    """Whoever writes receipts."""

    def account(self, run: WritableRunFiles) -> Receipt | None:
        """Store the receipt of a run, in the place of an earlier one; None of a run that never had a plan.

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

    def account(self, run: WritableRunFiles) -> Receipt | None:
        try:
            plan = run.plan()
        except FileNotFoundError:
            return None
        # A tuning job's name has no room for the hyphen at the end.
        prefix = resource_prefix_of(self.resource_prefix, run.run_id).removesuffix("-")
        executions = self.measures.executions(run.run_id)
        spent = spent_of(self.measures.jobs(prefix), executions, self.now)
        cost = plan.get("cost")
        worst = cost["amount"] if cost else None
        occasion = Occasion(run.run_id, f"{self.now:%Y-%m-%dT%H:%M:%SZ}", plan.get("data_set", ""), worst)
        receipt = receipt_of(occasion, spent, self.prices)
        run.write_receipt(receipt)
        if cost and "reserved" in cost:
            settle(self.store, cost["reserved"], run.run_id, Decimal(receipt["total_high"]))
        return receipt


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
