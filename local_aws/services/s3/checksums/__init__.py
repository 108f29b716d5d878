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
from functools import partial
from typing import Any

from moto.s3 import models, responses
from moto.s3.models import FakeMultipart, S3Backend
from moto.s3.responses import S3Response

from local_aws.core.patching import replace, wrap
from local_aws.services.s3.checksums.given import check_body
from local_aws.services.s3.checksums.objects import WholeSource, ensure_checksum, headers_of, of_part, told
from local_aws.services.s3.checksums.sums import FULL_OBJECT, S3_OWN, compute

Response = tuple[int, dict[str, Any], Any]


@functools.cache
def apply() -> None:
    """Store and tell what S3 would. A second call does nothing."""
    for module in (models, responses):
        replace(module, compute_checksum=compute)
    wrap(S3Backend, "put_object", _put_object)
    wrap(S3Backend, "copy_object", _copy_object)
    wrap(S3Backend, "complete_multipart_upload", _complete_multipart_upload)
    replace(S3Response, _get_checksum=_given)
    wrap(S3Response, "_get_key", _get_key)
    wrap(S3Response, "head_object", _head_object)
    wrap(S3Response, "upload_part_copy", partial(_extended, _copied_part))
    wrap(S3Response, "_key_response_post", partial(_extended, _completed))


def _put_object(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    # A complete upload says afterwards that its checksum is of its parts, where it is.
    key = original(self, *args, **kwargs)
    key.checksum_type = FULL_OBJECT
    return key


def _copy_object(original: Any, self: Any, src_key: Any, *args: Any, **kwargs: Any) -> Any:
    return original(self, WholeSource(src_key), *args, **kwargs)


def _complete_multipart_upload(
    original: Any, self: Any, bucket_name: str, multipart_id: str, body: Any
) -> Any:
    upload: FakeMultipart = self.get_bucket(bucket_name).multiparts[multipart_id]
    upload.metadata.setdefault("x-amz-checksum-algorithm", S3_OWN)
    key = original(self, bucket_name, multipart_id, body)
    upload.dispose()
    return key


def _given(self: Any, response_headers: dict[str, Any]) -> tuple[str, str | None]:
    """`S3Response._get_checksum`: the algorithm ("" for none) and what the body has, which may be refused."""
    algorithm, value = check_body(self.headers, self.raw_body, self.body)
    if value:
        response_headers[f"x-amz-checksum-{algorithm.lower()}"] = value
    return algorithm, value


def _get_key(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    found = original(self, *args, **kwargs)
    asked = self.headers.get("x-amz-object-attributes", "")
    if self.headers.get("x-amz-checksum-mode") == "ENABLED" or "Checksum" in asked:
        ensure_checksum(found[0])
    return found


def _head_object(
    original: Any, self: Any, bucket_name: str, query: Any, key_name: str, headers: Any
) -> Response:
    status, answered, body = original(self, bucket_name, query, key_name, headers)
    if status == 200 and headers.get("x-amz-checksum-mode") == "ENABLED":
        version = query.get("versionId", [None])[0]
        answered |= headers_of(self.backend.get_object(bucket_name, key_name, version_id=version))
    return status, answered, body


def _extended(extend: Callable[[Any, Any], None], original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """`extend` adds to the document before it becomes XML."""
    serialized = self.serialized

    def extended(answer: Any) -> Any:
        if isinstance(answer.result, dict):
            extend(self, answer.result)
        return serialized(answer)

    # moto makes one of these objects for each request.
    self.serialized = extended
    return original(self, *args, **kwargs)


def _copied_part(response: Any, document: dict[str, Any]) -> None:
    upload = response.backend.get_bucket(response.bucket_name).multiparts[response._get_param("uploadId")]
    document["CopyPartResult"] |= of_part(upload, response._get_int_param("partNumber"))


def _completed(response: Any, document: dict[str, Any]) -> None:
    if response.data["Action"] == "CompleteMultipartUpload":
        key = response.backend.get_object(response.bucket_name, document["Key"])
        document |= {f"Checksum{key.checksum_algorithm}": told(key), "ChecksumType": key.checksum_type}
