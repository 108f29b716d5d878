"""A model behind HTTP as SageMaker expects it: GET /ping, POST /invocations."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from local_aws.services.sagemaker.containers.errors import BadRequest

HOST = "127.0.0.1"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invocation:
    """`content_type` and `accept` are media types in lower case, without parameters; "" where not given.

    `accept_parameters` are those of Accept, in lower case: {"verbose": "true"} for "...; verbose=true".
    """

    body: bytes
    content_type: str
    accept: str
    accept_parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    body: bytes
    content_type: str
    status: HTTPStatus = HTTPStatus.OK


class Model(Protocol):
    def answer(self, invocation: Invocation) -> Reply:
        """Predictions for the rows of a request; BadRequest for one that can't be answered."""


class ModelServer(ThreadingHTTPServer):
    def __init__(self, model: Model, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.model = model


def serve(model: Model, port: int) -> None:
    """Answer until the process is ended. The port opens here, so a ping succeeds only with a loaded model."""
    with ModelServer(model, port) as server:
        _log.info("serving on %s:%s", HOST, server.server_port)
        server.serve_forever()


def media_type(header: str | None) -> str:
    return (header or "").split(";", 1)[0].strip().lower()


def parameters(header: str | None) -> dict[str, str]:
    """What follows a media type: "text/csv; label_size=1" has {"label_size": "1"}."""
    parts = [part.strip().lower().split("=", 1) for part in (header or "").split(";")[1:] if "=" in part]
    return {name.strip(): value.strip() for name, value in parts}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        known = self.path == "/ping"
        self._send(Reply(b"", "text/plain", HTTPStatus.OK if known else HTTPStatus.NOT_FOUND))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/invocations":
            self._send(_refusal("Not found", HTTPStatus.NOT_FOUND))
            return
        accept = self.headers["Accept"]
        invocation = Invocation(
            body, media_type(self.headers["Content-Type"]), media_type(accept), parameters(accept)
        )
        self._send(_answer(self.server.model, invocation))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line per request would drown what matters in the endpoint's log."""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


def _answer(model: Model, invocation: Invocation) -> Reply:
    try:
        return model.answer(invocation)
    except BadRequest as err:
        _log.error("%s", err)
        return _refusal(str(err), err.status)
    except Exception as err:
        # The boundary of a request: the server must outlive a failing prediction, as a container's does.
        _log.exception("prediction failed")
        return _refusal(f"{type(err).__name__}: {err}", HTTPStatus.INTERNAL_SERVER_ERROR)


def _refusal(message: str, status: HTTPStatus) -> Reply:
    return Reply(message.encode(), "text/plain", status)
