"""Model servers behind endpoints: start, ask, stop one."""

from __future__ import annotations

import http.client
import shutil
import socket
import tarfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.core.instance import Instance
from local_aws.core.processes import Child
from local_aws.services.sagemaker.container import LocalCommand, ServingRun
from local_aws.services.sagemaker.containers import algorithm_container
from local_aws.services.sagemaker.data_plane import execution_role, logs, s3

HOST = "127.0.0.1"
INVOCATION_SECONDS = 60
# SageMaker's limit for the body of a request and of a reply.
BODY_LIMIT = 6_291_456
STARTUP_SECONDS = 600
_POLL_SECONDS = 0.02


class EndpointFailed(Exception):
    """A fleet does not come into service; the text is the endpoint's FailureReason."""


class EndpointStopped(Exception):
    """The endpoint went away while a fleet was starting or an update was waiting."""


@dataclass(frozen=True)
class Variant:
    """A production variant with its CreateModel request."""

    name: str
    weight: float
    model: Mapping[str, Any]
    startup_seconds: int = STARTUP_SECONDS


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class ModelServer:
    """One process that serves one variant of an endpoint; `folder` is its own, and goes with it."""

    def __init__(self, instance: Instance, endpoint: str, variant: Variant, folder: Path) -> None:
        self.variant = variant
        self._site, self._reservation = instance, reserve_port()
        self._port: int = self._reservation.getsockname()[1]
        self._folder = folder
        self._role = variant.model["ExecutionRoleArn"]
        try:
            self._credentials = execution_role.assume(
                instance, self._role, instance.arn("sagemaker", f"endpoint/{endpoint.lower()}")
            )
        except execution_role.RoleRefused as err:
            raise EndpointFailed(str(err)) from err
        stream = f"{variant.name}/i-{time.time_ns():017x}"[:512]
        self.log = logs.ContainerLog(
            self._folder / "log", f"{logs.ENDPOINTS}/{endpoint}", stream, instance, self._credentials
        )
        self._child: Child | None = None
        self._command: LocalCommand | None = None

    def start(self, stopped: threading.Event) -> None:
        """Fetch the model and wait until it answers pings; EndpointFailed or EndpointStopped otherwise."""
        root = self._folder / "ml"
        shutil.rmtree(self._folder, ignore_errors=True)
        (root / "model").mkdir(parents=True)
        image = self.variant.model["PrimaryContainer"]["Image"]
        container = algorithm_container(image)
        self._use_role(image)
        self._fetch_model(root / "model")
        run = ServingRun(
            self.variant.name, dict(self.variant.model), root, self._credentials, self._site, self._port
        )
        self._command = container.serve_command(run)
        with self.log.path.open("ab") as output:
            self._child = self._command.start(self._site, output)
        self._wait_until_healthy(self._child, stopped)

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST /invocations; TimeoutError after 60 s, OSError or HTTPException when the process is gone.

        Of a reply above BODY_LIMIT one byte more than that is read.
        """
        connection = http.client.HTTPConnection(HOST, self._port, timeout=INVOCATION_SECONDS)
        try:
            connection.request("POST", "/invocations", body, dict(headers))
            reply = connection.getresponse()
            return Answer(reply.status, reply.read(BODY_LIMIT + 1), dict(reply.getheaders()))
        finally:
            connection.close()

    def stop(self) -> None:
        if self._child:
            self._site.processes.stop(self._child)
            self.log.ship()
        self._reservation.close()
        if self._command and self._command.close:
            self._command.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _use_role(self, image: str) -> None:
        try:
            execution_role.pull_image(self._role, image)
        except execution_role.RoleRefused as err:
            raise EndpointFailed(f"Could not pull the image {image}: {err}") from err
        execution_role.publish_metrics(self._role, logs.ENDPOINTS)

    def _fetch_model(self, folder: Path) -> None:
        uri = self.variant.model["PrimaryContainer"].get("ModelDataUrl")
        if not uri:
            return
        archive = folder.with_suffix(".tar.gz")
        try:
            bucket, key = s3.split_uri(uri)
            s3.fetch(self._site.client("s3", self._credentials), bucket, key, archive)
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
        except (ClientError, BotoCoreError, OSError, tarfile.TarError, ValueError) as err:
            raise EndpointFailed(f"Could not access model data at {uri}: {err}") from err

    def _wait_until_healthy(self, child: Child, stopped: threading.Event) -> None:
        deadline = time.monotonic() + self.variant.startup_seconds
        while not _pings(self._port):
            if stopped.wait(_POLL_SECONDS):
                raise EndpointStopped
            if child.poll() is not None or time.monotonic() > deadline:
                raise EndpointFailed(
                    f"The primary container for production variant {self.variant.name} did not pass the ping "
                    "health check. Please check CloudWatch logs for this endpoint. Its last lines: "
                    f"{self.log.tail(3)}"
                )


def reserve_port() -> socket.socket:
    """A socket on a free port that nobody else is given while it is open; a model server may listen there.

    Without it, two endpoints that start at once, even of two embedded AWS, could get the same port, and one
    would answer for the other. Linux lets a second socket bind to a port on which none listens yet when both
    ask for SO_REUSEADDR, as Python's HTTP servers do.
    """
    reservation = socket.socket()
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reservation.bind((HOST, 0))
    return reservation


def _pings(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
