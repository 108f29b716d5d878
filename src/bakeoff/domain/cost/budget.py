"""The worst case of a run that is about to be planned, and the limits that it must stay below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bakeoff.domain.cost.ledger import Ledger
from bakeoff.domain.cost.limit import Limit
from bakeoff.domain.cost.prices import Prices
from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.cost.worst_case import worst_case
from bakeoff.domain.run.documents import Plan, WorstCase

PARAMETER = "MaxRunCost"


@dataclass(frozen=True)
class Budget:
    """What the stack says of every run's money: `most` is its MaxRunCost, 0 for none. Prices are looked up
    anew for each run. The `ledger` is for a limit on all runs of a day.
    """

    capacity: Capacity
    prices: Callable[[], Prices]
    most: Decimal = Decimal(0)
    ledger: Callable[[], Ledger] | None = None

    def of(self, plan: Plan) -> WorstCase:
        """Raises BudgetExceeded or UnknownPrice."""
        worst = worst_case(plan, self.capacity, self.prices())
        ledger = self.ledger() if self.ledger else None
        limits = [*self._limits(plan), *([Limit(ledger.most, "MaxDailyCost")] if ledger else [])]
        if limits:
            min(limits, key=lambda limit: limit.amount).require(worst)
        if ledger:
            worst["reserved"] = ledger.reserve(plan["run_id"], worst)
        return worst

    def _limits(self, plan: Plan) -> Iterator[Limit]:
        """The stack's own, which nobody's setting raises, and that of whoever started the run."""
        if self.most > 0:
            yield Limit(self.most, PARAMETER)
        said = plan["settings"].get("max_cost") if "settings" in plan else None
        if said and said["value"]:
            # By its text: what a person wrote as 0.1 is that in decimals, too.
            yield Limit(Decimal(str(said["value"])), f"the max_cost of {said['source']}")
