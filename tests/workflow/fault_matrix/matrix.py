"""The fault matrix: every Task of the workflow file, every way it can end, at every position in the Map.

Everything is told from the workflow file, so that a new state is covered by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bakeoff.domain.run.files import FINAL
from local_aws.services.stepfunctions.validation.transitions import targets
from tests.template import WORKFLOW, states_of
from tests.workflow.fault_matrix.faults import NEED_AN_ENDPOINT, Kind, kinds_of, operation_of
from tests.workflow.simulation.functions import FOLDED, TUNED, functions
from tests.workflow.simulation.scripted import CANDIDATES

STATES: dict[str, dict[str, Any]] = dict(states_of(WORKFLOW))
IN_THE_MAP = {
    name
    for state in WORKFLOW["States"].values()
    if "ItemProcessor" in state
    for name, _ in states_of(state["ItemProcessor"])
}
# By default no run enters it (tests/workflow/promotion/test_handover.py).
ONLY_WITH_PROMOTION = {"Register model"}
POSITIONS: Mapping[str, tuple[str, ...]] = {
    "first": CANDIDATES[:1],
    "middle": CANDIDATES[1:-1],
    "last": CANDIDATES[-1:],
    "all": CANDIDATES,
}
OUTSIDE: Mapping[str, tuple[str, ...]] = {"the run": ()}
OF_THE_FINAL_MODEL: Mapping[str, tuple[str, ...]] = {"the final model": (FINAL,)}


@dataclass(frozen=True)
class Case:
    """One fault: `where` names the candidates that meet it, or the final model; of the run itself, it is
    empty.
    """

    state: str
    kind: Kind
    position: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.state} / {self.kind.name} / {self.position}"

    @property
    def operation(self) -> str:
        return operation_of(STATES[self.state])


def tasks() -> Iterator[str]:
    return (
        name for name, state in STATES.items() if state["Type"] == "Task" and name not in ONLY_WITH_PROMOTION
    )


def cases() -> list[Case]:
    return [
        Case(state, kind, position, where)
        for state in tasks()
        for kind in kinds_of(STATES[state], functions())
        if state in IN_THE_MAP or kind not in NEED_AN_ENDPOINT
        for position, where in positions_of(state).items()
    ]


def positions_of(state: str) -> dict[str, tuple[str, ...]]:
    if state in IN_THE_MAP:
        return dict(POSITIONS)
    return dict(OF_THE_FINAL_MODEL if state in ONLY_WITH_FOLDS else OUTSIDE)


def stop(execution: Any) -> None:
    """StopExecution."""
    execution.stop(datetime.now(UTC), None, "Somebody pressed the button.")


def time_out(execution: Any) -> None:
    """What the interpreter does when the execution's TimeoutSeconds are over."""
    execution.exec_worker.env.set_timed_out()


ENDS = {"StopExecution": stop, "timeout": time_out}


@dataclass(frozen=True)
class EndCase:
    """An end of the whole execution that no Catch sees, at a moment of a state."""

    state: str
    end: str
    moment: str

    def __str__(self) -> str:
        return f"{self.state} / {self.end} {self.moment}"


def end_cases() -> list[EndCase]:
    return [
        EndCase(state, end, moment)
        for state in STATES
        if state not in ONLY_WITH_PROMOTION
        for end in ENDS
        for moment in moments_of(STATES[state])
    ]


def moments_of(state: Mapping[str, Any]) -> Iterator[str]:
    yield "on entering"
    if state["Type"] == "Task":
        yield "unheard"
        if state["Resource"].endswith(".sync"):
            yield "while the job runs"


def changed(case: Case) -> Callable[[dict[str, Any]], None]:
    """The workflow with what a fault alters in its state."""

    def change(machine: dict[str, Any]) -> None:
        if case.kind.change:
            case.kind.change(dict(states_of(machine))[case.state], case.where)

    return change


def prelude_of(case: Case) -> Case | None:
    """The failure that leads to a Task which no healthy run enters; None for the others."""
    if case.state in healthy_tasks():
        return None
    for name in healthy_tasks():
        leads = case.state in after_a_failure_of(name)
        if leads and (name in IN_THE_MAP - ONLY_IF_TUNED or case.state in ONLY_WITH_FOLDS):
            [denied] = [kind for kind in kinds_of(STATES[name], functions()) if kind.name == "access denied"]
            return Case(name, denied, case.position, case.where)
    raise LookupError(f"No failure of a Task leads to {case.state}.")


def input_of(state: str) -> dict[str, Any] | None:
    """The input of an execution that comes by a state; None for the usual one."""
    if state in ONLY_WITH_FOLDS:
        return FOLDED
    return TUNED if state in ONLY_IF_TUNED else None


def healthy_tasks() -> list[str]:
    """The Tasks that an undisturbed run enters: those that no Catch is needed for."""
    return [name for name in tasks() if name not in _ONLY_AFTER_FAILURES]


def after_a_failure_of(name: str) -> set[str]:
    """The Tasks that a Catch of this one leads to first."""
    return {task for catch in STATES[name].get("Catch", []) for task in _first_tasks(catch["Next"], set())}


def _first_tasks(name: str, seen: set[str]) -> set[str]:
    if name in seen:
        return set()
    seen.add(name)
    state = STATES[name]
    if state["Type"] == "Task":
        return {name}
    return {task for following in targets(without_catch(state)) for task in _first_tasks(following, seen)}


def steps_between(first: str, last: str) -> float:
    """The fewest transitions from one state to another, by caught errors, too; infinite without a way."""
    reached, steps = {first}, 0
    while last not in reached:
        following = reached | {name for each in reached for name in targets(STATES[each])}
        if following == reached:
            return math.inf
        reached, steps = following, steps + 1
    return steps


def without_catch(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != "Catch"}


def _undisturbed() -> set[str]:
    """Tasks that lead to each other by Next alone, from the start of each machine."""
    found: set[str] = set()
    for machine in (
        WORKFLOW,
        *(state["ItemProcessor"] for state in STATES.values() if "ItemProcessor" in state),
    ):
        found |= _way_from(machine["StartAt"], machine["States"])
    return found


def _way_from(start: str, states: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    name: str | None = start
    while name and name not in found:
        found.add(name)
        name = _healthy_way(states[name])
    return found


def _healthy_way(state: Mapping[str, Any]) -> str | None:
    """Where a state leads when all is well: a Choice's first way comes first in the file for that reason."""
    if state["Type"] == "Choice":
        return str(state["Choices"][0]["Next"])
    return state.get("Next")


def _beyond(first: str) -> set[str]:
    """The states that one leads to, by failures, too, as far as no undisturbed run enters them."""
    found, waiting = set[str](), [first]
    while waiting:
        name = waiting.pop()
        if name not in found | _undisturbed() and STATES[name]["Type"] not in ("Fail", "Succeed"):
            found.add(name)
            waiting += targets(STATES[name])
    return found


# A Choice's other way, which is no failure.
ONLY_IF_TUNED = _way_from("Tune model", STATES) - _undisturbed()
ONLY_WITH_FOLDS = _beyond("Train final model")
_OTHER_WAYS = ONLY_IF_TUNED | (_way_from("Train final model", STATES) - _undisturbed())
_ONLY_AFTER_FAILURES = {name for name in tasks() if name not in _undisturbed() | _OTHER_WAYS}
