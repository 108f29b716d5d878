"""What AWS itself says of a run: its jobs, out of the execution's history, and how each of them went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.history import RunHistory
from bakeoff_cli.stack.progress import Event


@dataclass(frozen=True)
class Job:
    """A processing or training job, as SageMaker describes it; `request_id` is that of the description."""

    arn: str
    status: str
    image: str
    instance_type: str
    instances: int
    seconds: float
    description: dict[str, Any]
    request_id: str

    @property
    def trains(self) -> bool:
        return ":training-job/" in self.arn

    def told(self) -> str:
        """Evidence: what it was, how it ended, and by which answer of AWS that is known."""
        return f"{self.arn} is {self.status}, image {self.image}, request {self.request_id}"


def jobs_of(aws: Aws, execution: str) -> list[Job]:
    """The jobs that a run has submitted so far, in that order."""
    return [describe(aws, arn) for arn in _job_arns(RunHistory(aws.stepfunctions, execution).everything())]


def describe(aws: Aws, arn: str) -> Job:
    name = arn.rpartition("/")[2]
    answer: Any
    if ":training-job/" in arn:
        answer = aws.sagemaker.describe_training_job(TrainingJobName=name)
        status, image = answer["TrainingJobStatus"], answer["AlgorithmSpecification"].get("TrainingImage", "")
        resources, seconds = answer["ResourceConfig"], answer.get("BillableTimeInSeconds") or 0
    else:
        answer = aws.sagemaker.describe_processing_job(ProcessingJobName=name)
        status, image = answer["ProcessingJobStatus"], answer["AppSpecification"]["ImageUri"]
        resources = answer["ProcessingResources"]["ClusterConfig"]
        start, end = answer.get("ProcessingStartTime"), answer.get("ProcessingEndTime")
        seconds = (end - start).total_seconds() if start and end else 0
    return Job(
        arn,
        str(status),
        str(image),
        str(resources["InstanceType"]),
        int(resources["InstanceCount"]),
        float(seconds),
        dict(answer),
        request_id(answer),
    )


def request_id(answer: Any) -> str:
    return str(answer.get("ResponseMetadata", {}).get("RequestId", "unknown"))


def causes(events: Sequence[Event]) -> list[str]:
    """What went wrong in a run, retried or not, in the words of the history."""
    found = []
    for event in events:
        for name, details in event.items():
            if name.endswith("EventDetails") and isinstance(details, dict) and details.get("error"):
                found.append(f"{details['error']}: {details.get('cause', '')}")
    return found


def _job_arns(events: Sequence[Event]) -> list[str]:
    found = dict[str, None]()
    for event in events:
        output = json.loads(event.get("taskSubmittedEventDetails", {}).get("output") or "{}")
        for key in ("ProcessingJobArn", "TrainingJobArn"):
            if isinstance(output, dict) and key in output:
                found[str(output[key])] = None
    return list(found)
