"""The endpoints of an instance that run, and what is common to all that changes one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError

from local_aws.core.instance import Instance, current_instance
from local_aws.core.per_instance import PerInstance
from local_aws.services.sagemaker.control_plane.actions import Call
from local_aws.services.sagemaker.data_plane.endpoint import Endpoint

_FAILURE_REASON_LIMIT = 1024
_IN_TRANSITION = ("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")


class Endpoints:
    """The running endpoints of one instance, by ARN."""

    def __init__(self, instance: Instance) -> None:
        self._running: dict[str, Endpoint] = {}
        instance.on_close(self.close)

    def add(self, arn: str, endpoint: Endpoint) -> None:
        self._running[arn] = endpoint

    def get(self, arn: str) -> Endpoint | None:
        return self._running.get(arn)

    def remove(self, arn: str) -> None:
        self._running.pop(arn).stop()

    def close(self) -> None:
        for arn in list(self._running):
            self.remove(arn)


running = PerInstance(Endpoints)
# Two requests must not both find an endpoint at rest and begin to change it.
changing = threading.Lock()


def find_endpoint(call: Call) -> Any:
    """moto's record of the endpoint that a request names."""
    name = call.request["EndpointName"]
    if name not in call.backend.endpoints:
        raise ValidationError(message=f'Could not find endpoint "{call.arn("endpoint", name)}".')
    return call.backend.endpoints[name]


def require_at_rest(record: Any) -> None:
    if record.endpoint_status in _IN_TRANSITION:
        raise ValidationError(message=f'Cannot update in-progress endpoint "{record.arn}".')


def settle(record: Any, status: str, reason: str | None) -> None:
    """End a transition; `reason` is the FailureReason."""
    record.failure_reason = reason[:_FAILURE_REASON_LIMIT] if reason else None
    record.pending_deployment_summary = None
    record.last_modified_time = utcnow()
    record.endpoint_status = status


def in_background(work: Callable[[], object], name: str) -> None:
    current_instance().threads.start(work, name=name)
