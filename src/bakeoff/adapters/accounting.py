"""Receipts of runs, by what AWS tells of them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bakeoff.adapters.measures import RunMeasures
from bakeoff.adapters.prices import kept_prices_of
from bakeoff.domain.cost.accounting import Accountant
from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import WritableRunFiles


@dataclass(frozen=True)
class Accounting:
    """Implements `domain.cost.accounting.Accounts`; every receipt is measured and priced anew."""

    resource_prefix: str
    state_machine_arn: str
    region: str
    store: Objects

    def account(self, run: WritableRunFiles) -> Receipt | None:
        now = datetime.now(UTC)
        measures = RunMeasures(self.state_machine_arn, now)
        prices = kept_prices_of(self.region, self.store, now)
        return Accountant(self.resource_prefix, measures, prices, self.store, now).account(run)
