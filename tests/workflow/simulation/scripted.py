"""AWS as the workflow meets it: SageMaker in memory, the product's own functions, and faults on demand."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from tests.fakes import InMemoryRunStore
from tests.workflow.simulation.clock import VirtualClock
from tests.workflow.simulation.durations import NO_TIME, Durations
from tests.workflow.simulation.functions import CANDIDATES, Functions
from tests.workflow.simulation.hosting import METADATA, SageMaker, candidate_of, refused, unit_of

if TYPE_CHECKING:
    from tests.workflow.conftest import Workflow

_NAMES = (
    "HyperParameterTuningJobName",
    "TrainingJobName",
    "ProcessingJobName",
    "EndpointName",
    "EndpointConfigName",
    "ModelName",
)
Work = Callable[[], Any]
__all__ = ["CANDIDATES", "Fault", "FunctionFailed", "ScriptedAws", "refused"]


class FunctionFailed(Exception):
    """A function's exception, as Lambda reports it; a `kind` of None is what Lambda knows no name for."""

    def __init__(self, kind: str | None, message: str) -> None:
        super().__init__(message)
        self.payload = {**({"errorType": kind} if kind else {}), "errorMessage": message}


@dataclass
class Fault:
    """Meets the first `times` calls of `operation` for the candidates or units `where` (all, when empty).

    `operation` is a boto3 method (create_model), that of a function (function:delete_model), or a function
    (ScoreCandidate). `meet` gets the work that the call stands for: it may raise instead of doing it, raise
    after doing it, or answer otherwise.
    """

    operation: str
    meet: Callable[[Work], Any]
    where: tuple[str, ...] = ()
    times: int = 10**6

    @classmethod
    def raising(cls, operation: str, error: Exception, *where: str, times: int = 10**6) -> Fault:
        def meet(work: Work) -> Any:
            raise error

        return cls(operation, meet, where, times)


class ScriptedAws:
    """Healthy by default; `faults` and the scripts of `sagemaker` make it otherwise."""

    def __init__(self, functions: Functions) -> None:
        self.clock = VirtualClock()
        self.durations = NO_TIME
        # Whose histories tell what runs cost; nobody can ask without one.
        self.workflow: Workflow | None = None
        self._functions = functions
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the time, and how long things take."""
        self.store = InMemoryRunStore(now=lambda: self.clock.moment)
        # As many as a few folds take: each run plans anew by them.
        self.upload(200)
        self.sagemaker = SageMaker(self.store, self.clock, durations=self.durations)
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, str]] = []
        self.payloads: dict[str, list[Any]] = {}
        # What Take turn answers; whose turn it is has tests of its own (tests/workflow/test_bursts.py).
        self.turns: list[dict[str, Any]] = []
        self.take_turn: Callable[[Any], dict[str, Any]] = self._scripted_turn
        self._functions.connect(self)

    def upload(self, rows: int) -> None:
        """Data of so many rows."""
        lines = (f"{row % 7},{37 * row % 601},{row % 13}\n" for row in range(rows))
        self.store.put("Inputs/data.csv", "".join(lines).encode())

    def take(self, durations: Durations) -> None:
        """From now on, things take so long."""
        self.durations = self.sagemaker.durations = durations

    @property
    def live(self) -> set[tuple[str, str]]:
        return self.sagemaker.live

    def client(self, caller: str = "") -> Any:
        """A boto3 client of any service; `caller` stands before the operation in faults that meet only it."""
        return _Client(self, caller)

    def names(self, operation: str) -> list[str]:
        """The names with which an operation was called, as far as they tell the run's things apart."""
        return [name for called, name in self.calls if called == operation]

    def candidates(self, operation: str) -> list[str]:
        return [candidate_of(name) for name in self.names(operation)]

    def call(self, operation: str, parameters: dict[str, Any], caller: str = "") -> dict[str, Any]:
        if operation == "invoke":
            return self._invoke(parameters)
        if operation == "get_object":
            return self._get_object(parameters["Key"])
        name = _name_of(parameters)
        self._record(operation, name)
        answer: dict[str, Any] = self._meet(
            caller + operation, _places(name), lambda: self.sagemaker.call(operation, parameters)
        )
        return answer

    def _get_object(self, key: str) -> dict[str, Any]:
        """What the workflow itself reads."""
        self._record("get_object", key)
        return {"Body": io.BytesIO(self._meet("get_object", set(), lambda: self.store.text(key)).encode())}

    def _invoke(self, parameters: dict[str, Any]) -> dict[str, Any]:
        function = str(parameters["FunctionName"]).rsplit(":", 1)[-1]
        payload = json.loads(parameters["Payload"])
        self._record(function, function)
        with self._lock:
            self.payloads.setdefault(function, []).append(payload)
        try:
            result, failed = (
                self._meet(function, _places_in(payload), lambda: self._run(function, payload)),
                {},
            )
        except FunctionFailed as err:
            result, failed = err.payload, {"FunctionError": "Unhandled"}
        if seconds := self.durations.of(function, function):
            self.clock.pause(None, seconds)
        body = io.BytesIO(json.dumps(result).encode())
        return {"StatusCode": 200, "Payload": body, "ResponseMetadata": METADATA, **failed}

    def _run(self, function: str, payload: Any) -> Any:
        if function == "TakeTurn":
            return self.take_turn(payload)
        try:
            return json.loads(json.dumps(self._functions.invoke(function, payload)))
        except Exception as err:
            # The boundary of a Lambda function: whatever it raises is reported by its name.
            raise FunctionFailed(type(err).__name__, str(err)) from err

    def _scripted_turn(self, payload: Any) -> dict[str, Any]:
        return self.turns.pop(0) if self.turns else {"turn": "ours"}

    def _record(self, operation: str, name: str) -> None:
        with self._lock:
            self.calls.append((operation, name))

    def _meet(self, operation: str, places: set[str], work: Work) -> Any:
        fault = self._fault(operation, places)
        return work() if fault is None else fault.meet(work)

    def _fault(self, operation: str, places: set[str]) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                is_there = not fault.where or places & set(fault.where)
                if fault.operation == operation and fault.times and is_there:
                    fault.times -= 1
                    return fault
        return None


@dataclass(frozen=True)
class _Client:
    aws: ScriptedAws
    caller: str

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self.aws.call(xform_name(operation), parameters, self.caller)

    def get_paginator(self, operation: str) -> _Pages:
        return _Pages(self.aws, operation, self.caller)


@dataclass(frozen=True)
class _Pages:
    """A paginator whose answer is one page."""

    aws: ScriptedAws
    operation: str
    caller: str

    def paginate(self, PaginationConfig: Any = None, **parameters: Any) -> list[dict[str, Any]]:
        return [self.aws.call(self.operation, parameters, self.caller)]


def _name_of(parameters: dict[str, Any]) -> str:
    keys = (
        "HyperParameterTuningJobName",
        "TrainingJobName",
        "ProcessingJobName",
        "EndpointName",
        "EndpointConfigName",
        "ModelName",
    )
    return next((str(parameters[key]) for key in keys if key in parameters), "")


def _places(name: str) -> set[str]:
    return {candidate_of(name), unit_of(name)}


def _places_in(payload: Any) -> set[str]:
    if "candidate" in payload:
        name, fold = payload["candidate"]["name"], payload["candidate"]["fold"]
        return {name, f"f{fold}-{name}"}
    return _places(payload["resource_name"]) if "resource_name" in payload else set()
