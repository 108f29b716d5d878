"""How to bring a run into any state of the workflow: found by trying, so that a new state needs no change."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.faults import SUPERSEDED
from tests.workflow.fault_matrix.matrix import (
    Case,
    cases,
    changed,
    input_of,
    prelude_of,
    steps_between,
)
from tests.workflow.simulation.functions import FOLDED, TUNED
from tests.workflow.simulation.scripted import ScriptedAws

Prepare = Callable[[ScriptedAws], None]


class Ways:
    """`entered` are the states that each tried way led a run through, in the order of the trials."""

    def __init__(self) -> None:
        self._entered: dict[str, list[str]] = {}
        self._untried = list(_ways())
        self._known: dict[str, Way] = {}
        self._tried: Counter[str] = Counter()

    def find(self, state: str, workflow: Workflow, aws: ScriptedAws) -> Way:
        """A way into the state; AWS is as new afterwards."""
        while True:
            for name, entered in self._entered.items():
                if state in entered:
                    return self._known[name]
            assert self._untried, (
                f"No fault leads into {state}: extend the vocabulary of fault_matrix/faults.py."
            )
            promising = min(self._untried, key=lambda way: self._promise(way, state))
            self._untried.remove(promising)
            self._tried[promising.place] += 1
            self._try(promising, workflow, aws)

    def _promise(self, way: Way, state: str) -> tuple[bool, int, float]:
        """Less is better: one fault at every place before a second one anywhere, near places first."""
        distance = way.distance(state)
        return math.isinf(distance), self._tried[way.place], distance

    def _try(self, way: Way, workflow: Workflow, aws: ScriptedAws) -> None:
        described = way.run(workflow, aws)
        self._known[way.name] = way
        self._entered[way.name] = workflow.entered(str(described["executionArn"]))
        aws.reset()


class Way:
    def __init__(
        self,
        name: str,
        case: Case | None = None,
        prepare: Prepare = lambda _: None,
        given: dict[str, Any] | None = None,
    ) -> None:
        self.name, self._case, self._prepare = name, case, prepare
        self.given = input_of(case.state) if case else given

    @property
    def place(self) -> str:
        return f"{self._case.state} / {self._case.position}" if self._case else self.name

    @property
    def is_undisturbed(self) -> bool:
        return self._case is None

    def distance(self, state: str) -> float:
        """Steps that the workflow file has between the fault and a state; ways without a fault come first."""
        return steps_between(self._case.state, state) if self._case else 0

    def prepare(self, aws: ScriptedAws) -> None:
        self._prepare(aws)
        for case in filter(None, (self._case, self._case and prelude_of(self._case))):
            case.kind.script(aws, case.operation, case.where)

    def start(self, workflow: Workflow) -> str:
        return workflow.start(self.given, changed(self._case) if self._case else None)

    def run(self, workflow: Workflow, aws: ScriptedAws) -> dict[str, object]:
        self.prepare(aws)
        return workflow.wait(self.start(workflow))


def _ways() -> Iterator[Way]:
    yield Way("healthy")
    yield Way("tuned", given=TUNED)
    yield Way("folded", given=FOLDED)
    yield Way("superseded", prepare=lambda aws: SUPERSEDED(aws, "", ()))
    for position in ("the run", "middle", "all", "the final model"):
        # The ends that take long in real time lead nowhere else.
        tried = [case for case in cases() if case.position == position and not case.kind.change]
        yield from (Way(str(case), case) for case in sorted(tried, key=lambda case: case.kind.survived))
