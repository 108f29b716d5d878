"""The product's own Lambda handlers, with a store in memory and a scripted SageMaker behind them."""

from __future__ import annotations

import dataclasses
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from bakeoff.adapters.endpoints import LiveEndpoint, SageMakerHosting
from bakeoff.adapters.inventory import SageMakerInventory
from tests.fakes import RecordingNotifier
from tests.handlers import Loaded, load
from tests.template import WORKFLOW, scalars_of
from tests.unit.bakeoff.domain.cost.runs import FixedPrices
from tests.workflow.simulation.costs import SimulatedAccounting

if TYPE_CHECKING:
    from tests.workflow.simulation.scripted import ScriptedAws

# The functions that the workflow invokes, without "Function".
INVOKED = sorted(
    {
        str(value).removeprefix("${").removesuffix("FunctionArn}")
        for value in scalars_of(WORKFLOW)
        if str(value).startswith("${") and str(value).endswith("FunctionArn}")
    }
)
CALLER = "function:"
CANDIDATES = ("alpha", "beta", "gamma")
# An execution's input: the same candidates, tuned.
TUNED: dict[str, Any] = {
    "algorithms": [{"name": name, "algorithm": name, "tuning": {"jobs": 3}} for name in CANDIDATES]
}
# One candidate in each of its folds, which makes as many units as there are candidates otherwise.
FOLDS = 3
FOLDED: dict[str, Any] = {"algorithms": [CANDIDATES[0]], "folds": FOLDS}
_LATENCY_CALLS = 3


@cache
def functions() -> Functions:
    """Those of this process: loading them takes longer than a run."""
    return Functions()


class Functions:
    """Loaded once; `connect` points their adapters at the AWS of a test."""

    def __init__(self) -> None:
        self._loaded: dict[str, Loaded] = {name: load(f"{name}Function") for name in INVOKED}

    def uses(self, name: str, adapter: str) -> bool:
        """Whether an operation is a function that holds STORE, HOSTING, LiveEndpoint ..."""
        return name in self._loaded and hasattr(self._loaded[name].module, adapter)

    def connect(self, aws: ScriptedAws) -> None:
        sagemaker = aws.client(CALLER)
        adapters: dict[str, Any] = {
            "STORE": aws.store,
            "HOSTING": SageMakerHosting(sagemaker),
            "JOBS": SageMakerInventory(sagemaker),
            "NOTIFIER": RecordingNotifier(),
            "ACCOUNTING": SimulatedAccounting(aws),
            "LiveEndpoint": partial(LiveEndpoint, client=aws.client(CALLER)),
        }
        for loaded in self._loaded.values():
            for name, adapter in adapters.items():
                if hasattr(loaded.module, name):
                    setattr(loaded.module, name, adapter)
        plan: Any = self._loaded["PlanRun"].module
        options = plan.PLANNER.options
        # Fifty timed requests for each candidate of each run would only take time.
        ours = {"algorithms": list(CANDIDATES), "latency_calls": _LATENCY_CALLS}
        options = dataclasses.replace(options, settings={**options.settings, **ours})
        # AWS's Price List has tests of its own.
        budget = dataclasses.replace(plan.BUDGET, prices=lambda _: FixedPrices())
        plan.PLANNER = dataclasses.replace(plan.PLANNER, store=aws.store, options=options, budget=budget)
        plan.PLANNER.catalogue.entries.update(
            dict.fromkeys(CANDIDATES, plan.PLANNER.catalogue.entries["xgboost"])
        )

    def module(self, name: str) -> Any:
        """The handler's module, for a test that changes its settings."""
        return self._loaded[name].module

    def invoke(self, name: str, payload: Any) -> Any:
        return self._loaded[name](payload)
