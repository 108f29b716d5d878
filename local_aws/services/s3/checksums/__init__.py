"""Checksums of moto 5.2.5's S3, which no client of a larger object could live with.

CopyObject passed the checksum of an object's parts off as that of the whole copy, so that boto3 refused to
read it (moto#8762, moto#9849); CRC32C and CRC64NVME, which AWS CLI v2 sends, were CRC32 in truth; an object
stored without a checksum had none; HeadObject and CompleteMultipartUpload did not say of what theirs is; a
body that did not match its checksum was taken; and the parts of a complete upload were kept beside the
object.

What S3 does: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.s3 import models, responses
from moto.s3.models import FakeMultipart, S3Backend
from moto.s3.responses import S3Response

from local_aws.services.s3.checksums.given import check_body
from local_aws.services.s3.checksums.objects import WholeSource, ensure_checksum, headers_of, of_part, told
from local_aws.services.s3.checksums.sums import FULL_OBJECT, S3_OWN, compute

Response = tuple[int, dict[str, Any], Any]


@functools.cache
def apply() -> None:
    """Store and tell what S3 would. A second call does nothing."""
    models.compute_checksum = responses.compute_checksum = compute
    S3Backend.put_object = _of_the_whole(S3Backend.put_object)
    S3Backend.copy_object = _summed_anew(S3Backend.copy_object)
    S3Backend.complete_multipart_upload = _complete(S3Backend.complete_multipart_upload)
    S3Response._get_checksum = _given
    S3Response._get_key = _with_checksum(S3Response._get_key)
    S3Response.head_object = _telling(S3Response.head_object)
    S3Response.upload_part_copy = _answering(S3Response.upload_part_copy, _copied_part)
    S3Response._key_response_post = _answering(S3Response._key_response_post, _completed)


def _of_the_whole(original: Callable[..., Any]) -> Callable[..., Any]:
    """A complete upload says afterwards that its checksum is of its parts, where it is."""

    @functools.wraps(original)
    def put_object(self: Any, *args: Any, **kwargs: Any) -> Any:
        key = original(self, *args, **kwargs)
        key.checksum_type = FULL_OBJECT
        return key

    return put_object


def _summed_anew(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def copy_object(self: Any, src_key: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self, WholeSource(src_key), *args, **kwargs)

    return copy_object


def _complete(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def complete_multipart_upload(self: Any, bucket_name: str, multipart_id: str, body: Any) -> Any:
        upload: FakeMultipart = self.get_bucket(bucket_name).multiparts[multipart_id]
        upload.metadata.setdefault("x-amz-checksum-algorithm", S3_OWN)
        key = original(self, bucket_name, multipart_id, body)
        upload.dispose()
        return key

    return complete_multipart_upload


def _given(self: Any, response_headers: dict[str, Any]) -> tuple[str, str | None]:
    """`S3Response._get_checksum`: the algorithm ("" for none) and what the body has, which may be refused."""
    algorithm, value = check_body(self.headers, self.raw_body, self.body)
    if value:
        response_headers[f"x-amz-checksum-{algorithm.lower()}"] = value
    return algorithm, value


def _with_checksum(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def _get_key(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        asked = self.headers.get("x-amz-object-attributes", "")
        if self.headers.get("x-amz-checksum-mode") == "ENABLED" or "Checksum" in asked:
            ensure_checksum(found[0])
        return found

    return _get_key


def _telling(original: Callable[..., Response]) -> Callable[..., Response]:
    @functools.wraps(original)
    def head_object(self: Any, bucket_name: str, query: Any, key_name: str, headers: Any) -> Response:
        status, answered, body = original(self, bucket_name, query, key_name, headers)
        if status == 200 and headers.get("x-amz-checksum-mode") == "ENABLED":
            version = query.get("versionId", [None])[0]
            answered |= headers_of(self.backend.get_object(bucket_name, key_name, version_id=version))
        return status, answered, body

    return head_object


def _answering(original: Callable[..., Any], extend: Callable[[Any, Any], None]) -> Callable[..., Any]:
    """`extend` adds to the document before it becomes XML."""

    @functools.wraps(original)
    def operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        serialized = self.serialized

        def extended(answer: Any) -> Any:
            if isinstance(answer.result, dict):
                extend(self, answer.result)
            return serialized(answer)

        # moto makes one of these objects for each request.
        self.serialized = extended
        return original(self, *args, **kwargs)

    return operation


def _copied_part(response: Any, document: dict[str, Any]) -> None:
    upload = response.backend.get_bucket(response.bucket_name).multiparts[response._get_param("uploadId")]
    document["CopyPartResult"] |= of_part(upload, response._get_int_param("partNumber"))


def _completed(response: Any, document: dict[str, Any]) -> None:
    if response.data["Action"] == "CompleteMultipartUpload":
        key = response.backend.get_object(response.bucket_name, document["Key"])
        document |= {f"Checksum{key.checksum_algorithm}": told(key), "ChecksumType": key.checksum_type}
