"""What SageMaker's jobs and Step Functions' histories tell of a run's costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bakeoff.adapters.clients import code_of, make_client, translated
from bakeoff.domain.cost.measured import Deployed, Execution, Job, Step, StepKind, seconds_between
from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.errors import ServiceUnavailable
from bakeoff.domain.planning.security import has_local_disk
from bakeoff.domain.run.executions import execution_arn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_stepfunctions import SFNClient

_PAGE: Any = {"PageSize": 100}
# Each of hundreds of units is a call or two, which AWS may throttle; what comes after must have time, too.
_SECONDS = 120
# Source: DescribeTrainingJob in the SageMaker API reference, TrainingStartTime.
_TRAINING = "BillableTimeInSeconds of the job"
_PROCESSING = (
    "from ProcessingStartTime, or from creation, to ProcessingEndTime: AWS does not say when billing begins"
)
_REFUSED = "Lambda.TooManyRequestsException"
_STEPS: Mapping[str, StepKind] = {
    "TaskScheduled": StepKind.BEGUN,
    "TaskSucceeded": StepKind.ENDED,
    "TaskFailed": StepKind.ENDED,
    "TaskTimedOut": StepKind.ENDED,
    "TaskSubmitFailed": StepKind.ENDED,
    "TaskStartFailed": StepKind.ENDED,
}


class RunMeasures:
    """Implements `domain.cost.measured.Measures`; what goes on is measured until `now`. After two minutes it
    raises ServiceUnavailable. `clock` tells seconds.
    """

    def __init__(
        self,
        state_machine_arn: str,
        now: datetime,
        sagemaker: SageMakerClient | None = None,
        states: SFNClient | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._arn, self._now = state_machine_arn, now
        self._clock, self._end = clock, clock() + _SECONDS
        self._sagemaker: SageMakerClient = sagemaker or make_client("sagemaker")
        self._states: SFNClient = states or make_client("stepfunctions")

    def jobs(self, prefix: str) -> list[Job]:
        with translated(f"Asking SageMaker for the jobs of {prefix}"):
            return [*self._processing_jobs(prefix), *self._training_jobs(prefix)]

    def executions(self, run_id: str) -> list[Execution]:
        with translated(f"Reading the histories of run {run_id}"):
            try:
                events = self._events(execution_arn(self._arn, run_id))
            except ClientError as err:
                if code_of(err) == "ExecutionDoesNotExist":
                    return []
                raise
            maps = [each["mapRunStartedEventDetails"]["mapRunArn"] for each in events if _starts_map(each)]
            children = [self._events(arn) for each in maps for arn in self._children(each)]
            return [
                Execution(_steps(events)),
                *(Execution(_steps(each), _deployed(each)) for each in children),
            ]

    def _processing_jobs(self, prefix: str) -> Iterator[Job]:
        pages = self._sagemaker.get_paginator("list_processing_jobs").paginate(
            NameContains=prefix, PaginationConfig=_PAGE
        )
        for name in _names(pages, "ProcessingJob", prefix):
            self._require_time()
            job = self._sagemaker.describe_processing_job(ProcessingJobName=name)
            cluster = job["ProcessingResources"]["ClusterConfig"]
            started, ended = job.get("ProcessingStartTime"), job.get("ProcessingEndTime", self._now)
            yield Job(
                Kind.PROCESSING,
                name,
                cluster["InstanceType"],
                cluster["InstanceCount"],
                cluster["VolumeSizeInGB"],
                seconds_between(started, ended),
                seconds_between(job["CreationTime"], ended),
                _PROCESSING,
                has_local_disk(cluster["InstanceType"]),
            )

    def _training_jobs(self, prefix: str) -> Iterator[Job]:
        pages = self._sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=prefix, PaginationConfig=_PAGE
        )
        for name in _names(pages, "TrainingJob", prefix):
            self._require_time()
            job: Any = self._sagemaker.describe_training_job(TrainingJobName=name)
            resources = job["ResourceConfig"]
            seconds = self._billed(job)
            yield Job(
                Kind.TRAINING,
                name,
                resources["InstanceType"],
                resources["InstanceCount"],
                resources["VolumeSizeInGB"],
                seconds,
                seconds,
                _TRAINING,
                has_local_disk(resources["InstanceType"]),
            )

    def _billed(self, job: Mapping[str, Any]) -> Decimal:
        """SageMaker tells it once the job has ended; before, and of a job without it, its times do."""
        told = job.get("BillableTimeInSeconds")
        if told is not None:
            return Decimal(told)
        return seconds_between(job.get("TrainingStartTime"), job.get("TrainingEndTime", self._now))

    def _children(self, map_run: str) -> list[str]:
        pages = self._states.get_paginator("list_executions").paginate(mapRunArn=map_run)
        return [each["executionArn"] for page in pages for each in page["executions"]]

    def _require_time(self) -> None:
        if self._clock() > self._end:
            raise ServiceUnavailable(f"Measuring what the run used took longer than {_SECONDS} seconds.")

    def _events(self, arn: str) -> list[Any]:
        self._require_time()
        pages = self._states.get_paginator("get_execution_history").paginate(
            executionArn=arn, includeExecutionData=True, PaginationConfig={"PageSize": 1000}
        )
        return [event for page in pages for event in page["events"]]


def _names(pages: Any, noun: str, prefix: str) -> list[str]:
    """NameContains matches anywhere in a name, and ignores case."""
    names = [each[f"{noun}Name"] for page in pages for each in page[f"{noun}Summaries"]]
    return sorted(name for name in names if name.startswith(prefix))


def _starts_map(event: Mapping[str, Any]) -> bool:
    return "mapRunStartedEventDetails" in event


def _steps(events: list[Any]) -> list[Step]:
    """One thing after the other: no execution here has branches."""
    steps, state = [], ""
    for event in events:
        if event["type"].endswith("StateEntered"):
            state = event["stateEnteredEventDetails"]["name"]
            steps.append(Step(event["timestamp"], StepKind.ENTERED, state))
        elif event["type"] in _STEPS:
            kind = StepKind.REFUSED if _is_refused(event) else _STEPS[event["type"]]
            steps.append(Step(event["timestamp"], kind, state))
    return steps


def _is_refused(event: Mapping[str, Any]) -> bool:
    """Whether a function was not called, which nobody pays for: as many run as may."""
    return bool(event.get("taskFailedEventDetails", {}).get("error") == _REFUSED)


def _deployed(events: list[Any]) -> Deployed | None:
    """By the input of a candidate's execution."""
    try:
        started = next(each for each in events if each["type"] == "ExecutionStarted")
        candidate = json.loads(started["executionStartedEventDetails"]["input"])["candidate"]
        return Deployed(candidate["resource_name"], candidate["endpoint_instance_type"])
    except (KeyError, StopIteration, TypeError, ValueError):
        return None
