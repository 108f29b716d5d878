"""The Lambda Runtime API of one execution environment, as the real runtime client speaks it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Each environment has its own port,
because the runtime client knows no other way to say which environment it is.
"""

from __future__ import annotations

import json
import queue
import re
import socket
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from local_aws.core.servers import IgnoresDroppedConnections
from local_aws.core.threads import ThreadGroup
from local_aws.services.lambda_.configuration import Invocation, error_document

_PREFIX = "/2018-06-01/runtime"
_RESULT = re.compile(rf"{_PREFIX}/invocation/([^/]+)/(response|error)")
# 6 MB and what Lambda allows for the envelope.
MAX_RESPONSE_BYTES = 6_291_556


@dataclass(frozen=True)
class Ready:
    """The runtime asks for its next invocation."""


@dataclass(frozen=True)
class Reply:
    payload: bytes
    failed: bool = False
    reusable: bool = True


@dataclass(frozen=True)
class InitError:
    payload: bytes


@dataclass(frozen=True)
class Exited:
    """The process ended; a negative code is the signal that ended it, as in `subprocess`."""

    code: int


Report = Ready | Reply | InitError | Exited


class RuntimeApi:
    """Serves `/next`, `/response`, `/error` and `/init/error` on a free port of 127.0.0.1.

    `reports` receives what the runtime says, in order. `address` is what AWS_LAMBDA_RUNTIME_API holds.
    """

    def __init__(self, threads: ThreadGroup) -> None:
        self.reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self.invocations: queue.SimpleQueue[tuple[Invocation, dict[str, str]] | None] = queue.SimpleQueue()
        self._server = _Server(self, threads)
        self._closing = False
        threads.start(self._serve, name="lambda-runtime-api")

    @property
    def address(self) -> str:
        host, port = self._server.socket.getsockname()
        return f"{host}:{port}"

    def send(self, invocation: Invocation, *, deadline_ms: int, function_arn: str) -> None:
        """Answer the runtime's `/next`; `deadline_ms` is in milliseconds since 1970."""
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        self.invocations.put((invocation, headers))

    def close(self) -> None:
        self._closing = True
        self.invocations.put(None)
        # Wakes the thread that waits for a connection, which polling would do only later.
        socket.create_connection(self._server.socket.getsockname()).close()

    def _serve(self) -> None:
        while not self._closing:
            self._server.handle_request()
        self._server.server_close()


class _Server(IgnoresDroppedConnections, HTTPServer):
    def __init__(self, api: RuntimeApi, threads: ThreadGroup) -> None:
        self.api, self.threads = api, threads
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The reply's headers and body would otherwise wait for each other's acknowledgement (40 ms).
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if self.path != f"{_PREFIX}/invocation/next":
            return self._answer(HTTPStatus.NOT_FOUND, b"{}")
        self.server.api.reports.put(Ready())
        work = self.server.api.invocations.get()
        if work is None:
            self.close_connection = True
            return None
        invocation, headers = work
        return self._answer(HTTPStatus.OK, invocation.payload, headers)

    def do_POST(self) -> None:
        payload = self._body()
        if self.path == f"{_PREFIX}/init/error":
            self.server.api.reports.put(InitError(payload))
        elif result := _RESULT.fullmatch(self.path):
            if len(payload) > MAX_RESPONSE_BYTES:
                return self._refuse_size()
            self.server.api.reports.put(Reply(payload, failed=result[2] == "error"))
        else:
            return self._answer(HTTPStatus.NOT_FOUND, b"{}")
        return self._answer(HTTPStatus.ACCEPTED, json.dumps({"status": "OK"}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the worker's own output is the log that a person reads."""

    def _refuse_size(self) -> None:
        limit = f"payload size ({MAX_RESPONSE_BYTES} bytes)."
        # The runtime client ends itself after this status, in Lambda too.
        document = error_document(
            "Function.ResponseSizeTooLarge", f"Response payload size exceeded maximum allowed {limit}"
        )
        self.server.api.reports.put(Reply(document, failed=True, reusable=False))
        self._answer(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            error_document("RequestEntityTooLarge", f"Exceeded maximum allowed {limit}"),
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        content = self.rfile.read(size)
        self.rfile.readline()
        return content

    def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
