"""A run that asks for its turn, and whom it can ask about the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bakeoff.domain.intake.data_sets import DATA_SET
from bakeoff.domain.ports import ObjectReader, StoredObject

NO_SETTINGS = frozenset({"trigger", DATA_SET, "Comment", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"})
"""What an execution's input may hold without asking for another comparison than the stack's."""


@dataclass(frozen=True)
class Execution:
    """A run that goes on."""

    run_id: str
    started: datetime


@dataclass(frozen=True)
class KnownRun:
    """What a run was started with (None: nobody can read it), and whether it ended without a result."""

    execution_input: Any
    has_failed: bool

    @property
    def serves_uploads(self) -> bool:
        return not self.has_failed and not has_own_settings(self.execution_input)


class Executions(Protocol):
    """What Step Functions says of the runs; it may be some seconds old."""

    def running(self) -> list[Execution]: ...

    def succeeded(self) -> Iterable[str]:
        """The runs that ended well, the latest start first; only as many as a late event may be about."""

    def known(self, run_id: str) -> KnownRun | None:
        """None when there is no such run, or not yet."""


class TurnStore(ObjectReader, Protocol):
    """What of the data bucket decides about turns; see `domain.ports.RunStore`."""

    def list_inputs(self) -> list[StoredObject]: ...

    def upload_moments(self) -> Iterable[tuple[str, datetime]]:
        """When each revision under Inputs/ was made, by its key; those included that were replaced since."""


@dataclass(frozen=True)
class Asking:
    """A run that asks for its turn: it `started` then, and it is `now`, by the asking function's clock."""

    run_id: str
    execution_input: Any
    started: datetime
    now: datetime

    @property
    def waited_seconds(self) -> float:
        return (self.now - self.started).total_seconds()

    @property
    def upload(self) -> Mapping[str, str] | None:
        """The upload that started the run; None for a run that a person started and wants to see."""
        if has_own_settings(self.execution_input):
            return None
        upload = self.execution_input.get("trigger")
        if not isinstance(upload, dict):
            return None
        named = all(isinstance(upload.get(name), str) for name in ("key", "version_id"))
        return upload if named else None


def has_own_settings(execution_input: Any) -> bool:
    """Whether a run compares otherwise than its stack does (or not at all, when its input is no object); it
    then neither serves nor is served.
    """
    return not isinstance(execution_input, dict) or not execution_input.keys() <= NO_SETTINGS
