"""One update under way: a new fleet beside the old one, and at the end one of the two."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from moto.core.utils import utcnow

from local_aws.services.sagemaker.container import NoLocalImplementation
from local_aws.services.sagemaker.control_plane.endpoints.alarms import AlarmTripped, Guard
from local_aws.services.sagemaker.control_plane.endpoints.progress import in_status, pending
from local_aws.services.sagemaker.control_plane.endpoints.running import settle
from local_aws.services.sagemaker.control_plane.endpoints.switches import switches
from local_aws.services.sagemaker.control_plane.endpoints.traffic import Step
from local_aws.services.sagemaker.control_plane.endpoints.variants import Summary
from local_aws.services.sagemaker.data_plane.endpoint import Endpoint
from local_aws.services.sagemaker.data_plane.fleets import Fleet
from local_aws.services.sagemaker.data_plane.model_servers import EndpointFailed, EndpointStopped

_POLL_SECONDS = 0.02
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What an update has been asked for, once it is known to be valid."""

    config: Any
    summaries: list[Summary]
    steps: list[Step]
    guard: Guard
    is_rolling: bool


class Deployment:
    """Runs a plan on an endpoint, whose record tells how far it is."""

    def __init__(self, record: Any, endpoint: Endpoint, new: Fleet, plan: Plan) -> None:
        self._record, self._endpoint, self._new, self._plan = record, endpoint, new, plan
        self._old: Mapping[Fleet, Fraction] = dict(endpoint.shares)
        self._start = utcnow()
        self._tell("Creating")

    def run(self) -> None:
        """Return when the endpoint is at rest again, or has gone."""
        try:
            self._replace()
        except EndpointStopped:
            return
        except (EndpointFailed, NoLocalImplementation, AlarmTripped) as err:
            self._give_up(str(err))
        except Exception as err:
            # The boundary of an endpoint's thread: whatever happens, whoever polls must see a final status.
            _log.exception("an update of an endpoint broke")
            self._give_up(f"Internal error: {type(err).__name__}: {err}")

    def _replace(self) -> None:
        self._new.start()
        for step in self._plan.steps:
            self._tell("ActivatingTraffic", step)
            self._shift(step.share)
            self._tell("Baking", step)
            self._bake(step.seconds)
        self._terminate_old()
        record, config = self._record, self._plan.config
        record.endpoint_config_name = config.endpoint_config_name
        record.data_capture_config = config.data_capture_config
        record.production_variants = self._plan.summaries
        settle(record, "InService", None)

    def _shift(self, share: Fraction) -> None:
        old = {fleet: part * (1 - share) for fleet, part in self._old.items()}
        self._endpoint.share({**old, self._new: share})

    def _bake(self, seconds: int) -> None:
        begin = time.monotonic()
        while True:
            self._plan.guard.check()
            if time.monotonic() - begin >= seconds * switches.get().pace:
                return
            if self._endpoint.stopped.wait(_POLL_SECONDS):
                raise EndpointStopped

    def _terminate_old(self) -> None:
        self._record.production_variants = [
            {**each, **in_status(each, "Deleting")} for each in self._record.production_variants
        ]
        for fleet in self._old:
            self._endpoint.retire(fleet)

    def _give_up(self, reason: str) -> None:
        asked = switches.get()
        told = None if asked.silent_rollbacks else reason
        if asked.failing_rollbacks and self._plan.is_rolling and self._new in self._endpoint.shares:
            settle(self._record, "UpdateRollbackFailed", told)
            return
        if asked.shown_rollbacks:
            self._record.endpoint_status = "RollingBack"
        self._new.ship_logs()
        self._endpoint.share(self._old)
        try:
            self._endpoint.retire(self._new)
        except EndpointStopped:
            return
        settle(self._record, "InService", told)

    def _tell(self, status: str, step: Step | None = None) -> None:
        plan = self._plan
        self._record.pending_deployment_summary = pending(
            plan.config.endpoint_config_name, plan.summaries, status, step, self._start
        )
