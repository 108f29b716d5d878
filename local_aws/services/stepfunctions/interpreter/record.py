"""How far a program has come: what a redrive needs to know of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Record:
    """Of a workflow, of an iteration of a Map, or of a branch of a Parallel: the state that it is in.

    `parts` are the iterations or branches of that state, by their index, `map_run` the executions of a
    Distributed Map; `event_id` is the id of the event of
    the state's entry. `resumes` says that the state is to be continued rather than entered.
    """

    state: str | None = None
    event_id: int = 0
    given: Any = None
    variables: dict[str, Any] = field(default_factory=dict)
    parts: dict[int, Record] = field(default_factory=dict)
    done: bool = False
    output: Any = None
    resumes: bool = False
    keeps_parts: bool = False
    map_run: Any = None

    def enter(self, state: str, given: Any, variables: dict[str, Any]) -> None:
        # Values are never changed in place: a state's input and a variable's value are replaced.
        self.state, self.given, self.variables, self.parts = state, given, dict(variables), {}
        self.keeps_parts, self.map_run = False, None

    def go_on(self) -> None:
        """Continue the state, with its parts as they are: once, for a retry begins with none."""
        self.resumes, self.keeps_parts = False, True

    def begin_parts(self) -> None:
        if not self.keeps_parts:
            self.parts = {}
        self.keeps_parts = False

    def part(self, index: int) -> Record:
        return self.parts.setdefault(index, Record())

    def finish(self, output: Any) -> None:
        self.done, self.output = True, output

    def resumed(self) -> Record:
        """A copy to go on from. Threads of the attempt that ended may still write into the original."""
        parts = {index: part.resumed() for index, part in list(self.parts.items())}
        return Record(
            self.state,
            self.event_id,
            copy.deepcopy(self.given),
            copy.deepcopy(self.variables),
            parts,
            self.done,
            copy.deepcopy(self.output),
            resumes=not self.done and self.state is not None,
            map_run=self.map_run,
        )
