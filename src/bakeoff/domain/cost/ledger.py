"""What the runs of a day may cost together: a line for each run, which reserves its worst case until its
receipt is there.

Before it looks at the others, a run writes its own line: of two that plan at the same time, each sees the
other, because S3 shows what was written at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from bakeoff.domain.cost.words import spoken
from bakeoff.domain.errors import BudgetExceeded
from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import WorstCase

PREFIX = "costs/"
# A run may take a week, RunTimeoutSeconds at its highest.
DAYS = 8
"""So many days are looked at, today's among them."""


@dataclass(frozen=True)
class Ledger:
    """`most` is MaxDailyCost; a day is one of UTC."""

    store: Objects
    most: Decimal
    now: datetime

    def reserve(self, run_id: str, worst: WorstCase) -> str:
        """Count a run's worst case among those of the day; returns where the reservation lies.

        Raises BudgetExceeded. `worst` has an amount.
        """
        key, amount = f"{self._day(self.now)}{run_id}.json", Decimal(worst["amount"] or 0)
        _write(self.store, key, run_id, amount, settled=False)
        others = sum(self._others(run_id), Decimal(0))
        if others + amount > self.most:
            _write(self.store, key, run_id, Decimal(0), settled=True)
            currency = worst["currency"]
            raise BudgetExceeded(
                f"This run may cost up to {spoken(f'{amount:f}', currency, up=True)}, and the runs of today "
                f"with those that go on up to {spoken(f'{others:f}', currency, up=True)}, together more than "
                f"MaxDailyCost of {spoken(f'{self.most:f}', currency)}: start it tomorrow, wait until others "
                "have ended, or raise MaxDailyCost."
            )
        return key

    def _others(self, run_id: str) -> Iterator[Decimal]:
        """What other runs of today cost or may cost, and earlier ones that go on."""
        for days in range(DAYS):
            for line in self.store.read_lines(self._day(self.now - timedelta(days=days))):
                try:
                    entry = json.loads(line)
                    counts = entry["run_id"] != run_id and (days == 0 or not entry["settled"])
                    amount = Decimal(entry["amount"])
                except (InvalidOperation, KeyError, TypeError, ValueError):
                    # No line of a run.
                    continue
                if counts:
                    yield amount

    def _day(self, moment: datetime) -> str:
        return f"{PREFIX}{moment:%Y-%m-%d}/"


def settle(store: Objects, key: str, run_id: str, amount: Decimal) -> None:
    """Put what a run did cost in the place of what it might have."""
    _write(store, key, run_id, amount, settled=True)


def _write(store: Objects, key: str, run_id: str, amount: Decimal, *, settled: bool) -> None:
    entry = {"run_id": run_id, "amount": f"{amount:f}", "settled": settled}
    store.write_text(key, json.dumps(entry) + "\n", "application/json")
