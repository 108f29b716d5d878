"""SageMaker and Lambda as the workflow meets them: every call is recorded, every outcome can be scripted."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

CANDIDATES = ("alpha", "beta")
_METADATA: Any = {"HTTPStatusCode": 200, "RequestId": "scripted", "HTTPHeaders": {}}


class FunctionFailed(Exception):
    """A function's exception, as Lambda reports it."""

    def __init__(self, error_type: str, message: str) -> None:
        self.payload = {"errorType": error_type, "errorMessage": message}


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": _METADATA}, "scripted"
    )


@dataclass
class Fault:
    """Raised by the first `times` calls of `operation` whose resource name or function ends with `where`."""

    operation: str
    error: Exception
    where: str = ""
    times: int = 10**6


@dataclass
class ScriptedAws:
    """A healthy SageMaker by default; `faults` and the `*_status` scripts make it otherwise."""

    faults: list[Fault] = field(default_factory=list)
    job_status: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoint_status: dict[str, list[str]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    payloads: dict[str, list[Any]] = field(default_factory=dict)
    live: set[tuple[str, str]] = field(default_factory=set)
    stopped: list[str] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def client(self, service: str) -> Any:
        return _Client(self, service)

    def call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            name = _name_of(parameters)
            self.calls.append((operation, name))
            self._raise_fault(operation, name)
            answer = getattr(self, f"_{operation}")(name, parameters)
        return {**answer, "ResponseMetadata": _METADATA}

    def names(self, operation: str) -> list[str]:
        return [name for called, name in self.calls if called == operation]

    def _raise_fault(self, operation: str, name: str) -> None:
        for fault in self.faults:
            if fault.operation == operation and name.endswith(fault.where) and fault.times:
                fault.times -= 1
                raise fault.error

    # ------------------------------------------------------------ SageMaker
    def _create_processing_job(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"ProcessingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:processing-job/{name}"}

    def _create_training_job(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{name}"}

    def _describe_processing_job(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return self._described("ProcessingJob", name, {})

    def _describe_training_job(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        done = {
            "ModelArtifacts": {"S3ModelArtifacts": f"s3://bucket/{name}/model.tar.gz"},
            "TrainingTimeInSeconds": 61,
            "BillableTimeInSeconds": 61,
        }
        return self._described("TrainingJob", name, done)

    def _described(self, noun: str, name: str, done: dict[str, Any]) -> dict[str, Any]:
        scripted = next((value for key, value in self.job_status.items() if key in name), None)
        return {f"{noun}Name": name, **(scripted or {f"{noun}Status": "Completed", **done})}

    def _stop_training_job(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.stopped.append(name)
        return {}

    _stop_processing_job = _stop_training_job

    def _create_model(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.live.add(("model", name))
        return {"ModelArn": f"arn:aws:sagemaker:us-east-1:123456789012:model/{name}"}

    def _create_endpoint_config(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.live.add(("endpoint-config", name))
        return {"EndpointConfigArn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/{name}"}

    def _create_endpoint(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.live.add(("endpoint", name))
        return {"EndpointArn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{name}"}

    def _describe_endpoint(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        script = next(
            (value for key, value in self.endpoint_status.items() if name.endswith(key)), ["InService"]
        )
        status = script.pop(0) if len(script) > 1 else script[0]
        reason = (
            {"FailureReason": "the container did not answer its health check"} if status == "Failed" else {}
        )
        return {"EndpointName": name, "EndpointStatus": status, **reason}

    # ------------------------------------------------------------ Lambda
    def _invoke(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        payload = json.loads(parameters["Payload"])
        self.payloads.setdefault(name, []).append(payload)
        functions: dict[str, Callable[[Any], Any]] = {
            "TakeTurn": lambda given: self.turns.pop(0) if self.turns else {"turn": "ours"},
            "PlanRun": self._plan,
            "CheckDatasets": self._check,
            "ScoreCandidate": lambda given: {"name": given["candidate"]["name"], "status": "completed"},
            "RecordFailure": lambda given: {"name": given["candidate"]["name"], "status": "failed"},
            "ReleaseResources": self._release,
            "JudgeCandidates": self._judge,
            "PublishReport": lambda given: {"report_uri": f"s3://bucket/runs/{given['run_id']}/report.html"},
        }
        try:
            where = (payload.get("candidate") or {}).get("name") or payload.get("resource_name", "")
            self._raise_fault(name, where)
            result, failed = functions[name](payload), {}
        except FunctionFailed as err:
            result, failed = err.payload, {"FunctionError": "Unhandled"}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result).encode()), **failed}

    def _plan(self, given: Any) -> Any:
        return {
            "run_id": given["run_id"],
            "plan_uri": "s3://bucket/plan.json",
            "code_uri": "s3://bucket/prepare_datasets.py",
            "processing_job_name": "run-prepare",
            "spark_image_uri": "spark:1",
        }

    def _check(self, given: Any) -> Any:
        return {"candidates": [candidate(name) for name in CANDIDATES]}

    def _release(self, given: Any) -> Any:
        name = given["resource_name"]
        if ("endpoint", name) in self.live:
            self.live.discard(("endpoint", name))
            return {"released": False}
        self.live -= {("endpoint-config", name), ("model", name)}
        return {"released": True}

    def _judge(self, given: Any) -> Any:
        failed = {item["candidate"]["name"] for item in self.payloads.get("RecordFailure", [])}
        scored = {item["candidate"]["name"] for item in self.payloads.get("ScoreCandidate", [])} - failed
        return {"finished": len(scored), "best": min(scored, default=None)}


@dataclass(frozen=True)
class _Client:
    aws: ScriptedAws
    service: str

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **parameters: self.aws.call(xform_name(operation), parameters)


def candidate(name: str) -> dict[str, Any]:
    """An item of the Map state, as the plan makes it."""
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/"}
    channel = {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
    return {
        "name": name,
        "algorithm": "xgboost",
        "resource_name": f"run-{name}",
        "image_uri": "xgboost:1",
        "hyperparameters": {"num_round": "5"},
        "input_data_config": [channel],
        "model_uri": "s3://bucket/models",
        "training_instance_type": "ml.m5.large",
        "endpoint_instance_type": "ml.m5.large",
        "volume_gb": 30,
        "spot": False,
        "stopping_condition": {"MaxRuntimeInSeconds": 3600},
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[].score",
    }


def _name_of(parameters: dict[str, Any]) -> str:
    for key in ("TrainingJobName", "ProcessingJobName", "EndpointName", "EndpointConfigName", "ModelName"):
        if key in parameters:
            return str(parameters[key])
    return str(parameters["FunctionName"]).rsplit(":", 1)[-1]
