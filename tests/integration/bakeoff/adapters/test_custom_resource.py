from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent

from bakeoff.adapters.custom_resource import answering
from bakeoff.domain.errors import ServiceError

REQUEST = {
    "RequestType": "Delete",
    "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/bakeoff/1",
    "RequestId": "request-1",
    "LogicalResourceId": "EmptyBucket",
    "PhysicalResourceId": "physical-1",
}


class PresignedUrl(ThreadingHTTPServer):
    """S3 as CloudFormation's presigned URL shows it: takes one PUT without a content type."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[dict[str, Any]] = []
        self.status = 200

    @property
    def request(self) -> CloudFormationCustomResourceEvent:
        url = f"http://127.0.0.1:{self.server_address[1]}/answer?signature=x"
        return CloudFormationCustomResourceEvent({**REQUEST, "ResponseURL": url})


class _Handler(BaseHTTPRequestHandler):
    server: PresignedUrl

    def do_PUT(self) -> None:
        # A signature covers the content type: any but none is refused.
        assert self.path == "/answer?signature=x" and self.headers["Content-Type"] == ""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def cloudformation() -> Iterator[PresignedUrl]:
    with PresignedUrl() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_success_is_answered(cloudformation: PresignedUrl) -> None:
    with answering(cloudformation.request, "stream-1"):
        assert cloudformation.received == []

    assert cloudformation.received == [
        {
            "Status": "SUCCESS",
            "Reason": "",
            "PhysicalResourceId": "physical-1",
            "StackId": REQUEST["StackId"],
            "RequestId": "request-1",
            "LogicalResourceId": "EmptyBucket",
        }
    ]


def test_a_failure_is_answered_with_its_reason_and_goes_on(cloudformation: PresignedUrl) -> None:
    with pytest.raises(RuntimeError, match="größe"), answering(cloudformation.request, "stream-1"):
        raise RuntimeError("the bucket keeps größe.csv")

    [answer] = cloudformation.received
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "the bucket keeps größe.csv (log stream stream-1)"


def test_an_answer_that_is_not_taken_is_an_error(cloudformation: PresignedUrl) -> None:
    """Lambda then invokes the function again, and CloudFormation still waits."""
    cloudformation.status = 403

    with (
        pytest.raises(ServiceError, match=r"SUCCESS: HTTP 403\.$"),
        answering(cloudformation.request, "stream-1"),
    ):
        pass
