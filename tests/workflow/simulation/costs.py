"""What a run of the workflow used, by the simulated time and the product's own accounting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from bakeoff.adapters.measures import RunMeasures
from bakeoff.domain.cost.accounting import Accountant, Accounted
from bakeoff.domain.cost.measured import Execution, Job
from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.cost.receipt import Spent
from bakeoff.domain.cost.spending import spent_of
from bakeoff.domain.errors import AccessDenied
from bakeoff.domain.run.files import WritableRunFiles
from tests.handlers import ATTRIBUTES
from tests.unit.bakeoff.domain.cost.runs import FixedPrices

if TYPE_CHECKING:
    import pytest

    from tests.workflow.conftest import Workflow
    from tests.workflow.simulation.scripted import ScriptedAws

_KINDS = {"processing-job": Kind.PROCESSING, "training-job": Kind.TRAINING}


def keep_moments(aws: ScriptedAws, patch: pytest.MonkeyPatch) -> None:
    """From now on each history keeps the simulated time of its events, beside their own."""
    original = EventManager._publish_history_event

    def publish(manager: Any, *args: Any, **given: Any) -> None:
        original(manager, *args, **given)
        vars(manager).setdefault("moments", []).append(aws.clock.moment)

    patch.setattr(EventManager, "_publish_history_event", publish)


@dataclass(frozen=True)
class SimulatedAccounting:
    """Implements `bakeoff.domain.cost.accounting.Accounts` by the simulated time; without a workflow there is
    nothing to account for.
    """

    aws: ScriptedAws

    def account(self, run: WritableRunFiles) -> Accounted:
        if self.aws.workflow is None:
            raise AccessDenied("There is no history of this run.")
        measures = SimulatedRun(self.aws.workflow, self.aws, self.aws.workflow.arn_of(run.run_id))
        prefix, now = ATTRIBUTES["Fn::GetAtt:ResourcePrefix.Value"], self.aws.clock.moment
        return Accountant(prefix, measures, FixedPrices(), self.aws.store, now).account(run)


@dataclass(frozen=True)
class SimulatedRun:
    """A run of a workflow; implements `bakeoff.domain.cost.measured.Measures` of it."""

    workflow: Workflow
    aws: ScriptedAws
    arn: str

    @property
    def run_id(self) -> str:
        return str(self.workflow.execution(self.arn).name)

    def spent(self) -> list[Spent]:
        return spent_of(self.jobs(""), self.executions(self.run_id), self.aws.clock.moment)

    def executions(self, run_id: str) -> list[Execution]:
        machine, states = (
            self.workflow.execution(self.arn).state_machine.arn,
            _Histories(self.workflow, self.arn),
        )
        # Jobs are told by the simulation itself.
        clients: Any = {"sagemaker": object(), "states": states}
        return RunMeasures(machine, self.aws.clock.moment, **clients).executions(run_id)

    def jobs(self, prefix: str) -> list[Job]:
        return [each for name, job in list(self.aws.sagemaker.jobs.items()) for each in self._jobs(name, job)]

    def _jobs(self, name: str, job: dict[str, Any]) -> Iterator[Job]:
        """A tuning job's training jobs are those that its limits allow, for as long as it lasted."""
        request, kind = job["request"], job["kind"]
        ended = self.aws.clock.now if job["status"] == "InProgress" else job["ended"]
        seconds = Decimal(str(ended - job["created"]))
        if kind == "hyper-parameter-tuning-job":
            limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
            definition = request["TrainingJobDefinition"]
            each = seconds * limits["MaxParallelTrainingJobs"] / limits["MaxNumberOfTrainingJobs"]
            for number in range(limits["MaxNumberOfTrainingJobs"]):
                yield _job(Kind.TRAINING, f"{name}-{number}", definition["ResourceConfig"], each)
        elif kind == "processing-job":
            yield _job(_KINDS[kind], name, request["ProcessingResources"]["ClusterConfig"], seconds)
        elif "TrainingJobName" in request and not _is_tuned(name, self.aws.sagemaker.jobs):
            yield _job(_KINDS[kind], name, request["ResourceConfig"], seconds)


def _is_tuned(name: str, jobs: dict[str, Any]) -> bool:
    """Whether a tuning job has begun it, which is counted as a whole."""
    parents = (other for other, job in jobs.items() if job["kind"] == "hyper-parameter-tuning-job")
    return any(name.startswith(f"{parent}-") for parent in parents)


def _job(kind: Kind, name: str, resources: dict[str, Any], seconds: Decimal) -> Job:
    return Job(
        kind,
        name,
        resources["InstanceType"],
        resources["InstanceCount"],
        resources["VolumeSizeInGB"],
        seconds,
        seconds,
        "simulated",
    )


@dataclass(frozen=True)
class _OnePage:
    call: Callable[..., dict[str, Any]]

    def paginate(self, **parameters: Any) -> list[dict[str, Any]]:
        return [self.call(**parameters)]


@dataclass(frozen=True)
class _Histories:
    """What `RunMeasures` asks Step Functions for, without HTTP."""

    workflow: Workflow
    arn: str

    def get_paginator(self, operation: str) -> Any:
        return _OnePage(getattr(self, f"_{operation}"))

    def _get_execution_history(self, executionArn: str, **_: Any) -> dict[str, Any]:
        manager = self.workflow.execution(executionArn).exec_worker.env.event_manager
        # An event that another thread is about to publish has no moment yet.
        moments = list(manager.moments)
        events = zip(manager._history_event_list[: len(moments)], moments, strict=True)
        return {"events": [{**event, "timestamp": moment} for event, moment in events]}

    def _list_executions(self, mapRunArn: str, **_: Any) -> dict[str, Any]:
        return {"executions": [{"executionArn": each.exec_arn} for each in self.workflow.children(self.arn)]}
