"""What a promotion asks of AWS: faults meet its calls, and its functions run in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore import xform_name

from bakeoff.domain.errors import SweepIncomplete
from tests.handlers import Loaded, load
from tests.workflow.simulation.hosting import METADATA

ENDPOINT = "bakeoff-live-1a2b3c4d"
FUNCTIONS = ("TakeProduction", "ProbeProduction", "RecordProduction", "PublishHistory", "DiscardVersion")
Work = Callable[[], Any]
# How an update may end; the first is as it should.
NEW, ROLLED_BACK, SILENT, MIXED, DOWN, STUCK = "new", "rolled back", "silent", "mixed", "down", "stuck"


@cache
def functions() -> dict[str, Loaded]:
    return {name: load(f"{name}Function") for name in FUNCTIONS}


_ENDED = {"detail-type": "Step Functions Execution Status Change"}


def looked_after(ended: dict[str, Any]) -> bool:
    """What the event of an execution that did not succeed brings about; False: Lambda tries again."""
    try:
        return bool(functions()["DiscardVersion"]({**_ENDED, "detail": {"name": ended["name"]}})["discarded"])
    except SweepIncomplete:
        return False


def sweep() -> bool:
    """What the schedule brings about; whether nothing is left."""
    return bool(functions()["DiscardVersion"]({"detail-type": "Scheduled Event"})["discarded"])


@dataclass
class Fault:
    """Meets `times` calls of an operation by the workflow, once so many `updates` have been asked for; `met`
    counts them.
    """

    operation: str
    meet: Callable[[Work], Any]
    times: int = 10**6
    updates: int = 0
    met: int = 0


@dataclass
class Calls:
    """Production, and what may befall it.

    `calls` are the workflow's own, in their order, and `updates` those of the endpoint that arrived;
    `endings` are how those to come end. What a candidate answers differs by the share `wrong_by` from what
    was judged.
    """

    faults: list[Fault] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    wrong_by: float = 0.0
    # The configurations that somebody deleted.
    lost: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    def client(self) -> Any:
        """A boto3 client as which the workflow calls whatever service."""
        return Client(self._call)

    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        """What SageMaker answers, without faults."""
        raise NotImplementedError

    def live(self) -> str | None:
        """The configuration that the endpoint serves with; None where there is none."""
        raise NotImplementedError

    def put_run(self, factor: int, champion: str | None) -> str:
        """A run that promotes model `factor` if the configuration `champion` is live."""
        raise NotImplementedError

    def serve_as(self, state_machine: str) -> None:
        """The functions are those of promotions of this state machine from now on."""

    def update_by_others(self) -> None:
        """Somebody updates production, which takes a while, and ends as it began."""
        raise NotImplementedError

    def update_for_ever(self) -> None:
        """Somebody updates production until `heal`."""
        raise NotImplementedError

    def lose_config(self) -> None:
        """Somebody deletes the configuration that production serves with."""
        raise NotImplementedError

    def connect(self, adapters: Mapping[str, Any]) -> None:
        """Give the functions their adapters, by the names that their modules have for them."""
        for loaded in functions().values():
            for name, adapter in adapters.items():
                if hasattr(loaded.module, name):
                    setattr(loaded.module, name, adapter)

    def heal(self) -> None:
        """From now on nothing befalls it."""
        self.faults.clear()
        self.endings.clear()
        self.wrong_by = 0.0

    def _call(self, operation: str, request: dict[str, Any]) -> Any:
        if operation == "invoke":
            return self._invoke(request)
        self.calls.append(operation)
        return self._met(operation, lambda: self.answer(operation, request))

    def _met(self, operation: str, work: Work) -> Any:
        for fault in self.faults:
            is_time = len(self.updates) >= fault.updates
            if fault.operation == operation and fault.met < fault.times and is_time:
                fault.met += 1
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


class Crash(Exception):
    """What Lambda knows no name for."""


_UNHANDLED = {"FunctionError": "Unhandled"}


def _called(name: str, payload: Any) -> tuple[Any, dict[str, str]]:
    try:
        return json.loads(json.dumps(functions()[name](payload))), {}
    except Exception as err:
        # The boundary of a Lambda function: whatever it raises is reported by its name.
        return {"errorType": type(err).__name__, "errorMessage": str(err)}, _UNHANDLED


@dataclass(frozen=True)
class Client:
    """Has every operation, which `call` answers: (its name, the request)."""

    call: Callable[[str, dict[str, Any]], Any]

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self.call(xform_name(operation), parameters)

    def get_paginator(self, operation: str) -> Pages:
        return Pages(self.call, operation)


@dataclass(frozen=True)
class Pages:
    call: Callable[[str, dict[str, Any]], Any]
    operation: str

    def paginate(self, **parameters: Any) -> list[Any]:
        return [self.call(self.operation, parameters)]
