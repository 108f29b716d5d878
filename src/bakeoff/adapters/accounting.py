"""Receipts of runs, by what AWS tells of them now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bakeoff.adapters.clients import make_client
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
    # Made while the function starts: the largest of clients takes longer than a receipt.
    _sagemaker: Any = field(default_factory=lambda: make_client("sagemaker"), init=False)
    _states: Any = field(default_factory=lambda: make_client("stepfunctions"), init=False)

    def account(self, run: WritableRunFiles) -> Receipt | None:
        now = datetime.now(UTC)
        measures = RunMeasures(self.state_machine_arn, now, self._sagemaker, self._states)
        prices = kept_prices_of(self.region, self.store, now)
        return Accountant(self.resource_prefix, measures, prices, self.store, now).account(run)
