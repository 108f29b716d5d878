"""Production as SageMaker keeps it, simulated: an update lasts as long as there, and no test waits."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.response import StreamingBody

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.domain.intake.turns import Execution
from tests.fakes import InMemoryRunStore, RecordingNotifier
from tests.workflow.promotion.calls import (
    DOWN,
    ENDPOINT,
    MIXED,
    NEW,
    ROLLED_BACK,
    STUCK,
    Calls,
    Client,
    looked_after,
)
from tests.workflow.promotion.runs import answer, put_run
from tests.workflow.simulation.clock import VirtualClock
from tests.workflow.simulation.hosting import ARN, METADATA, refused

UPDATE_SECONDS = 300


@dataclass
class Endpoint:
    """`model` answers, whatever becomes of the configuration that named it."""

    status: str
    config: str
    model: str
    pending: str | None = None
    ready: float = 0.0
    ending: str = NEW
    reason: str = ""


@dataclass
class World(Calls):
    """`requests` counts what was asked of production, and `unanswered` what it did not answer."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    store: InMemoryRunStore = field(default_factory=InMemoryRunStore)
    models: dict[str, str] = field(default_factory=dict)
    configs: dict[str, str] = field(default_factory=dict)
    endpoint: Endpoint | None = None
    executions: list[Execution] = field(default_factory=list)
    ended_badly: list[str] = field(default_factory=list)
    # To which somebody has scaled the endpoint; 0: it does not say.
    instances: int = 0
    requests: int = 0
    unanswered: int = 0

    def __post_init__(self) -> None:
        sagemaker: Any = Client(self.answer)
        adapters: dict[str, Any] = {
            "STORE": self.store,
            "PRODUCTION": SageMakerProduction(ENDPOINT, sagemaker),
            "EXECUTIONS": self,
            "NOTIFIER": RecordingNotifier(),
            "LiveEndpoint": partial(LiveEndpoint, client=sagemaker),
        }
        self.hosting = adapters["PRODUCTION"]
        self.connect(adapters)

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
        model = self.models.get(live.model)
        return None if model is None else int(self.store.text(model.removeprefix("s3://data-bucket/")))

    def live(self) -> str | None:
        return self.endpoint.config if self.endpoint else None

    def put_run(self, factor: int, champion: str | None) -> str:
        return put_run(self.store, factor, champion)

    def running(self) -> list[Execution]:
        return self.executions

    def unsuccessful(self) -> list[str]:
        return self.ended_badly

    # ------------------------------------------------------------ SageMaker
    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        return {**getattr(self, f"_{operation}")(request), "ResponseMetadata": METADATA}

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
        model = self.endpoint.model if self.endpoint else self.configs[config]
        self.endpoint = Endpoint(status, config, model, pending, self.clock.now + UPDATE_SECONDS, ending)

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
            "ProductionVariants": [{"CurrentInstanceCount": self.instances}],
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
            live.model = self.configs[live.config]
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

    # ------------------------------------------------------------ others, and the event of a bad end
    def update_by_others(self) -> None:
        """Somebody updates production, which SageMaker takes back."""
        assert self.endpoint
        self.endings.append(ROLLED_BACK)
        self.begin_update(self.endpoint.config)

    def update_for_ever(self) -> None:
        assert self.endpoint
        self.endings.append(STUCK)
        self.begin_update(self.endpoint.config)

    def heal(self) -> None:
        super().heal()
        if self.endpoint and self.endpoint.ending == STUCK:
            self.endpoint.ending = NEW

    def lose_config(self) -> None:
        """Somebody deletes the configuration that production serves with."""
        assert self.endpoint
        self.lost.add(self.endpoint.config)
        del self.configs[self.endpoint.config]

    def look_after(self, ended: dict[str, Any]) -> None:
        for _ in range(20):
            self.clock.pause(None, 120)
            if looked_after(ended):
                return


def _require_new(is_there: bool, noun: str, name: str) -> None:
    if is_there:
        raise refused("ValidationException", f'Cannot create already existing {noun} "{name}".')


def started(name: str, second: int) -> Execution:
    return Execution(name, datetime(2026, 11, 30, 10, 0, second, tzinfo=UTC))
