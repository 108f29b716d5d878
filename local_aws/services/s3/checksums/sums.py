"""The checksums that S3 knows, and what each of a body is."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable

from local_aws.services.s3.checksums.crc import CRC32C, CRC64NVME

FULL_OBJECT, COMPOSITE = "FULL_OBJECT", "COMPOSITE"
S3_OWN = "CRC64NVME"  # what S3 computes when a client gives none
ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "CRC32C": CRC32C.digest,
    "CRC64NVME": CRC64NVME.digest,
    "SHA1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "SHA256": lambda body: hashlib.sha256(body).digest(),
}


def compute(body: bytes, algorithm: str, encode_base64: bool = True) -> bytes:
    """`moto.s3.utils.compute_checksum`."""
    digest = ALGORITHMS[algorithm](body)
    return base64.b64encode(digest) if encode_base64 else digest


def text_of(body: bytes, algorithm: str) -> str:
    return compute(body, algorithm).decode()
