"""A tuning job's state in moto's own object, which List and tags read, and what is told of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from moto.core.utils import utcnow

RUNNING = ("InProgress", "Stopping")
# TrainingJobStatus -> its counter.
_COUNTERS = {
    "Completed": "Completed",
    "InProgress": "InProgress",
    "Stopping": "InProgress",
    "Failed": "NonRetryableError",
    "Stopped": "Stopped",
}


@dataclass(frozen=True)
class Objective:
    metric: str
    minimised: bool

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Objective:
        given = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        return cls(given["MetricName"], given["Type"] == "Minimize")


@dataclass(frozen=True)
class Trial:
    """A training job of a tuning job: `values` are those that were chosen for it, `job` is moto's record."""

    job: Any
    values: dict[str, str]
    objective: Objective

    @property
    def name(self) -> str:
        return str(self.job.training_job_name)

    @property
    def status(self) -> str:
        return str(self.job.training_job_status)

    @property
    def running(self) -> bool:
        return self.status in RUNNING

    @property
    def value(self) -> float | None:
        """The objective's last value, once a job that has completed told a finite one."""
        if self.status != "Completed":
            return None
        found = {each["MetricName"]: each["Value"] for each in self.job.final_metric_data_list or ()}
        value = found.get(self.objective.metric)
        return value if value is not None and math.isfinite(value) else None

    @property
    def loss(self) -> float | None:
        """The value, with the sign that makes less better."""
        value = self.value
        return value if value is None or self.objective.minimised else -value

    @property
    def objective_status(self) -> str:
        if self.running:
            return "Pending"
        return "Failed" if self.value is None else "Succeeded"

    def summary(self) -> dict[str, Any]:
        value, failed = self.value, self.status == "Failed"
        told = {"MetricName": self.objective.metric, "Value": value}
        return _told(
            TrainingJobName=self.name,
            TrainingJobArn=self.job.arn,
            CreationTime=self.job.creation_time,
            TrainingStartTime=self.job.training_start_time,
            TrainingEndTime=self.job.training_end_time,
            TrainingJobStatus=self.status,
            TunedHyperParameters=self.values,
            FailureReason=self.job.failure_reason if failed else None,
            FinalHyperParameterTuningJobObjectiveMetric=None if value is None else told,
            ObjectiveStatus=self.objective_status,
        )


class TuningRecord:
    """A moto HyperParameterTuningJob, born completed, turned into one that has just started."""

    def __init__(self, job: Any, request: Mapping[str, Any]) -> None:
        self._job, self._request = job, request
        self.trials: list[Trial] = []
        job.hyper_parameter_tuning_job_status = "InProgress"
        job.hyper_parameter_tuning_end_time = job.failure_reason = None
        job.tags = job.tags or []
        job.record = self

    @classmethod
    def of(cls, job: Any) -> TuningRecord:
        record: TuningRecord = job.record
        return record

    @property
    def arn(self) -> str:
        return str(self._job.arn)

    @property
    def name(self) -> str:
        return str(self._job.hyper_parameter_tuning_job_name)

    @property
    def status(self) -> str:
        return str(self._job.hyper_parameter_tuning_job_status)

    @property
    def running(self) -> bool:
        return self.status in RUNNING

    @property
    def creation_time(self) -> datetime:
        return _aware(self._job.creation_time)

    @property
    def last_modified_time(self) -> datetime:
        return _aware(self._job.last_modified_time)

    @property
    def tags(self) -> list[dict[str, str]]:
        return [dict(tag) for tag in self._job.tags]

    @cached_property
    def objective(self) -> Objective:
        return Objective.of(self._request)

    @property
    def best(self) -> Trial | None:
        told = [(each.loss, each) for each in self.trials if each.loss is not None]
        return min(told, key=lambda pair: pair[0])[1] if told else None

    def stopping(self) -> None:
        self._enter("Stopping")

    def finish(self, status: str, secondary_status: str, reason: str | None) -> None:
        self._job.failure_reason = reason
        self._job.hyper_parameter_tuning_end_time = utcnow()
        # Last: whoever polls for the status must find the rest in place.
        self._enter(status)

    def summary(self) -> dict[str, Any]:
        config = self._request["HyperParameterTuningJobConfig"]
        return _told(
            HyperParameterTuningJobName=self.name,
            HyperParameterTuningJobArn=self.arn,
            HyperParameterTuningJobStatus=self.status,
            Strategy=config["Strategy"],
            CreationTime=self._job.creation_time,
            HyperParameterTuningEndTime=self._job.hyper_parameter_tuning_end_time,
            LastModifiedTime=self._job.last_modified_time,
            TrainingJobStatusCounters=self._training_counters(),
            ObjectiveStatusCounters=self._objective_counters(),
            ResourceLimits=config["ResourceLimits"],
        )

    def description(self) -> dict[str, Any]:
        best = self.best
        names = ("Strategy", "ResourceLimits")
        shared = {name: value for name, value in self.summary().items() if name not in names}
        return shared | _told(
            HyperParameterTuningJobConfig=self._request["HyperParameterTuningJobConfig"],
            TrainingJobDefinition=self._request["TrainingJobDefinition"],
            BestTrainingJob=best.summary() if best else None,
            FailureReason=self._job.failure_reason,
            ConsumedResources={"RuntimeInSeconds": self._seconds()},
        )

    def _enter(self, status: str) -> None:
        self._job.last_modified_time = utcnow()
        self._job.hyper_parameter_tuning_job_status = status

    def _seconds(self) -> int:
        end = self._job.hyper_parameter_tuning_end_time or utcnow()
        seconds: float = (end - self._job.creation_time).total_seconds()
        return math.ceil(seconds)

    def _training_counters(self) -> dict[str, int]:
        counters = dict.fromkeys(
            ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped"), 0
        )
        for trial in self.trials:
            counters[_COUNTERS[trial.status]] += 1
        return counters

    def _objective_counters(self) -> dict[str, int]:
        counters = dict.fromkeys(("Succeeded", "Pending", "Failed"), 0)
        for trial in self.trials:
            counters[trial.objective_status] += 1
        return counters


def _told(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
