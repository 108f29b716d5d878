"""The checksum of an object that moto keeps."""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeKey, FakeMultipart

from local_aws.services.s3.checksums.sums import COMPOSITE, FULL_OBJECT, S3_OWN, text_of


class WholeSource:
    """The source of a copy as CopyObject takes it: an object that was put at once.

    Its checksum is of the same kind, but of the whole; nothing else differs from `key`.
    """

    multipart = None

    def __init__(self, key: FakeKey) -> None:
        ensure_checksum(key)
        self._key = key
        self.checksum_algorithm = key.checksum_algorithm
        self.checksum_value = (
            text_of(key.value, key.checksum_algorithm)
            if key.checksum_type == COMPOSITE
            else key.checksum_value
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._key, name)


def ensure_checksum(key: FakeKey) -> None:
    """Every object has a checksum; this one was stored without, and nobody has asked for it yet."""
    if key.checksum_algorithm is None:
        key.checksum_value, key.checksum_type = text_of(key.value, S3_OWN), FULL_OBJECT
        key.checksum_algorithm = S3_OWN


def told(key: FakeKey) -> str:
    """The checksum as S3 tells it: that of the parts ends in their number."""
    return f"{key.checksum_value}{f'-{key.checksum_parts}' if key.checksum_type == COMPOSITE else ''}"


def headers_of(key: FakeKey) -> dict[str, str]:
    """What the headers of a reply say of the whole object."""
    ensure_checksum(key)
    return {
        f"x-amz-checksum-{key.checksum_algorithm.lower()}": told(key),
        "x-amz-checksum-type": key.checksum_type,
    }


def of_part(upload: FakeMultipart, number: int) -> dict[str, str]:
    """The checksum of a part, if the upload asked for one when it began."""
    algorithm = upload.metadata.get("x-amz-checksum-algorithm")
    return {f"Checksum{algorithm}": text_of(upload.parts[number].value, algorithm)} if algorithm else {}
