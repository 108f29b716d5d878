"""SageMaker's resources as AWS keeps them: names are unique, an endpoint in transition stays."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import fmean, stdev
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from bakeoff.domain.planning.splits import NAMES as SPLITS
from tests.fakes import InMemoryRunStore
from tests.workflow.simulation.clock import VirtualClock
from tests.workflow.simulation.durations import NO_TIME, Durations
from tests.workflow.simulation.functions import CANDIDATES

METADATA: Any = {"HTTPStatusCode": 200, "RequestId": "scripted", "HTTPHeaders": {}}
ARN = "arn:aws:sagemaker:us-east-1:123456789012"
RESOLVED_IMAGE = "registry/image@sha256:" + 32 * "1d"
_RUN_CHARACTERS = 10
_FOLD = re.compile(r"f\d")
_CREATED = datetime(2026, 11, 23, 20, tzinfo=UTC)
ROWS = [(float(3 + row % 7), f"{row % 5},{row % 3}") for row in range(24)]
FOLD_ROWS = 60


def refused(code: str, message: str = "no", status: int = 400) -> ClientError:
    metadata: Any = {**METADATA, "HTTPStatusCode": status}
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "scripted"
    )


def candidate_of(name: str) -> str:
    """The candidate in the name of what a run makes for it (bakeoff-<stack>-<run>-<candidate>..., with folds
    bakeoff-<stack>-<run>-f<fold>-<candidate>..., or of a tuning job
    bakeoff-<stack>-<run><candidate's number>...); FINAL in that of the final model.
    """
    parts = name.split("-")
    if len(parts) > 2 and len(parts[2]) > _RUN_CHARACTERS:
        return CANDIDATES[int(parts[2][_RUN_CHARACTERS : _RUN_CHARACTERS + 2])]
    if len(parts) > 4 and _FOLD.fullmatch(parts[3]):
        return parts[4]
    return parts[3] if len(parts) > 3 else name


def unit_of(name: str) -> str:
    """With folds, the unit in such a name, as f<fold>-<candidate>."""
    parts = name.split("-")
    return "-".join(parts[3:5]) if len(parts) > 4 and _FOLD.fullmatch(parts[3]) else candidate_of(name)


Value = TypeVar("Value")


def scripted_for(name: str, scripts: Mapping[str, Value]) -> Value | None:
    """What is scripted for the unit in a name, or else for its candidate."""
    return scripts.get(unit_of(name), scripts.get(candidate_of(name)))


@dataclass
class Endpoint:
    """`script` is what successive looks see; it rests in the last one, "Creating for N" lasts N seconds. With
    `ready`, it is not in service before that moment; of one that is being deleted, `gone` is when it is.
    """

    script: list[str]
    created: float
    deleting: int = 0
    ready: float = 0
    gone: float = 0

    def look(self, now: float) -> str:
        status, _, seconds = self.script[0].partition(" for ")
        if seconds and now >= self.created + float(seconds):
            del self.script[0]
            return self.script[0]
        if not seconds and len(self.script) > 1:
            del self.script[0]
        return status


@dataclass
class JobEnd:
    """How the first `times` jobs end whose name holds a part; later ones complete.

    `message` is a processing job's ExitMessage, `secondary` a training job's SecondaryStatus; `barren`
    is a tuning job without a best training job.
    """

    status: str
    reason: str | None = None
    times: int = 10**6
    message: str | None = None
    barren: bool = False
    secondary: str | None = None


# What the training jobs of a tuning job tried and reached; the second one is the best.
TRIALS = ({"eta": "0.3"}, 2.5), ({"eta": "0.1"}, 2.0), ({"eta": "0.05"}, None)


@dataclass
class SageMaker:
    """Healthy unless scripted: `job_ends`, `endpoint_status` and `replies` go by candidate, by unit, or by
    "prepare" and "final".
    """

    store: InMemoryRunStore
    clock: VirtualClock
    job_ends: dict[str, JobEnd] = field(default_factory=dict)
    endpoint_status: dict[str, list[str]] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    configs: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    tags: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    durations: Durations = NO_TIME
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def live(self) -> set[tuple[str, str]]:
        """What costs money or is in the way of another run."""
        with self._lock:
            return {
                *(("endpoint", name) for name in self.endpoints),
                *(("endpoint-config", name) for name in self.configs),
                *(("model", name) for name in self.models),
            }

    @property
    def running(self) -> set[str]:
        """Jobs that go on."""
        with self._lock:
            return {name for name, job in self.jobs.items() if job["status"] == "InProgress"}

    def call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        work: Callable[[dict[str, Any]], dict[str, Any]] = getattr(self, f"_{operation}")
        with self._lock:
            answer = work(parameters)
            if "Tags" in parameters:
                [arn] = answer.values()
                self.tags[arn] = parameters["Tags"]
            return {**answer, "ResponseMetadata": METADATA}

    # ------------------------------------------------------------ jobs
    def _create_processing_job(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._start("processing-job", "ProcessingJob", request)

    def _create_training_job(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._start("training-job", "TrainingJob", request)

    def _start(self, kind: str, noun: str, request: dict[str, Any]) -> dict[str, Any]:
        name = request[f"{noun}Name"]
        if name in self.jobs:
            raise refused("ResourceInUse", f"{noun} names must be unique: {name} already exists.")
        end = scripted_for(name, self.job_ends)
        # What gets no instance begins nothing, for which nobody pays.
        begins = not (end and end.times and "CapacityError" in (end.reason or ""))
        seconds = self.durations.of_job(kind, name, request) if begins else 0
        self.jobs[name] = {
            "status": "InProgress",
            "kind": kind,
            "request": request,
            "created": self.clock.now,
            "due": self.clock.now + seconds,
        }
        return {f"{noun}Arn": f"{ARN}:{kind}/{name}"}

    def _describe_processing_job(self, request: dict[str, Any]) -> dict[str, Any]:
        described = self._look("ProcessingJob", request["ProcessingJobName"])
        end = scripted_for(request["ProcessingJobName"], self.job_ends)
        if end and end.message:
            described["ExitMessage"] = end.message
        elif described["ProcessingJobStatus"] == "Completed":
            self._prepare(self.jobs[request["ProcessingJobName"]]["request"])
        return described

    def _describe_training_job(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["TrainingJobName"]
        described = self._look("TrainingJob", name)
        end = scripted_for(name, self.job_ends)
        described["SecondaryStatus"] = (end and end.secondary) or described["TrainingJobStatus"]
        given = self.jobs[name]["request"]
        artifacts = {"S3ModelArtifacts": f"{given['OutputDataConfig']['S3OutputPath']}/{name}/model.tar.gz"}
        done = {
            "ModelArtifacts": artifacts,
            "TrainingTimeInSeconds": 61,
            "BillableTimeInSeconds": 61,
        }
        hyperparameters = {"HyperParameters": given["HyperParameters"]}
        return {**described, **hyperparameters, **(done if self._is_done(name) else {})}

    def _create_hyper_parameter_tuning_job(self, request: dict[str, Any]) -> dict[str, Any]:
        assert len(request["HyperParameterTuningJobName"]) <= 32
        answer = self._start("hyper-parameter-tuning-job", "HyperParameterTuningJob", request)
        definition, name = request["TrainingJobDefinition"], request["HyperParameterTuningJobName"]
        # One of its training jobs is under way, with its tags.
        child = {**definition, "TrainingJobName": f"{name}-001-1a2b3c4d", "Tags": request["Tags"]}
        self._create_training_job(child)
        self.tags[f"{ARN}:training-job/{child['TrainingJobName']}"] = request["Tags"]
        return answer

    def _describe_hyper_parameter_tuning_job(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["HyperParameterTuningJobName"]
        described = self._look("HyperParameterTuningJob", name)
        end = scripted_for(name, self.job_ends)
        best = {"TrainingJobName": f"{name}-002-1a2b3c4d", "TrainingJobStatus": "Completed"}
        counts = {"Completed": 0, "NonRetryableError": 3} if end and end.barren else {"Completed": 3}
        if described["HyperParameterTuningJobStatus"] != "InProgress":
            self.jobs[f"{name}-001-1a2b3c4d"].update(status="Completed", ended=self.clock.now)
        is_found = self._is_done(name) and not (end and end.barren)
        return {
            **described,
            "TrainingJobStatusCounters": counts,
            **({"BestTrainingJob": best} if is_found else {}),
        }

    def _stop_hyper_parameter_tuning_job(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["HyperParameterTuningJobName"]
        self._stop(f"{name}-001-1a2b3c4d")
        return self._stop(name)

    def _list_hyper_parameter_tuning_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        listed = self._listed("hyper-parameter-tuning-job", "HyperParameterTuningJob", request)
        return {"HyperParameterTuningJobSummaries": listed}

    def _list_training_jobs_for_hyper_parameter_tuning_job(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["HyperParameterTuningJobName"]
        return {
            "TrainingJobSummaries": [
                {
                    "TrainingJobName": f"{name}-{number:03}-1a2b3c4d",
                    "TrainingJobStatus": "Failed" if value is None else "Completed",
                    "TunedHyperParameters": values,
                    **_times(value),
                }
                for number, (values, value) in enumerate(TRIALS, 1)
            ]
        }

    def _look(self, noun: str, name: str) -> dict[str, Any]:
        if name not in self.jobs:
            raise refused("ValidationException", "Requested resource not found.")
        job = self.jobs[name]
        if job["status"] == "InProgress" and self.clock.reaches(job["due"]):
            job["status"], job["reason"] = self._end_of(name)
            job["ended"] = job["due"]
        reason = {"FailureReason": job["reason"]} if job.get("reason") else {}
        return {f"{noun}Name": name, f"{noun}Status": job["status"], **reason}

    def _end_of(self, name: str) -> tuple[str, str | None]:
        end = scripted_for(name, self.job_ends)
        if end is None or not end.times:
            return "Completed", None
        if end.status != "InProgress":
            end.times -= 1
        return end.status, end.reason

    def _is_done(self, name: str) -> bool:
        return bool(self.jobs[name]["status"] == "Completed")

    def _stop_training_job(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._stop(request["TrainingJobName"])

    def _stop_processing_job(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._stop(request["ProcessingJobName"])

    def _stop(self, name: str) -> dict[str, Any]:
        if self.jobs[name]["status"] == "InProgress":
            self.jobs[name].update(status="Stopped", ended=self.clock.now)
        self.stopped.append(name)
        return {}

    def _list_training_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"TrainingJobSummaries": self._listed("training-job", "TrainingJob", request)}

    def _list_processing_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"ProcessingJobSummaries": self._listed("processing-job", "ProcessingJob", request)}

    def _listed(self, kind: str, noun: str, request: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = request.get("StatusEquals")
        names = [
            name
            for name, job in self.jobs.items()
            if job["kind"] == kind and job["status"] == (wanted or job["status"])
        ]
        return self._summaries(kind, noun, names, request)

    def _list_endpoints(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Endpoints": self._summaries("endpoint", "Endpoint", self.endpoints, request)}

    def _list_endpoint_configs(self, request: dict[str, Any]) -> dict[str, Any]:
        configs = self._summaries("endpoint-config", "EndpointConfig", self.configs, request)
        return {"EndpointConfigs": configs}

    def _list_models(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Models": self._summaries("model", "Model", self.models, request)}

    def _summaries(
        self, kind: str, noun: str, names: Iterable[str], request: dict[str, Any]
    ) -> list[dict[str, Any]]:
        wanted = request.get("NameContains", "")
        return [
            {f"{noun}Name": name, f"{noun}Arn": f"{ARN}:{kind}/{name}", "CreationTime": _CREATED}
            for name in names
            if wanted in name
        ]

    def _list_tags(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": self.tags.get(request["ResourceArn"], [])}

    def _prepare(self, request: dict[str, Any]) -> None:
        """What the Spark job leaves: the test rows and the summary."""
        [run_id] = [tag["Value"] for tag in request["Tags"] if tag["Key"] == "bakeoff:run"]
        folds = self.store.read_json(f"runs/{run_id}/plan.json")["split"].get("folds", 0)
        found = self._prepare_folds(run_id, folds) if folds else self._prepare_split(run_id)
        summary = {
            "schema_version": 1,
            "run_id": run_id,
            "feature_dim": 2,
            "rejected": {"total": 0, "reasons": {}, "examples": []},
            **found,
        }
        self.store.write_json(f"runs/{run_id}/datasets/summary.json", summary)

    def _prepare_split(self, run_id: str) -> dict[str, Any]:
        self._put_rows(f"runs/{run_id}/datasets/csv/test/part-00000", ROWS)
        return {
            "rows": {"train": 100, "validation": 20, "test": len(ROWS)},
            "label": {name: {"mean": 6.0, "min": 5.0, "max": 7.0} for name in SPLITS},
        }

    def _prepare_folds(self, run_id: str, folds: int) -> dict[str, Any]:
        parts = []
        for fold in range(folds):
            rows = [(float(3 + (row + fold) % 7), f"{row % 5},{row % 3}") for row in range(FOLD_ROWS)]
            for form in ("csv", "libsvm"):
                self._put_rows(f"runs/{run_id}/datasets/{form}/fold-{fold}-part-00000", rows)
            labels = [label for label, _ in rows]
            spread = {"stddev": stdev(labels), "min": min(labels), "max": max(labels)}
            parts.append({"rows": len(rows), "label": {"count": len(rows), "mean": fmean(labels), **spread}})
        return {
            "rows": {"train": (folds - 1) * FOLD_ROWS, "validation": FOLD_ROWS, "test": 0},
            "label": {"train": parts[1]["label"], "validation": parts[0]["label"]},
            "folds": parts,
        }

    def _put_rows(self, key: str, rows: Iterable[tuple[float, str]]) -> None:
        self.store.put(key, "".join(f"{label},{features}\n" for label, features in rows).encode())

    # ------------------------------------------------------------ hosting
    def _create_model(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"ModelArn": self._add(self.models, "model", "model", request["ModelName"])}

    def _create_endpoint_config(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["EndpointConfigName"]
        return {
            "EndpointConfigArn": self._add(self.configs, "endpoint-config", "endpoint configuration", name)
        }

    def _add(self, names: set[str], kind: str, noun: str, name: str) -> str:
        arn = f"{ARN}:{kind}/{name}"
        if name in names:
            raise refused("ValidationException", f'Cannot create already existing {noun} "{arn}".')
        names.add(name)
        return arn

    def _create_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["EndpointName"]
        arn = f"{ARN}:endpoint/{name}"
        if name in self.endpoints:
            raise refused("ValidationException", f'Cannot create already existing endpoint "{arn}".')
        if request["EndpointConfigName"] not in self.configs:
            raise refused("ValidationException", "Could not find endpoint configuration.")
        script = scripted_for(name, self.endpoint_status)
        seconds = 0 if script else self.durations.of("endpoint", name)
        now = self.clock.now
        self.endpoints[name] = Endpoint(list(script or ["InService"]), now, ready=now + seconds)
        return {"EndpointArn": arn}

    def _describe_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["EndpointName"]
        status = self._endpoint_status(name)
        reason = {"FailureReason": "The container did not answer."} if status == "Failed" else {}
        # Before it is in service, nothing is deployed.
        variant = {"VariantName": "candidate", "DeployedImages": [{"ResolvedImage": RESOLVED_IMAGE}]}
        deployed = {"ProductionVariants": [variant]} if status == "InService" else {}
        return {"EndpointName": name, "EndpointStatus": status, **reason, **deployed}

    def _endpoint_status(self, name: str) -> str:
        endpoint = self._endpoint(name)
        if not self.clock.reaches(endpoint.ready):
            return "Creating"
        if endpoint.gone > self.clock.now and not self.clock.reaches(endpoint.gone):
            return "Deleting"
        if endpoint.gone:
            del self.endpoints[name]
            return self._endpoint(name).script[0]
        if endpoint.deleting:
            endpoint.deleting -= 1
            if not endpoint.deleting:
                del self.endpoints[name]
            return "Deleting"
        return endpoint.look(self.clock.now)

    def _endpoint(self, name: str) -> Endpoint:
        if name not in self.endpoints:
            raise refused("ValidationException", f'Could not find endpoint "{ARN}:endpoint/{name}".')
        return self.endpoints[name]

    def _delete_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        endpoint = self._endpoint(request["EndpointName"])
        coming = not self.clock.reaches(endpoint.ready)
        if coming or endpoint.deleting or endpoint.script[0].startswith(("Creating", "RollingBack")):
            raise refused("ValidationException", "Cannot update in-progress endpoint.")
        endpoint.deleting = 1
        if seconds := self.durations.of("deletion", request["EndpointName"]):
            endpoint.gone = self.clock.now + seconds
        return {}

    def _delete_endpoint_config(self, request: dict[str, Any]) -> dict[str, Any]:
        self.configs.discard(request["EndpointConfigName"])
        return {}

    def _delete_model(self, request: dict[str, Any]) -> dict[str, Any]:
        self.models.discard(request["ModelName"])
        return {}

    def _invoke_endpoint(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["EndpointName"]
        if self._endpoint(name).script != ["InService"]:
            raise refused("ValidationError", f"Endpoint {name} is not in service.")
        rows = request["Body"].decode().splitlines()
        scores = [{"score": _predict(candidate_of(name), row)} for row in rows]
        reply = scripted_for(name, self.replies) or json.dumps({"predictions": scores})
        body = reply.encode()
        return {"Body": StreamingBody(io.BytesIO(body), len(body))}


def _times(value: float | None) -> dict[str, Any]:
    if value is None:
        return {}
    objective = {"MetricName": "validation:rmse", "Value": value}
    return {
        "TrainingStartTime": _CREATED,
        "TrainingEndTime": _CREATED + timedelta(seconds=60),
        "FinalHyperParameterTuningJobObjectiveMetric": objective,
    }


def _predict(candidate: str, row: str) -> float:
    """A model of its own for each candidate, the same in every run."""
    return sum(float(field) for field in row.split(",")) + len(candidate) / 10
