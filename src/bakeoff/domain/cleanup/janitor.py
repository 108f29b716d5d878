"""Giving back what runs that were aborted, timed out or failed left in SageMaker.

Only the workflow's own Catch is sure to know what it made; the janitor comes after it. It finds resources by
the stack's name prefix, believes only their tags, and asks Step Functions whether their run is over. Every
pass takes one step for each resource; a later pass takes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Protocol

from bakeoff.domain.cleanup.release import Hosting, release
from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.errors import SweepIncomplete
from bakeoff.domain.run.names import resource_prefix_of
from bakeoff.domain.run.tags import owner_of


class Kind(StrEnum):
    """What a run makes in SageMaker, in the words of its ARNs."""

    ENDPOINT = "endpoint"
    ENDPOINT_CONFIG = "endpoint-config"
    MODEL = "model"
    # Before the training jobs: it begins others for those that are stopped.
    TUNING_JOB = "hyper-parameter-tuning-job"
    TRAINING_JOB = "training-job"
    PROCESSING_JOB = "processing-job"


_JOBS = frozenset({Kind.TUNING_JOB, Kind.TRAINING_JOB, Kind.PROCESSING_JOB})


@dataclass(frozen=True)
class Resource:
    kind: Kind
    name: str
    arn: str
    created: datetime

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Inventory(Protocol):
    """What exists in SageMaker."""

    def find(self, prefix: str) -> list[Resource]:
        """Everything whose name begins with `prefix`; of jobs, only those that still run."""

    def tags(self, resource: Resource) -> Mapping[str, str]:
        """Empty when the resource is gone."""

    def stop_job(self, resource: Resource) -> None:
        """Does nothing when the job has ended."""


class Runs(Protocol):
    def is_running(self, run_id: str) -> bool:
        """False for a run that ended, and for one that Step Functions does not know."""


@dataclass
class Sweep:
    """One pass: `found` is what nobody else gives back, `released` what of it is now gone or stopping.

    `pending` is what a later pass has to see to, `spared` what belongs to runs that still go on.
    """

    found: list[Resource] = field(default_factory=list)
    spared: list[Resource] = field(default_factory=list)
    released: list[Resource] = field(default_factory=list)
    pending: list[Resource] = field(default_factory=list)
    errors: ErrorCollector = field(default_factory=ErrorCollector)

    def require_complete(self) -> None:
        """Raise what went wrong, or SweepIncomplete when a later pass has something left to do."""
        self.errors.raise_first()
        if self.pending:
            names = ", ".join(map(str, self.pending))
            raise SweepIncomplete(f"These have yet to go, and another pass will see to them: {names}.")


@dataclass(frozen=True)
class Janitor:
    """`stack` is the stack's name, `resource_prefix` what its names in SageMaker begin with."""

    stack: str
    resource_prefix: str
    inventory: Inventory
    hosting: Hosting
    runs: Runs

    def sweep_run(self, run_id: str) -> Sweep:
        """Give back what one run left that is said to have ended.

        Step Functions may still report it as running, because it answers with a delay or because somebody
        redrove the run: nothing is touched then, and another pass has to look again.
        """
        # A tuning job's name has no room for the hyphen at the end.
        prefix = resource_prefix_of(self.resource_prefix, run_id).removesuffix("-")
        sweep = self._sweep(prefix, lambda _, run: run == run_id)
        sweep.pending.extend(sweep.spared)
        return sweep

    def sweep_orphans(self, created_before: datetime) -> Sweep:
        """Give back what any finished run left and that was made before a moment.

        Younger ones are left alone: Step Functions may not know their run yet.
        """
        return self._sweep(f"{self.resource_prefix}-", lambda resource, _: resource.created < created_before)

    def _sweep(self, prefix: str, is_wanted: Callable[[Resource, str], bool]) -> Sweep:
        sweep = Sweep()
        listed = self.inventory.find(prefix)
        is_running = cache(self.runs.is_running)
        for resource in listed:
            run = owner_of(self.inventory.tags(resource), self.stack)
            if run is not None and is_wanted(resource, run):
                (sweep.spared if is_running(run) else sweep.found).append(resource)
        self._give_back(sweep, names_of_others={item.name for item in listed if item not in sweep.found})
        return sweep

    def _give_back(self, sweep: Sweep, names_of_others: Collection[str]) -> None:
        for job in (resource for resource in sweep.found if resource.kind in _JOBS):
            with sweep.errors.collecting():
                self.inventory.stop_job(job)
                sweep.released.append(job)
        hosted = [resource for resource in sweep.found if resource.kind not in _JOBS]
        # Endpoint, configuration and model share a name: it stays if any of them belongs to somebody else.
        for name in sorted({resource.name for resource in hosted} - set(names_of_others)):
            with sweep.errors.collecting():
                is_gone = release(self.hosting, name)
                (sweep.released if is_gone else sweep.pending).extend(
                    resource for resource in hosted if resource.name == name
                )
