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
    """`amount` is in the currency of the price list, above 0; `name` is what it is called where somebody set
    it, and `place` where that is: empty of a parameter of the stack.
    """

    amount: Decimal
    name: str
    place: str = ""

    def told(self, currency: str) -> str:
        place = f"which stands in {self.place}" if self.place else "a parameter of the stack"
        return f"{self.name} of {spoken(f'{self.amount:f}', currency)}, {place}"


def require_within(worst: WorstCase, limits: Sequence[Limit]) -> None:
    """Raises BudgetExceeded, or UnknownPrice where there is a limit and nobody can tell."""
    ordered = sorted(limits, key=lambda limit: limit.amount)
    if worst["amount"] is None:
        if ordered:
            raise UnknownPrice(_untold(worst, ordered[0]))
        return
    amount = Decimal(worst["amount"])
    exceeded = [limit for limit in ordered if amount > limit.amount]
    if exceeded:
        named = ", and than ".join(limit.told(worst["currency"]) for limit in exceeded)
        raised = " and ".join(f"{each.name}{' there' if each.place else ''}" for each in exceeded)
        raise BudgetExceeded(
            f"This run may cost up to {spoken(worst['amount'], worst['currency'], up=True)} "
            f"({_largest(worst)}), more than {named}: lower {_CURES[worst['bound']]}, name fewer "
            f"algorithms, take smaller instances, or raise {raised}."
        )


def _untold(worst: WorstCase, limit: Limit) -> str:
    missing = max(worst["unknown"], key=lambda each: bool(each["instance_type"]))
    return (
        f"No price is known of {unpriced(missing)} in {missing['region']}, so nobody can tell whether this "
        f"run stays below {limit.told(worst['currency'])}: {missing['why'].rstrip('.')}. Take another type, "
        "start the run again if the list did not answer, or set no limit."
    )


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
        require_within(worst, limits)
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
            yield Limit(Decimal(str(said["value"])), "max_cost", said["source"])
