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
from typing import Any

from bakeoff.domain.cost.words import spoken
from bakeoff.domain.errors import BudgetExceeded
from bakeoff.domain.ports import ObjectReader, Objects
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
        key, amount = _key(self.now, run_id), Decimal(worst["amount"] or 0)
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
        for day, entry in _entries(self.store, self.now):
            if entry["run_id"] != run_id and (day == self.now or not entry["settled"]):
                yield Decimal(entry["amount"])


def unsettled(store: ObjectReader, now: datetime) -> list[tuple[str, str]]:
    """Where worst cases are reserved that no receipt has replaced, and of which runs."""
    found = [(day, entry) for day, entry in _entries(store, now) if not entry["settled"]]
    return [(_key(day, entry["run_id"]), entry["run_id"]) for day, entry in found]


def _entries(store: ObjectReader, now: datetime) -> Iterator[tuple[datetime, Any]]:
    """The lines of the last days' runs, and of which day each is, today's first. What is no line of a run is
    left out.
    """
    for day in (now - timedelta(days=days) for days in range(DAYS)):
        for line in store.read_lines(_day(day)):
            try:
                entry = json.loads(line)
                # Whether all is there, and the amount a number.
                _ = Decimal(entry["amount"]), entry["settled"], entry["run_id"]
            except (InvalidOperation, KeyError, TypeError, ValueError):
                continue
            yield day, entry


def _day(moment: datetime) -> str:
    return f"{PREFIX}{moment:%Y-%m-%d}/"


def _key(day: datetime, run_id: str) -> str:
    return f"{_day(day)}{run_id}.json"


def settle(store: Objects, key: str, run_id: str, amount: Decimal) -> None:
    """Put what a run did cost in the place of what it might have."""
    _write(store, key, run_id, amount, settled=True)


def _write(store: Objects, key: str, run_id: str, amount: Decimal, *, settled: bool) -> None:
    entry = {"run_id": run_id, "amount": f"{amount:f}", "settled": settled}
    store.write_text(key, json.dumps(entry) + "\n", "application/json")
