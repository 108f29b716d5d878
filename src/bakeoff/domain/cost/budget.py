"""The worst case of a run that is about to be planned, and the limits that it must stay below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bakeoff.domain.cost.ledger import Ledger
from bakeoff.domain.cost.prices import Item, Prices
from bakeoff.domain.cost.words import named, spoken, unpriced
from bakeoff.domain.cost.workflow import Capacity
from bakeoff.domain.cost.worst_case import items_of, worst_case
from bakeoff.domain.errors import BudgetExceeded, UnknownPrice
from bakeoff.domain.run.documents import Plan, WorstCase

PARAMETER = "MaxRunCost"
_TOLD = 3
_CURES = {
    "steps": "TrainingTimeoutSeconds or EndpointTimeoutSeconds",
    "deadline": "RunTimeoutSeconds, EndpointTimeoutSeconds or MaxConcurrency",
}


@dataclass(frozen=True)
class Limit:
    """`amount` is in the currency of the price list, above 0; `source` is who said so, as "MaxRunCost"."""

    amount: Decimal
    source: str

    def require(self, worst: WorstCase) -> None:
        """Raises BudgetExceeded, or UnknownPrice where nobody can tell."""
        if worst["amount"] is None:
            missing = max(worst["unknown"], key=lambda each: bool(each["instance_type"]))
            raise UnknownPrice(
                f"No price is known of {unpriced(missing)} in {missing['region']}, so nobody can tell "
                f"whether this run stays below {self._told(worst)}: {missing['why'].rstrip('.')}. Take "
                "another type, start the run again if the list did not answer, or set no limit."
            )
        if Decimal(worst["amount"]) > self.amount:
            raise BudgetExceeded(
                f"This run may cost up to {spoken(worst['amount'], worst['currency'], up=True)} "
                f"({_largest(worst)}), more than {self._told(worst)}: lower {_CURES[worst['bound']]}, name "
                "fewer algorithms, or take smaller instances."
            )

    def _told(self, worst: WorstCase) -> str:
        return f"{self.source} of {spoken(f'{self.amount:f}', worst['currency'])}"


def _largest(worst: WorstCase) -> str:
    """The parts that cost most, in words."""
    told = [
        f"{named(part)} {spoken(part['amount'], worst['currency'])}"
        for part in worst["parts"][:_TOLD]
        if part["amount"] is not None
    ]
    more = len(worst["parts"]) - len(told)
    return ", ".join([*told, f"and {more} smaller parts"] if more else told)


@dataclass(frozen=True)
class Budget:
    """What the stack says of every run's money: `most` is its MaxRunCost, 0 for none. Prices are looked up
    anew for each run, those that it will ask for at once. The `ledger` is for a limit on all runs of a day.
    """

    capacity: Capacity
    prices: Callable[[Sequence[Item]], Prices]
    most: Decimal = Decimal(0)
    ledger: Callable[[], Ledger] | None = None

    def of(self, plan: Plan) -> WorstCase:
        """Raises BudgetExceeded or UnknownPrice."""
        prices = self.prices(items_of(plan, self.capacity))
        worst = worst_case(plan, self.capacity, prices)
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
