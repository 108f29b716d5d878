"""moto 5.2.5 has endpoints in service and gone at once, with nothing behind them; here a process serves."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError

from local_aws.core.instance import Instance, current_instance
from local_aws.core.per_instance import PerInstance
from local_aws.services.sagemaker.container import NoLocalImplementation
from local_aws.services.sagemaker.control_plane.actions import Call, answer, empty
from local_aws.services.sagemaker.control_plane.models import find_config, find_model, refuse_duplicate
from local_aws.services.sagemaker.data_plane.model_servers import (
    Endpoint,
    EndpointFailed,
    EndpointStopped,
    Variant,
)

_FAILURE_REASON_LIMIT = 1024
_log = logging.getLogger(__name__)


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
_creating = threading.Lock()


def apply() -> None:
    answer("CreateEndpoint", _create)
    answer("DescribeEndpoint", _describe)
    answer("DeleteEndpoint", _delete)


def _create(call: Call) -> Any:
    name, config_name = call.request["EndpointName"], call.request["EndpointConfigName"]
    variants = _variants(call, find_config(call, config_name))
    with _creating:
        refuse_duplicate(call, call.backend.endpoints, "endpoint", "endpoint", name)
        described = call.moto()
    record = call.backend.endpoints[name]
    record.endpoint_status = "Creating"
    endpoint = Endpoint(current_instance(), name, variants)
    running.get().add(record.arn, endpoint)
    _in_background(partial(_start, endpoint, record), record.arn)
    return described


def _describe(call: Call) -> Any:
    _find(call)
    return call.moto()


def _delete(call: Call) -> Any:
    record = _find(call)
    if record.endpoint_status in ("Creating", "Updating", "Deleting"):
        raise ValidationError(message=f'Cannot update in-progress endpoint "{record.arn}".')
    record.endpoint_status = "Deleting"
    _in_background(partial(_remove, call, record, running.get()), record.arn)
    return empty()


def _find(call: Call) -> Any:
    name = call.request["EndpointName"]
    if name not in call.backend.endpoints:
        raise ValidationError(message=f'Could not find endpoint "{call.arn("endpoint", name)}".')
    return call.backend.endpoints[name]


def _variants(call: Call, config: Any) -> list[Variant]:
    return [
        Variant(
            each["VariantName"],
            each.get("InitialVariantWeight", 1.0),
            _model_request(find_model(call, each["ModelName"])),
            each.get("ContainerStartupHealthCheckTimeoutInSeconds", 600),
        )
        for each in config.production_variants
    ]


def _model_request(model: Any) -> dict[str, Any]:
    containers = [model.primary_container] if model.primary_container else model.containers
    if len(containers) != 1:
        raise ValidationError(
            message=f"Model {model.model_name} is an inference pipeline: not implemented locally."
        )
    return {
        "ModelName": model.model_name,
        "ExecutionRoleArn": model.execution_role_arn,
        "PrimaryContainer": containers[0],
    }


def _start(endpoint: Endpoint, record: Any) -> None:
    reason = None
    try:
        endpoint.start()
    except EndpointStopped:
        return
    except (EndpointFailed, NoLocalImplementation) as err:
        reason = str(err)
    except Exception as err:
        # The boundary of an endpoint's thread: whatever happens, whoever polls must see a final status.
        _log.exception("an endpoint broke")
        reason = f"Internal error: {type(err).__name__}: {err}"
    # While it is still Creating: from then on it may be deleted, with the files that its logs come from.
    endpoint.ship_logs()
    record.failure_reason = reason[:_FAILURE_REASON_LIMIT] if reason else None
    record.last_modified_time = utcnow()
    record.endpoint_status = "Failed" if reason else "InService"


def _remove(call: Call, record: Any, endpoints: Endpoints) -> None:
    endpoints.remove(record.arn)
    del call.backend.endpoints[record.endpoint_name]


def _in_background(work: Any, name: str) -> None:
    current_instance().threads.start(work, name=name)
