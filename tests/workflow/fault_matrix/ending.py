"""StopExecution and the execution's own timeout, at an exact moment of a run: no Catch sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from tests.patience import PATIENCE_SECONDS
from tests.workflow.conftest import Workflow
from tests.workflow.simulation.scripted import Fault, ScriptedAws, Work

End = Callable[[Any], None]


@dataclass
class Ending:
    """Ends the run that is started next by `end`, once, when it is `pulled`."""

    end: End
    execution: Any = None
    pulled: bool = False
    _known: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pull(self) -> None:
        with self._lock:
            if self.pulled:
                return
            self.pulled = True
        assert self._known.wait(PATIENCE_SECONDS)
        self.end(self.execution)

    def finish(self, workflow: Workflow, arn: str) -> dict[str, Any]:
        """The description of the started run once it has ended."""
        self.execution = workflow.execution(arn)
        self._known.set()
        return workflow.wait(arn)

    def on_entering(self, state: str, visit: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pull when the state is entered for the nth time."""
        visits = iter(range(1, 10**6))
        original = EventManager.add_event

        def add_event(manager: Any, *args: Any, **given: Any) -> Any:
            number = original(manager, *args, **given)
            details = given.get("event_details") or {}
            entered = details.get("stateEnteredEventDetails", {}).get("name")
            if entered == state and next(visits) == visit:
                self.pull()
            return number

        monkeypatch.setattr(EventManager, "add_event", add_event)

    def during(self, aws: ScriptedAws, operation: str, where: tuple[str, ...]) -> None:
        """Pull when a call has done its work, but nobody has heard of it yet."""
        aws.faults.insert(0, Fault(operation, self.after, where, times=1))

    def after(self, work: Work) -> Any:
        """Do the work of a call, then pull."""
        try:
            return work()
        finally:
            self.pull()
