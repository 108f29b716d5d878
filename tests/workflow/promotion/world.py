"""Production as SageMaker keeps it, with the product's own functions before it, and faults on demand."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from botocore import xform_name
from botocore.response import StreamingBody

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.domain.intake.turns import Execution
from bakeoff.domain.promotion.versions import config_name, discard
from tests.fakes import InMemoryRunStore, RecordingNotifier
from tests.handlers import Loaded, load
from tests.workflow.promotion.runs import answer
from tests.workflow.simulation.clock import VirtualClock
from tests.workflow.simulation.hosting import ARN, METADATA, refused

ENDPOINT = "bakeoff-live-1a2b3c4d"
FUNCTIONS = ("TakeProduction", "ProbeProduction", "RecordProduction", "DiscardVersion")
UPDATE_SECONDS = 300
Work = Callable[[], Any]
# How an update may end; the first is as it should.
NEW, ROLLED_BACK, SILENT, MIXED, DOWN, STUCK = "new", "rolled back", "silent", "mixed", "down", "stuck"


@cache
def functions() -> dict[str, Loaded]:
    return {name: load(f"{name}Function") for name in FUNCTIONS}


@dataclass
class Fault:
    """Meets `times` calls of an operation, once so many `updates` have been asked for."""

    operation: str
    meet: Callable[[Work], Any]
    times: int = 10**6
    updates: int = 0


@dataclass
class Endpoint:
    status: str
    config: str
    pending: str | None = None
    ready: float = 0.0
    ending: str = NEW
    reason: str = ""


@dataclass
class World:
    """`endings` are those of the updates to come; `requests` counts what was asked of production all the
    while, and `unanswered` what it did not answer.
    """

    clock: VirtualClock = field(default_factory=VirtualClock)
    store: InMemoryRunStore = field(default_factory=InMemoryRunStore)
    models: dict[str, str] = field(default_factory=dict)
    configs: dict[str, str] = field(default_factory=dict)
    endpoint: Endpoint | None = None
    endings: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    wrong_by: float = 0.0
    requests: int = 0
    unanswered: int = 0

    def __post_init__(self) -> None:
        sagemaker = self.client()
        adapters: dict[str, Any] = {
            "STORE": self.store,
            "PRODUCTION": SageMakerProduction(ENDPOINT, sagemaker),
            "EXECUTIONS": self,
            "NOTIFIER": RecordingNotifier(),
            "LiveEndpoint": partial(LiveEndpoint, client=sagemaker),
        }
        self.hosting = adapters["PRODUCTION"]
        for loaded in functions().values():
            for name, adapter in adapters.items():
                if hasattr(loaded.module, name):
                    setattr(loaded.module, name, adapter)

    # ------------------------------------------------------------ time, and who asks all the while
    def pause(self, env: Any, seconds: float) -> None:
        self.clock.pause(env, seconds)
        self.ask()

    def ask(self) -> None:
        """Ten requests of somebody who needs production."""
        if self.endpoint is None or self.endpoint.status == "Creating":
            return
        self.requests += 10
        if self.serving is None:
            self.unanswered += 10

    @property
    def serving(self) -> int | None:
        """The number of the model that answers; None where nothing does."""
        self._settle()
        live = self.endpoint
        if live is None or live.status in ("Creating", "Failed", "OutOfService", "Deleting"):
            return None
        model = self.models.get(self.configs.get(live.config, ""))
        return None if model is None else int(self.store.text(model.removeprefix("s3://data-bucket/")))

    def running(self) -> list[Execution]:
        return self.executions

    # ------------------------------------------------------------ calls
    def client(self) -> Any:
        return _Client(self)

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        if operation == "invoke":
            return self._invoke(request)
        self.calls.append(operation)
        return self._met(
            operation, lambda: {**getattr(self, f"_{operation}")(request), "ResponseMetadata": METADATA}
        )

    def _met(self, operation: str, work: Work) -> Any:
        for fault in self.faults:
            is_time = len(self.updates) >= fault.updates
            if fault.operation == operation and fault.times and is_time:
                fault.times -= 1
                return fault.meet(work)
        return work()

    def _invoke(self, request: dict[str, Any]) -> dict[str, Any]:
        name = str(request["FunctionName"]).rsplit(":", 1)[-1]
        self.calls.append(name)
        payload = json.loads(request["Payload"])
        try:
            result, failed = self._met(name, lambda: _called(name, payload))
        except Crash as err:
            result, failed = {"errorMessage": str(err)}, _UNHANDLED
        body = io.BytesIO(json.dumps(result).encode())
        return {"StatusCode": 200, "Payload": body, "ResponseMetadata": METADATA, **failed}

    # ------------------------------------------------------------ SageMaker
    def _create_model(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["ModelName"]
        _require_new(name in self.models, "model", name)
        self.models[name] = request["PrimaryContainer"]["ModelDataUrl"]
        return {"ModelArn": f"{ARN}:model/{name}"}

    def _create_endpoint_config(self, request: dict[str, Any]) -> dict[str, Any]:
        name, [variant] = request["EndpointConfigName"], request["ProductionVariants"]
        _require_new(name in self.configs, "endpoint configuration", name)
        assert variant["VariantName"] == "AllTraffic"
        self.configs[name] = variant["ModelName"]
        return {"EndpointConfigArn": f"{ARN}:endpoint-config/{name}"}

    def _create_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        _require_new(self.endpoint is not None, "endpoint", ENDPOINT)
        self._require_config(request["EndpointConfigName"])
        self._begin("Creating", request["EndpointConfigName"], request["EndpointConfigName"])
        return {"EndpointArn": f"{ARN}:endpoint/{ENDPOINT}"}

    def _update_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        live = self._found()
        if live.status not in ("InService", "OutOfService"):
            raise refused("ValidationException", f'Cannot update in-progress endpoint "{ENDPOINT}".')
        self._require_config(live.config)
        self._require_config(request["EndpointConfigName"])
        self.updates.append(request)
        self._begin("Updating", live.config, request["EndpointConfigName"])
        return {"EndpointArn": f"{ARN}:endpoint/{ENDPOINT}"}

    def _begin(self, status: str, config: str, pending: str) -> None:
        ending = self.endings.pop(0) if self.endings else NEW
        self.endpoint = Endpoint(status, config, pending, self.clock.now + UPDATE_SECONDS, ending)

    def begin_update(self, config: str) -> None:
        """Somebody else's."""
        self._update_endpoint({"EndpointConfigName": config})

    def _require_config(self, name: str) -> None:
        if name not in self.configs:
            raise refused("ValidationException", f'Could not find endpoint configuration "{name}".')

    def _describe_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        self.ask()
        live = self._found()
        pending = {"PendingDeploymentSummary": {"EndpointConfigName": live.pending}} if live.pending else {}
        return {
            "EndpointName": ENDPOINT,
            "EndpointStatus": live.status,
            "EndpointConfigName": live.config,
            **({"FailureReason": live.reason} if live.reason else {}),
            **pending,
        }

    def _found(self) -> Endpoint:
        self._settle()
        if self.endpoint is None:
            raise refused("ValidationException", f'Could not find endpoint "{ENDPOINT}".')
        return self.endpoint

    def _settle(self) -> None:
        """Whatever is under way ends when its time has come."""
        live = self.endpoint
        if live is None or not live.ready or self.clock.now < live.ready or live.ending == STUCK:
            return
        if live.status == "Deleting":
            self.endpoint = None
            return
        was_created = live.status == "Creating"
        live.status, live.ready = "InService", 0.0
        if live.ending == NEW:
            live.config = live.pending or live.config
        elif was_created or live.ending == DOWN:
            live.status, live.reason = "Failed", "The container did not answer."
        elif live.ending == MIXED:
            live.status, live.reason = "UpdateRollbackFailed", "The rollback failed."
        elif live.ending == ROLLED_BACK:
            live.reason = "An alarm went off: ProductionFails."
        live.pending = None

    def _delete_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        live = self._found()
        if live.status in ("Creating", "Updating", "Deleting"):
            raise refused("ValidationException", f'Cannot update in-progress endpoint "{ENDPOINT}".')
        live.status, live.ready, live.ending = "Deleting", self.clock.now + 30, NEW
        return {}

    def _delete_endpoint_config(self, request: dict[str, Any]) -> dict[str, Any]:
        self.configs.pop(request["EndpointConfigName"], None)
        return {}

    def _delete_model(self, request: dict[str, Any]) -> dict[str, Any]:
        self.models.pop(request["ModelName"], None)
        return {}

    def _list_endpoint_configs(self, request: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in reversed(self.configs) if request["NameContains"] in name]
        return {"EndpointConfigs": [{"EndpointConfigName": name} for name in names]}

    def _invoke_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        factor = self.serving
        if factor is None:
            raise refused("ValidationError", "The endpoint is not in service.")
        rows = request["Body"].decode().splitlines()
        scores = [{"score": answer(factor, row) * (1 + self.wrong_by)} for row in rows]
        body = json.dumps({"predictions": scores}).encode()
        return {"Body": StreamingBody(io.BytesIO(body), len(body))}

    # ------------------------------------------------------------ what the event of a bad end brings about
    def look_after(self, execution: str) -> None:
        for _ in range(20):
            self.clock.pause(None, 120)
            if discard(self.hosting, self.store, config_name(ENDPOINT, execution), unwanted=False):
                return


class Crash(Exception):
    """What Lambda knows no name for."""


_UNHANDLED = {"FunctionError": "Unhandled"}


def _called(name: str, payload: Any) -> tuple[Any, dict[str, str]]:
    try:
        return json.loads(json.dumps(functions()[name](payload))), {}
    except Exception as err:
        # The boundary of a Lambda function: whatever it raises is reported by its name.
        return {"errorType": type(err).__name__, "errorMessage": str(err)}, _UNHANDLED


def _require_new(is_there: bool, noun: str, name: str) -> None:
    if is_there:
        raise refused("ValidationException", f'Cannot create already existing {noun} "{name}".')


@dataclass(frozen=True)
class _Client:
    world: World

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self.world.call(xform_name(operation), parameters)

    def get_paginator(self, operation: str) -> _Pages:
        return _Pages(self.world, operation)


@dataclass(frozen=True)
class _Pages:
    world: World
    operation: str

    def paginate(self, **parameters: Any) -> list[Any]:
        return [self.world.call(self.operation, parameters)]


def started(name: str, second: int) -> Execution:
    return Execution(name, datetime(2026, 11, 30, 10, 0, second, tzinfo=UTC))
