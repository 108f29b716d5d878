"""A limit on what a run may cost, which holds before anything of it is started."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bakeoff.domain.cost.words import named, spoken
from bakeoff.domain.errors import BudgetExceeded, UnknownPrice
from bakeoff.domain.run.documents import WorstCase

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
            missing = worst["unknown"][0]
            what = missing["instance_type"] or missing["kind"]
            raise UnknownPrice(
                f"No price is known of {what} ({missing['kind']}) in {missing['region']}, so nobody can tell "
                f"whether this run stays below {self._told(worst)}: {missing['why'].rstrip('.')}. Take "
                "another type, or set no limit."
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
    return ", ".join([*told, f"{more} smaller"] if more else told)
