"""Endpoints whose models answer what a test says: real processes, and quick to start."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import LocalCommand, ServingRun, TrainingJobRun
from tests.local_aws.integration.sagemaker.support import REGISTRY, Laboratory, unique
from tests.patience import eventually

IMAGE = f"{REGISTRY}/scripted:1"
VARIANT = "AllTraffic"
# Healthy once the gate file exists, if one is named; a request `wait FILE` is answered once that one does.
_SERVER = """
import http.server, os, sys, time
port, answer, gate = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.reply(200 if not gate or os.path.exists(gate) else 503, b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if body.startswith("wait "):
            open(body[5:] + ".seen", "w").close()
            while not os.path.exists(body[5:]):
                time.sleep(0.01)
        self.reply(200, answer)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


class ScriptedModels:
    """A container whose models answer their variable ANSWER, or end at once if that is `broken`."""

    repositories = ("scripted",)

    def train_command(self, job: TrainingJobRun) -> LocalCommand:
        raise NotImplementedError

    def serve_command(self, model: ServingRun) -> LocalCommand:
        given = model.request["PrimaryContainer"].get("Environment", {})
        if given["ANSWER"] == "broken":
            return LocalCommand(["sh", "-c", "echo no such layer; exit 1"], {}, model.root)
        arguments = [str(model.port), given["ANSWER"], given.get("GATE", "")]
        return LocalCommand([sys.executable, "-S", "-E", "-c", _SERVER, *arguments], {}, model.root)


class Production:
    """One endpoint, and the configurations it may have: each is called by what its model answers."""

    def __init__(self, lab: Laboratory) -> None:
        self.lab, self.name = lab, unique("production")
        self._api = lab.sagemaker

    def model(self, answer: str, **environment: str) -> str:
        name = unique(answer)
        container = {"Image": IMAGE, "Environment": {"ANSWER": answer, **environment}}
        self._api.create_model(ModelName=name, ExecutionRoleArn=self.lab.role, PrimaryContainer=container)
        return name

    def config(self, answer: str, count: int = 1, gate: Path | None = None, **variant: Any) -> str:
        """An endpoint configuration whose only variant has a new model."""
        environment = {"GATE": str(gate)} if gate else {}
        return self.config_of(self.model(answer, **environment), count, **variant)

    def config_of(self, model: str, count: int = 1, **variant: Any) -> str:
        given = {
            "VariantName": VARIANT,
            "ModelName": model,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": count,
            **variant,
        }
        self._api.create_endpoint_config(EndpointConfigName=model, ProductionVariants=[given])
        return model

    def create(self, config: str) -> dict[str, Any]:
        self._api.create_endpoint(EndpointName=self.name, EndpointConfigName=config)
        return self.at_rest("Creating")

    def update(self, config: str, **request: Any) -> None:
        self._api.update_endpoint(EndpointName=self.name, EndpointConfigName=config, **request)

    def updated(self, config: str, **request: Any) -> dict[str, Any]:
        """Update the endpoint and describe it when it is at rest again."""
        self.update(config, **request)
        return self.at_rest("Updating", "RollingBack")

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = self._api.describe_endpoint(EndpointName=self.name)
        return described

    def at_rest(self, *transitions: str) -> dict[str, Any]:
        return self.lab.deployed(self.name, transitions)

    def stage(self) -> dict[str, Any]:
        """Of an update, the status of the new variant; {} when there is no update."""
        variants = self.describe().get("PendingDeploymentSummary", {}).get("ProductionVariants", [{}])
        return dict(variants[0].get("VariantStatus", [{}])[0])

    def reaches(self, status: str, words: str = "") -> dict[str, Any]:
        """Wait for a stage of an update."""

        def reached() -> dict[str, Any] | None:
            stage = self.stage()
            there = stage.get("Status") == status and words in stage.get("StatusMessage", "")
            return self.describe() if there else None

        return eventually(reached, f"{status} {words}") or {}

    def ask(self, body: str = "?", **more: Any) -> str:
        answer = self.lab.runtime.invoke_endpoint(EndpointName=self.name, Body=body, **more)
        return str(answer["Body"].read().decode())

    def answers(self, count: int) -> Counter[str]:
        return Counter(self.ask() for _ in range(count))

    @contextmanager
    def traffic(self) -> Iterator[Traffic]:
        """Requests all the while; none of them may fail."""
        traffic = Traffic(self.ask)
        with traffic.running():
            yield traffic
        assert traffic.failures == []

    def delete(self) -> None:
        self.at_rest("Creating", "Updating", "RollingBack")
        self._api.delete_endpoint(EndpointName=self.name)
        eventually(self._is_gone, f"the end of {self.name}")

    def _is_gone(self) -> bool:
        try:
            self.describe()
        except ClientError:
            return True
        return False


class Traffic:
    """Clients that ask on and on, with pauses of so many seconds; `answers` are counted, and what failed is
    kept.
    """

    def __init__(self, ask: Callable[[], str], clients: int = 2, pause: float = 0) -> None:
        self._question, self._clients, self._pause = ask, clients, pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._ask) for _ in range(self._clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def total(self) -> int:
        return self.answers.total()

    def _ask(self) -> None:
        while not self._stop.wait(self._pause):
            try:
                answer = self._question()
            except Exception as err:
                # Whatever goes wrong is the finding; the thread must not die of it unseen.
                with self._lock:
                    self.failures.append(repr(err))
            else:
                with self._lock:
                    self.answers[answer] += 1


class Alarm:
    """An alarm that a test sets off."""

    def __init__(self, instance: Instance) -> None:
        self._client, self.name = instance.client("cloudwatch"), unique("errors")
        self._client.put_metric_alarm(
            AlarmName=self.name,
            Namespace="AWS/SageMaker",
            MetricName="Invocation5XXErrors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )

    def enters(self, state: str) -> None:
        self._client.set_alarm_state(AlarmName=self.name, StateValue=state, StateReason="a test")

    def is_deleted(self) -> None:
        self._client.delete_alarms(AlarmNames=[self.name])


def blue_green(
    kind: str = "ALL_AT_ONCE", between: int = 0, termination: int = 0, **size: Any
) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": between, **size}
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": termination,
        }
    }


def rolling(percent: int, wait: int = 0) -> dict[str, Any]:
    return {"RollingUpdatePolicy": {"MaximumBatchSize": of(percent), "WaitIntervalInSeconds": wait}}


def of(percent: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": percent}


def guarded(config: Mapping[str, Any], *alarms: str) -> dict[str, Any]:
    return {**config, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]}}
