from __future__ import annotations

from email.message import Message
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.sagemaker.containers.spark.webhdfs.bodies import receive_body


def received(body: bytes, **headers: str) -> tuple[bytes, bytes]:
    """What arrives, and what is left on the connection for the next request."""
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    source, target = BytesIO(body), BytesIO()
    receive_body(message, source, target)
    return target.getvalue(), source.read()


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_chunks_are_joined_and_the_next_request_is_left_alone(chunks: list[bytes]) -> None:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"

    assert received(body + b"PUT /next", Transfer_Encoding="chunked") == (b"".join(chunks), b"PUT /next")


def test_extensions_and_trailers_of_chunks_are_skipped() -> None:
    body = b"3;name=value\r\nabc\r\n0\r\nChecksum: 1\r\n\r\nnext"

    assert received(body, Transfer_Encoding="chunked") == (b"abc", b"next")


def test_a_body_of_known_length_ends_there() -> None:
    assert received(b"abcdef", Content_Length="4") == (b"abcd", b"ef")
    assert received(b"next") == (b"", b"next")


@pytest.mark.parametrize("body", [b"", b"5\r\nab", b"2\r\nab\r\n", b"2\r\nab\r\n1"])
def test_a_writer_that_dies_leaves_an_error_and_not_half_a_file(body: bytes) -> None:
    with pytest.raises(ConnectionError, match="in the middle of its body"):
        received(body, Transfer_Encoding="chunked")


def test_a_body_shorter_than_announced_is_an_error() -> None:
    with pytest.raises(ConnectionError, match="in the middle of its body"):
        received(b"abc", Content_Length="4")
