"""What SageMaker and Step Functions say of a run that has gone on: jobs, and the steps of its executions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol

from bakeoff.domain.cost.prices import Kind


@dataclass(frozen=True)
class Job:
    """A job of a run, in whatever state: AWS bills at least `low` and at most `high` seconds of each of its
    `instances`. With `own_disks` the instance type has disks of its own, and perhaps nothing else is billed.
    """

    kind: Kind
    name: str
    instance_type: str
    instances: int
    volume_gb: int
    low: Decimal
    high: Decimal
    basis: str
    own_disks: bool = False


class StepKind(Enum):
    """`BEGUN` and `ENDED` are one try of a Task each; `REFUSED` is the end of one of a function that nothing
    came of, because as many run as may.
    """

    ENTERED = "entered"
    BEGUN = "begun"
    ENDED = "ended"
    REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    """Something that happened in a state of an execution."""

    at: datetime
    kind: StepKind
    state: str


@dataclass(frozen=True)
class Deployed:
    """What an execution of a candidate deploys: the endpoint's name and instance type."""

    name: str
    instance_type: str


@dataclass(frozen=True)
class Execution:
    """The steps of one execution, oldest first; `deployed` is None of the run's own."""

    steps: Sequence[Step]
    deployed: Deployed | None = None


def seconds_between(start: datetime | None, end: datetime) -> Decimal:
    """To a thousandth, never negative; 0 of what never started."""
    if start is None:
        return Decimal(0)
    return max(Decimal(0), Decimal(round((end - start).total_seconds() * 1000)) / 1000)


class Measures(Protocol):
    """Raises AccessDenied, ServiceUnavailable or ServiceError when AWS refuses."""

    def jobs(self, prefix: str) -> list[Job]:
        """All jobs whose names begin so, also those that failed, were stopped, or go on."""

    def executions(self, run_id: str) -> list[Execution]:
        """The run's own, then its candidates'; empty when Step Functions does not know the run."""
