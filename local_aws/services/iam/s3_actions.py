"""S3's actions, whose names differ from its API's.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from local_aws.services.iam.calls import Call

_ARN = "arn:aws:s3:::"


def needed(call: Call) -> list[tuple[str, str]]:
    """(action without `s3:`, ARN) pairs that `call` needs."""
    parameters = call.parameters
    bucket = parameters.get("Bucket")
    if bucket is None:
        return [(_BUCKET_ACTIONS.get(call.operation, call.operation), "*")]
    if call.operation == "DeleteObjects":
        return list(_deletions(bucket, parameters))
    if "Key" not in parameters:
        return [(_BUCKET_ACTIONS.get(call.operation, call.operation), f"{_ARN}{bucket}")]
    arn = f"{_ARN}{bucket}/{parameters['Key']}"
    actions = _object_actions(call.operation, parameters)
    return [*((action, arn) for action in actions), *_copied(parameters)]


def request_context(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The s3: condition keys that a call brings."""
    return {key: str(parameters[name]) for name, key in _CONTEXT.items() if name in parameters}


def bucket_of(resource: str) -> str:
    """The bucket of an S3 ARN; empty for `*`."""
    return resource.removeprefix(_ARN).split("/", 1)[0] if resource.startswith(_ARN) else ""


def _object_actions(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    action = _OBJECT_ACTIONS.get(operation, operation)
    if parameters.get("VersionId"):
        action = _OF_A_VERSION.get(action, action)
    extra = ["PutObjectTagging"] if action == "PutObject" and parameters.get("Tagging") else []
    if action == "PutObject" and parameters.get("ACL"):
        extra.append("PutObjectAcl")
    return [action, *extra]


def _deletions(bucket: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in parameters.get("Delete", {}).get("Objects", []):
        action = "DeleteObjectVersion" if item.get("VersionId") else "DeleteObject"
        yield action, f"{_ARN}{bucket}/{item['Key']}"


def _copied(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    source = parameters.get("CopySource")
    if source:
        path, _, query = str(source).partition("?")
        version = parse_qs(query).get("versionId")
        yield "GetObjectVersion" if version else "GetObject", _ARN + unquote(path).lstrip("/")


_OBJECT_ACTIONS: Mapping[str, str] = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
}

# Action -> what it is called when a VersionId is given.
_OF_A_VERSION: Mapping[str, str] = {
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}

_BUCKET_ACTIONS: Mapping[str, str] = {
    "ListBuckets": "ListAllMyBuckets",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
}

# Parameter -> condition key.
_CONTEXT: Mapping[str, str] = {
    "ACL": "s3:x-amz-acl",
    "CopySource": "s3:x-amz-copy-source",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "Prefix": "s3:prefix",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "VersionId": "s3:versionid",
}
