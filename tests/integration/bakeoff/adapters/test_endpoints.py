from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

from bakeoff.adapters.endpoints import MAX_REPLY_BYTES, LiveEndpoint
from bakeoff.domain.errors import (
    AccessDenied,
    EndpointRefused,
    MalformedPrediction,
    ServiceError,
    ServiceUnavailable,
)
from bakeoff.domain.scoring.replies import parse_predictions
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "sagemaker-runtime"
REQUEST = {
    "EndpointName": "bakeoff-1",
    "ContentType": "text/csv",
    "Accept": "application/json",
    "Body": b"1,2\n3,4",
}


def endpoint(client: Any) -> LiveEndpoint:
    return LiveEndpoint("bakeoff-1", "text/csv", "application/json", client)


def test_rows_are_sent_in_one_body_and_the_reply_is_text(stubbed: Stubbed) -> None:
    reply = '{"predictions": [{"score": 1}], "größe": 1}'.encode()
    answer = {"Body": StreamingBody(BytesIO(reply), len(reply)), "ContentType": "application/json"}
    stubbed.stubber.add_response("invoke_endpoint", answer, REQUEST)

    assert endpoint(stubbed.client).predict(["1,2", "3,4"]) == reply.decode()


class Endless(BytesIO):
    """A reply without end, of which `taken` bytes have been read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size and 0 < size < 10_000_000, "all of it was asked for"
        self.taken += size
        return b"1" * size


def test_of_a_reply_above_the_limit_no_more_than_that_is_read(stubbed: Stubbed) -> None:
    source = Endless()
    answer = {"Body": StreamingBody(source, 2 * MAX_REPLY_BYTES), "ContentType": "application/json"}
    stubbed.stubber.add_response("invoke_endpoint", answer, REQUEST)

    with pytest.raises(MalformedPrediction, match=f"larger than the {MAX_REPLY_BYTES} bytes"):
        endpoint(stubbed.client).predict(["1,2", "3,4"])

    assert MAX_REPLY_BYTES < source.taken < 2 * MAX_REPLY_BYTES


@pytest.mark.parametrize("reply", [b"\xff\xfe\x00", b'{"predictions": [\xff]}', bytes(range(256))])
def test_a_reply_that_is_no_text_is_malformed(stubbed: Stubbed, reply: bytes) -> None:
    answer = {"Body": StreamingBody(BytesIO(reply), len(reply)), "ContentType": "application/json"}
    stubbed.stubber.add_response("invoke_endpoint", answer, REQUEST)
    text = endpoint(stubbed.client).predict(["1,2", "3,4"])

    with pytest.raises(MalformedPrediction):
        parse_predictions(text, "application/json", "predictions[].score", 2)


def test_an_error_of_the_model_is_not_one_of_aws(stubbed: Stubbed) -> None:
    message = "Received client error (400) from primary with message: unable to parse"
    stubbed.stubber.add_client_error("invoke_endpoint", "ModelError", message, http_status_code=424)

    with pytest.raises(EndpointRefused) as caught:
        endpoint(stubbed.client).predict(["x"])

    assert str(caught.value) == f"The model answered with an error: {message}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", ServiceUnavailable),
        ("ModelNotReadyException", ServiceUnavailable),
        ("ServiceUnavailable", ServiceUnavailable),
        ("ValidationError", ServiceError),
    ],
)
def test_what_sagemaker_refuses_is_told_with_the_endpoint(
    stubbed: Stubbed, code: str, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error("invoke_endpoint", code, "Not now")

    with pytest.raises(ServiceError) as caught:
        endpoint(stubbed.client).predict(["1,2"])

    assert type(caught.value) is kind
    assert str(caught.value) == f"Invoking endpoint bakeoff-1 failed: Not now ({code})"


class SilentReply(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise ReadTimeoutError(endpoint_url="https://runtime.sagemaker")


@pytest.mark.parametrize(
    ("source", "words"), [(SilentReply(), "Read timeout"), (BytesIO(b'{"predictions": ['), "17 read, but")]
)
def test_a_reply_that_breaks_off_is_worth_another_try(source: BytesIO, words: str) -> None:
    class Client:
        invoke_endpoint: Callable[..., Any] = staticmethod(lambda **_: {"Body": StreamingBody(source, 99)})

    with pytest.raises(ServiceUnavailable, match=rf"^Invoking endpoint bakeoff-1 failed: {words}"):
        endpoint(Client()).predict(["1,2"])
