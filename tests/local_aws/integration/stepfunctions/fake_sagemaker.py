"""SageMaker jobs that end when a test says so."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
METADATA = {
    "HTTPStatusCode": 200,
    "RequestId": "fake",
    "HTTPHeaders": {"content-type": "application/x-amz-json-1.1"},
}


class FakeSageMaker:
    """Stands behind the calls of the optimized integration: `call(client, operation, parameters)`.

    A job stays InProgress until `finish` is called for it, or it is stopped.
    """

    def __init__(self) -> None:
        self.created: dict[str, dict[str, Any]] = {}
        self.stopped: dict[str, threading.Event] = defaultdict(threading.Event)
        self.refuse: ClientError | None = None
        self._outcomes: dict[str, dict[str, Any]] = {}

    def finish(self, name: str, status: str = "Completed", **fields: Any) -> None:
        self._outcomes[name] = {"status": status, "fields": fields}

    def call(self, client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation == "ListTags":
            return {"Tags": [], "ResponseMetadata": METADATA}
        verb = next(verb for verb in ("Create", "Describe", "Stop") if operation.startswith(verb))
        noun = operation.removeprefix(verb)
        name = parameters[f"{noun}Name"]
        answer: dict[str, Any] = getattr(self, f"_{verb.lower()}")(noun, name, parameters)
        return {**answer, "ResponseMetadata": METADATA}

    def _create(self, noun: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if self.refuse is not None:
            raise self.refuse
        self.created[name] = parameters
        return {f"{noun}Arn": f"arn:aws:sagemaker:us-east-1:123456789012:{noun.lower()}/{name}"}

    def _describe(self, noun: str, name: str, _: Any) -> dict[str, Any]:
        outcome = self._outcomes.get(name, {"status": "InProgress", "fields": {}})
        created = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
        return {
            f"{noun}Name": name,
            f"{noun}Status": outcome["status"],
            "CreationTime": created,
            **outcome["fields"],
        }

    def _stop(self, noun: str, name: str, _: Any) -> dict[str, Any]:
        self.stopped[name].set()
        return {}


def refusal(code: str, message: str) -> ClientError:
    error = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {**METADATA, "HTTPStatusCode": 400},
    }
    return ClientError(error, "CreateTrainingJob")  # type: ignore[arg-type]


def training(name: str, **more: Any) -> dict[str, Any]:
    """The arguments of a training job."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **more,
    }
