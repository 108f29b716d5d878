"""What can befall a promotion: every Task of the workflow file, and ways in which its call can end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from botocore.exceptions import ConnectionClosedError

from local_aws.core.yaml_loader import SafeLoader
from tests.template import PROJECT
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.faults import operation_of
from tests.workflow.fault_matrix.matrix import ENDS, moments_of
from tests.workflow.promotion.calls import SILENT, Calls, Crash, Fault, Work
from tests.workflow.simulation.hosting import refused

_TEXT = (PROJECT / "statemachine" / "promotion.asl.yaml").read_text("utf-8")
STATES: dict[str, dict[str, Any]] = yaml.load(_TEXT, SafeLoader)["States"]
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]
# No promotion of a new model enters it.
REPEATED = "Already live"
# Where others update production for ever, which takes too long to be waited for.
BUSY_FOR_EVER = "Production stays busy"
# What leads a promotion of model 2, over model 1, into a state that it does not enter otherwise.
Prepare = Callable[[Calls], None]


def _raising(error: Exception) -> Callable[[Work], Any]:
    def meet(work: Work) -> Any:
        # The same one again would carry the traceback of the time before.
        raise error.with_traceback(None)

    return meet


THROTTLED = refused("ThrottlingException", "Rate exceeded")
BUSY_FUNCTION = refused("TooManyRequestsException", "Rate exceeded", 429)
DENIED = refused("AccessDeniedException", "not authorized")


def _mismatch(world: Calls) -> None:
    world.wrong_by = 0.5


def _update_ends(how: str) -> Prepare:
    return lambda world: world.endings.append(how)


def _model_lost(world: Calls) -> None:
    world.faults.append(Fault("create_model", _losing, times=1))


def _no_way_back(world: Calls) -> None:
    _mismatch(world)
    world.faults.append(Fault("update_endpoint", _raising(DENIED), updates=1))


def _losing(work: Work) -> Any:
    work()
    raise ConnectionClosedError(endpoint_url="https://api.sagemaker")


_BACK = ("Undo", "Roll back", "Await way back", "Check way back", "Back?")
_UNDONE = ("Anything to discard?", "Discard version", "Discarded?", "Promotion failed")
PREPARED: dict[str, Prepare] = {
    **dict.fromkeys((*_BACK, *_UNDONE), _mismatch),
    "Not deployed": _update_ends(SILENT),
    "Way back failed": _no_way_back,
    BUSY_FOR_EVER: lambda world: world.update_for_ever(),
    "Restore config": lambda world: world.lose_config(),
    "Wait for production": lambda world: world.update_by_others(),
    "Made already?": _model_lost,
}
# Entered in other circumstances, each of which has a test of its own.
FIRST_ONLY = ("Create production endpoint", "Wait to discard")
# With nothing in production, where a first promotion can be stopped.
OF_A_FIRST = (*FIRST_ONLY, "Await endpoint", "Check endpoint")
OF_AN_UPDATE = [name for name in STATES if name not in (*FIRST_ONLY, REPEATED, BUSY_FOR_EVER)]
# The states on entering which an execution ends, and how.
SIMULATED = ({*OF_AN_UPDATE, *OF_A_FIRST, REPEATED, BUSY_FOR_EVER}, tuple(ENDS))
HOSTED = ({*OF_AN_UPDATE, *OF_A_FIRST, REPEATED}, ("StopExecution",))
# Whose refusals are waited out, because the endpoint may tell another story.
_PATIENT = ("Update endpoint", "Roll back", "Check way back")


def moments(states: Iterable[str]) -> list[tuple[str, str]]:
    """Each state with each moment at which an execution ends there."""
    return [(state, moment) for state in states for moment in moments_of(STATES[state])]


def end_at(ending: Ending, state: str, moment: str, world: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    if moment == "on entering":
        ending.on_entering(state, 1, monkeypatch)
    else:
        world.faults.append(Fault(operation_of(STATES[state]), ending.after, 1, _updates(state)))


def _updates(state: str) -> int:
    """How many updates come before a state's call, which is not the first one of its name."""
    return {"Roll back": 1, "Check way back": 2}.get(state, 0)


def prepare(state: str, world: Calls) -> None:
    if state in PREPARED:
        PREPARED[state](world)


@dataclass(frozen=True)
class Kind:
    """How a call ends; `survived`: the promotion goes on as if nothing had happened."""

    name: str
    meet: Callable[[Work], Any]
    times: int = 10**6
    survived: bool = False


@dataclass(frozen=True)
class Case:
    state: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.state} / {self.kind.name}"

    @property
    def operation(self) -> str:
        return operation_of(STATES[self.state])

    def prepare(self, world: Calls) -> None:
        prepare(self.state, world)
        world.faults.append(Fault(self.operation, self.kind.meet, self.kind.times, _updates(self.state)))

    def is_met(self, world: Calls) -> bool:
        return any(fault.met and fault.meet is self.kind.meet for fault in world.faults)

    @property
    def ends_at_a_deadline(self) -> bool:
        return self.state in _PATIENT and not self.kind.survived


OF_SAGEMAKER = (
    Kind("throttled once", _raising(THROTTLED), times=1, survived=True),
    Kind("throttled for good", _raising(THROTTLED)),
    Kind("refused as invalid", _raising(refused("ValidationException", "1 validation error detected"))),
    Kind("access denied", _raising(DENIED)),
    Kind("quota of the account", _raising(refused("ResourceLimitExceeded", "The quota is used up"))),
    Kind("answer lost once", _losing, times=1, survived=True),
)
OF_FUNCTIONS = (
    Kind("throttled once", _raising(BUSY_FUNCTION), times=1, survived=True),
    Kind("throttled for good", _raising(BUSY_FUNCTION)),
    Kind("crashes", _raising(Crash("Runtime exited"))),
    Kind("answer lost once", _losing, times=1, survived=True),
)


def cases() -> Iterator[Case]:
    for state in TASKS:
        is_function = "lambda:invoke" in STATES[state]["Resource"]
        for kind in OF_FUNCTIONS if is_function else OF_SAGEMAKER:
            yield Case(state, kind)
