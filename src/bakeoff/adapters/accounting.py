"""Receipts of runs, by what AWS tells of them now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bakeoff.adapters.clients import make_client
from bakeoff.adapters.measures import RunMeasures
from bakeoff.adapters.prices import kept_prices_of
from bakeoff.domain.cost.accounting import Accountant, Accounted
from bakeoff.domain.cost.prices import Prices
from bakeoff.domain.ports import Objects
from bakeoff.domain.run.files import WritableRunFiles


@dataclass(frozen=True)
class Accounting:
    """Implements `domain.cost.accounting.Accounts`; every receipt is measured and priced anew, by what plans
    have asked for unless told otherwise.
    """

    resource_prefix: str
    state_machine_arn: str
    region: str
    store: Objects
    prices_of: Callable[[str, Objects, datetime], Prices] = kept_prices_of
    # Made while the function starts: the largest of clients takes longer than a receipt.
    _sagemaker: Any = field(default_factory=lambda: make_client("sagemaker"), init=False)
    _states: Any = field(default_factory=lambda: make_client("stepfunctions"), init=False)

    def account(self, run: WritableRunFiles) -> Accounted:
        now = datetime.now(UTC)
        measures = RunMeasures(self.state_machine_arn, now, self._sagemaker, self._states)
        prices = self.prices_of(self.region, self.store, now)
        return Accountant(self.resource_prefix, measures, prices, self.store, now).account(run)
