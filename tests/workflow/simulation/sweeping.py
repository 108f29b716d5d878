"""The janitor after a run: its real rules and adapters, on the scripted SageMaker."""

from __future__ import annotations

from bakeoff.adapters.endpoints import SageMakerHosting
from bakeoff.adapters.inventory import SageMakerInventory
from bakeoff.domain.cleanup.janitor import Janitor
from bakeoff.domain.errors import BakeoffError
from tests.handlers import ATTRIBUTES
from tests.workflow.simulation.scripted import ScriptedAws

# Seconds before the status event's first call, before Lambda's two repetitions, and before the schedule's.
PAUSES = (0, 60, 120, 3600, 3600, 3600, 3600)


class _Ended:
    def is_running(self, run_id: str) -> bool:
        return False


def sweep(aws: ScriptedAws, run_id: str) -> None:
    """What the status event of an ended run brings about; what AWS refuses to delete stays."""
    sagemaker = aws.client("janitor:")
    prefix = ATTRIBUTES["Fn::GetAtt:ResourcePrefix.Value"]
    janitor = Janitor("bakeoff", prefix, SageMakerInventory(sagemaker), SageMakerHosting(sagemaker), _Ended())
    for seconds in PAUSES:
        aws.clock.pause(None, seconds)
        try:
            janitor.sweep_run(run_id).require_complete()
        except BakeoffError:
            # Lambda repeats a failed call.
            continue
        return
