"""What production's endpoint costs a month, and the limit that a promotion must stay below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bakeoff.domain.cost.prices import Item, Kind, Price, Prices, plain
from bakeoff.domain.cost.uses import money
from bakeoff.domain.cost.words import spoken, symbol_of
from bakeoff.domain.errors import BudgetExceeded, UnknownPrice
from bakeoff.domain.run.documents import MonthlyCost

PARAMETER = "MaxMonthlyProductionCost"
HOURS_OF_A_MONTH = 730


@dataclass(frozen=True)
class ProductionBudget:
    """What the stack says of production's money: `instances` of `instance_type`, and the `most` that they may
    cost a month, above 0. Prices are looked up anew for each promotion.
    """

    instance_type: str
    instances: int
    most: Decimal
    prices: Callable[[], Prices]

    def monthly(self, deployed: int = 0) -> MonthlyCost:
        """Of an endpoint of `deployed` instances, which an update keeps if they are more; 0 of a new one.

        Raises BudgetExceeded, or UnknownPrice where nobody can tell.
        """
        prices, item = self.prices(), Item(Kind.HOSTING, self.instance_type)
        price = prices.of(item)
        if not isinstance(price, Price):
            raise UnknownPrice(
                f"No price is known of {item} in {prices.region}, so nobody can tell whether production "
                f"stays below {PARAMETER} of {plain(self.most)}: {price.why.rstrip('.')}. Take another "
                f"ProductionInstanceType, promote again if the list did not answer, or set {PARAMETER} to 0."
            )
        instances = max(deployed, self.instances)
        amount = Fraction(price.amount) * instances * HOURS_OF_A_MONTH
        if amount > self.most:
            raise BudgetExceeded(self._refusal(instances, price, amount, is_scaled=deployed > self.instances))
        return {
            "amount": money(amount),
            "instances": instances,
            "instance_type": self.instance_type,
            "hours": HOURS_OF_A_MONTH,
            "price": price.note(),
        }

    def _refusal(self, instances: int, price: Price, amount: Fraction, *, is_scaled: bool) -> str:
        monthly = spoken(money(amount), price.currency, up=True)
        most = spoken(f"{self.most:f}", price.currency)
        hourly = f"{symbol_of(price.currency)}{plain(price.amount)}"
        fewer = "scale the endpoint in" if is_scaled else "lower ProductionInstanceCount"
        return (
            f"Production's endpoint would cost {monthly} a month ({instances} x {self.instance_type} for "
            f"{HOURS_OF_A_MONTH} hours at {hourly}; twice as much an hour while an update lasts), more than "
            f"{PARAMETER} of {most}: {fewer}, take a smaller ProductionInstanceType, or raise {PARAMETER}."
        )
