"""The checksum that a request gives for its body: in a header, or behind the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.s3.exceptions import S3ClientError

from local_aws.services.s3.checksums.sums import ALGORITHMS, text_of

# A trailer is the end of a chunked body: a handful of bytes, whatever comes before.
_TRAILER = re.compile(rb"\r\nx-amz-checksum-(\w+):([A-Za-z0-9+/=]+)\s*\Z")
_LONGEST_TRAILER = 256


def check_body(headers: Mapping[str, Any], raw: bytes | str, body: bytes | str) -> tuple[str, str | None]:
    """The algorithm ("" for none) and the checksum of `body`, which is `raw` without its chunks' frames.

    Raises S3ClientError when the request gives another one.
    """
    content = body if isinstance(body, bytes) else body.encode()
    algorithm, given = _given(headers, raw if isinstance(raw, bytes) else raw.encode())
    if not algorithm:
        return "", None
    value = text_of(content, algorithm)
    if given not in (None, value):
        raise S3ClientError(
            "BadDigest", f"The {algorithm} you specified did not match the calculated checksum."
        )
    return algorithm, value


def _given(headers: Mapping[str, Any], raw: bytes) -> tuple[str, str | None]:
    for algorithm in ALGORITHMS:
        if value := headers.get(f"x-amz-checksum-{algorithm.lower()}"):
            return algorithm, str(value)
    if headers.get("x-amz-trailer") and (found := _TRAILER.search(raw[-_LONGEST_TRAILER:])):
        return found[1].decode().upper(), found[2].decode()
    named = str(headers.get("x-amz-sdk-checksum-algorithm", "")).upper()
    return (named if named in ALGORITHMS else ""), None
