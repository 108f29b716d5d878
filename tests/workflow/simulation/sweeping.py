"""The janitor after a run: its handler with its real rules and adapters, on the scripted SageMaker."""

from __future__ import annotations

from functools import cache

from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.domain.cleanup.janitor import Janitor
from bakeoff.domain.errors import BakeoffError
from tests.handlers import ATTRIBUTES, Loaded, load
from tests.workflow.simulation.costs import SimulatedAccounting
from tests.workflow.simulation.scripted import ScriptedAws

# Seconds before the status event's first call, before Lambda's two repetitions, and before the schedule's.
PAUSES = (0, 60, 120, 3600, 3600, 3600, 3600)


class _Ended:
    def is_running(self, run_id: str) -> bool:
        return False


def sweep(aws: ScriptedAws, run_id: str, status: str = "ABORTED") -> None:
    """What the status event of an ended run brings about; what AWS refuses to delete stays."""
    function = _connected(aws)
    event = {
        "detail-type": function.module.EXECUTION_ENDED,
        "detail": {"name": run_id, "status": status},
    }
    for seconds in PAUSES:
        aws.clock.pause(None, seconds)
        try:
            function(event)
        except BakeoffError:
            # Lambda repeats a failed call.
            continue
        return


def _connected(aws: ScriptedAws) -> Loaded:
    sagemaker, loaded = aws.client("janitor:"), _loaded()
    inventory, hosting = SageMakerInventory(sagemaker), SageMakerHosting(sagemaker)
    prefix = ATTRIBUTES["Fn::GetAtt:ResourcePrefix.Value"]
    loaded.module.__dict__.update(
        JANITOR=Janitor("bakeoff", prefix, inventory, hosting, _Ended()),
        STORE=aws.store,
        ACCOUNTING=SimulatedAccounting(aws),
    )
    return loaded


@cache
def _loaded() -> Loaded:
    """Loading takes longer than a run."""
    return load("SweepResourcesFunction")
