"""What S3 tells of a checksum is what its readers compute: whole objects, parts, copies and ranges."""

from __future__ import annotations

import base64
import hashlib
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services.s3.checksums.crc import CRC32C, CRC64NVME

BUCKET = "checksum-tests"
PART = 5 * 1024**2
DATA = random.Random(0).randbytes(2 * PART + 1)
IN_PARTS = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
SUMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda text: zlib.crc32(text).to_bytes(4, "big"),
    "CRC32C": CRC32C.digest,
    "CRC64NVME": CRC64NVME.digest,
    "SHA1": lambda text: hashlib.sha1(text).digest(),
    "SHA256": lambda text: hashlib.sha256(text).digest(),
}


@pytest.fixture(scope="module")
def s3(instance: Instance) -> Any:
    client: Any = instance.client("s3")
    client.create_bucket(Bucket=BUCKET)
    # As AWS CLI v2 stores and as boto3 does: with the checksums that each prefers.
    for algorithm in ("CRC32", "CRC64NVME", "SHA256", "CRC32C", "SHA1"):
        _in_parts(client, algorithm)
    return client


def _in_parts(s3: Any, algorithm: str) -> None:
    """An object of three parts; given here, because boto3 alone computes two of its checksums only."""
    place = {"Bucket": BUCKET, "Key": algorithm}
    upload = s3.create_multipart_upload(**place, ChecksumAlgorithm=algorithm)["UploadId"]
    parts = []
    for number, start in enumerate(range(0, len(DATA), PART), start=1):
        body = DATA[start : start + PART]
        given = {f"Checksum{algorithm}": _base64(SUMS[algorithm](body))}
        part = s3.upload_part(**place, UploadId=upload, PartNumber=number, Body=body, **given)
        parts.append({"PartNumber": number, "ETag": part["ETag"], **given})
    s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _whole(algorithm: str) -> str:
    return _base64(SUMS[algorithm](DATA))


def _read(s3: Any, key: str, **options: str) -> bytes:
    """boto3 asks for the checksum and compares it with what it reads."""
    return bytes(s3.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED", **options)["Body"].read())


@pytest.mark.parametrize("algorithm", SUMS)
def test_a_copy_of_an_object_in_parts_can_be_read(s3: Any, algorithm: str) -> None:
    s3.copy_object(Bucket=BUCKET, Key="copied", CopySource=f"{BUCKET}/{algorithm}")

    assert _read(s3, "copied") == DATA


@pytest.mark.parametrize("algorithm", SUMS)
def test_a_copy_has_the_checksum_of_the_whole(s3: Any, algorithm: str) -> None:
    key = f"copy-of-{algorithm}"
    result = s3.copy_object(Bucket=BUCKET, Key=key, CopySource=f"{BUCKET}/{algorithm}")["CopyObjectResult"]

    assert result[f"Checksum{algorithm}"] == _whole(algorithm)
    assert result["ETag"] == f'"{hashlib.md5(DATA).hexdigest()}"'
    for head in (_head(s3, key), s3.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")):
        assert (head[f"Checksum{algorithm}"], head["ChecksumType"]) == (_whole(algorithm), "FULL_OBJECT")


def _head(s3: Any, key: str) -> dict[str, Any]:
    return dict(s3.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED"))


@pytest.mark.parametrize("algorithm", SUMS)
def test_an_object_in_parts_says_of_what_its_checksum_is(s3: Any, algorithm: str) -> None:
    parts = [DATA[start : start + PART] for start in range(0, len(DATA), PART)]
    of_parts = _base64(SUMS[algorithm](b"".join(map(SUMS[algorithm], parts))))
    # CRC64NVME is of the whole object always.
    expected = (
        (_whole(algorithm), "FULL_OBJECT") if algorithm == "CRC64NVME" else (f"{of_parts}-3", "COMPOSITE")
    )

    for head in (_head(s3, algorithm), s3.get_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")):
        assert (head[f"Checksum{algorithm}"], head["ChecksumType"]) == expected
    asked = s3.get_object_attributes(Bucket=BUCKET, Key=algorithm, ObjectAttributes=["Checksum"])
    assert asked["Checksum"]["ChecksumType"] == expected[1]


def test_a_chosen_full_object_checksum_is_one(s3: Any) -> None:
    place = {"Bucket": BUCKET, "Key": "chosen"}
    upload = s3.create_multipart_upload(**place, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    part = s3.upload_part(**place, UploadId=upload["UploadId"], PartNumber=1, Body=DATA)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(**place, UploadId=upload["UploadId"], MultipartUpload=parts)

    assert (done["ChecksumCRC32"], done["ChecksumType"]) == (_whole("CRC32"), "FULL_OBJECT")
    assert _read(s3, "chosen") == DATA


def test_an_object_without_a_checksum_gets_the_one_that_s3_computes(instance: Instance, s3: Any) -> None:
    plain = instance.client("s3", request_checksum_calculation="when_required")
    plain.put_object(Bucket=BUCKET, Key="plain", Body=DATA)
    upload = {"Bucket": BUCKET, "Key": "plain-parts"}
    plain.upload_file(str(_file_of(instance)), **upload, Config=IN_PARTS)

    for key in ("plain", "plain-parts"):
        assert _head(s3, key)["ChecksumCRC64NVME"] == _whole("CRC64NVME")
        s3.copy_object(Bucket=BUCKET, Key="copied", CopySource=f"{BUCKET}/{key}")
        assert _head(s3, "copied")["ChecksumCRC64NVME"] == _whole("CRC64NVME")
        assert _read(s3, "copied") == DATA


def _file_of(instance: Instance) -> Path:
    path = instance.work_dir / "data"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize("key", ["CRC32", "whole"])
def test_a_range_has_no_checksum_and_can_be_read(s3: Any, key: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="whole", Body=DATA)
    reply = s3.get_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED", Range=f"bytes=7-{PART + 7}")

    assert "ChecksumCRC32" not in reply
    assert reply["Body"].read() == DATA[7 : PART + 8]
    assert _read(s3, key, Range=f"bytes=0-{len(DATA) - 1}") == DATA


@pytest.mark.parametrize("options", [{}, {"ChecksumAlgorithm": "SHA256"}])
def test_a_copy_in_parts_can_be_read(s3: Any, options: dict[str, str]) -> None:
    source = {"Bucket": BUCKET, "Key": "CRC32"}
    s3.copy(source, BUCKET, "in-parts", Config=IN_PARTS, ExtraArgs=options)

    assert _read(s3, "in-parts") == DATA
    s3.copy_object(Bucket=BUCKET, Key="again", CopySource=f"{BUCKET}/in-parts")
    assert _read(s3, "again") == DATA


def test_a_copy_may_ask_for_another_checksum(s3: Any) -> None:
    s3.copy_object(Bucket=BUCKET, Key="other", CopySource=f"{BUCKET}/CRC32", ChecksumAlgorithm="SHA256")

    assert _head(s3, "other")["ChecksumSHA256"] == _whole("SHA256")
    assert _read(s3, "other") == DATA


@pytest.mark.parametrize("algorithm", SUMS)
def test_a_body_that_is_not_what_its_checksum_says_is_refused(s3: Any, algorithm: str) -> None:
    wrong = {f"Checksum{algorithm}": _base64(SUMS[algorithm](b"another"))}

    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=BUCKET, Key="broken", Body=b"body", **wrong)

    assert refused.value.response["Error"]["Code"] == "BadDigest"
    assert algorithm in refused.value.response["Error"]["Message"]
