"""What services ask of KMS in a caller's name when they keep something under a customer's key.

moto 5.2.5 notes the key of an object, topic, queue or disk and asks nobody whether it may be used.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, .../mpuoverview.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from local_aws.services.iam.actions import Check
from local_aws.services.iam.calls import Call
from local_aws.services.iam.evaluation import Request, Statement, decide, statements_of
from local_aws.services.iam.matching import Context

_SEND = ("GenerateDataKey", "Decrypt")


def key_checks(call: Call) -> list[Check]:
    """The uses of customers' keys that `call` brings with it."""
    find = _FINDERS.get((call.service, call.operation))
    if find is None:
        return []
    context = {**_VIA_SAGEMAKER} if call.service == "sagemaker" else via(call.service, call.region)
    return [Check(f"kms:{action}", key, context) for action, key in find(call) if key and _is_customers(key)]


def via(service: str, region: str) -> Context:
    """What KMS sees of a request that a service makes in its caller's name."""
    return {"kms:viaservice": f"{service}.{region}.amazonaws.com"}


def key_policy(arn: str) -> list[Statement]:
    """The statements of a key's own policy; without one of them allowing it, nobody may use the key."""
    _, _, _, region, account, resource = arn.split(":", 5)
    key = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
    return statements_of("key policy", key.policy) if key else []


def lets_service_use(arn: str, service: str, action: str, context: Context) -> bool:
    """Whether a key's policy lets a service do `action` in its own name."""
    return decide(key_policy(arn), Request(action, arn, context, (service,))).allowed


def _is_customers(key: str) -> bool:
    """AWS's own keys (alias/aws/s3) are open to the account through their service."""
    return ":key/" in key


_VIA_SAGEMAKER: Context = {"kms:grantisforawsresource": "true"}
Uses = Iterator[tuple[str, str | None]]


def _reading(call: Call) -> Uses:
    parameters = call.parameters
    yield "Decrypt", _key_of(call, parameters["Bucket"], parameters["Key"], parameters.get("VersionId"))


def _writing(call: Call) -> Uses:
    yield "GenerateDataKey", _key_to_be(call)


def _copying(call: Call) -> Uses:
    yield "Decrypt", _key_of_source(call)
    yield "GenerateDataKey", _key_to_be(call)


def _continuing(call: Call) -> Uses:
    """A part is encrypted with the upload's data key, which has to be decrypted for it."""
    if "CopySource" in call.parameters:
        yield "Decrypt", _key_of_source(call)
    bucket = _bucket(call, call.parameters["Bucket"])
    upload = bucket.multiparts.get(call.parameters["UploadId"]) if bucket else None
    if upload is not None:
        yield "Decrypt", upload.kms_key_id or _default_key(bucket)


def _publishing(call: Call) -> Uses:
    topic = sns_backends[call.account_id][call.region].topics.get(call.parameters.get("TopicArn"))
    key = topic.kms_master_key_id if topic else None
    yield from ((action, key) for action in _SEND)


def _sending(call: Call) -> Uses:
    yield from ((action, _key_of_queue(call)) for action in _SEND)


def _receiving(call: Call) -> Uses:
    yield "Decrypt", _key_of_queue(call)


def _hosting(call: Call) -> Uses:
    configs = sagemaker_backends[call.account_id][call.region].endpoint_configs
    config = configs.get(call.parameters.get("EndpointConfigName"))
    yield "CreateGrant", config.kms_key_id if config else None


_FINDERS: Mapping[tuple[str, str], Callable[[Call], Uses]] = {
    ("s3", "GetObject"): _reading,
    ("s3", "PutObject"): _writing,
    ("s3", "CreateMultipartUpload"): _writing,
    ("s3", "CopyObject"): _copying,
    ("s3", "UploadPart"): _continuing,
    ("s3", "UploadPartCopy"): _continuing,
    ("s3", "CompleteMultipartUpload"): _continuing,
    ("sns", "Publish"): _publishing,
    ("sns", "PublishBatch"): _publishing,
    ("sqs", "SendMessage"): _sending,
    ("sqs", "SendMessageBatch"): _sending,
    ("sqs", "ReceiveMessage"): _receiving,
    ("sagemaker", "CreateEndpoint"): _hosting,
}


def _bucket(call: Call, name: str) -> Any:
    return s3_backends[call.account_id]["aws"].buckets.get(name)


def _key_of(call: Call, bucket: str, name: str, version: str | None) -> str | None:
    if _bucket(call, bucket) is None:
        return None
    found = s3_backends[call.account_id]["aws"].get_object(bucket, name, version_id=version)
    return found.kms_key_id if found is not None and found.encryption == "aws:kms" else None


def _key_of_source(call: Call) -> str | None:
    path, _, query = str(call.parameters["CopySource"]).partition("?")
    bucket, _, name = unquote(path).lstrip("/").partition("/")
    [version] = parse_qs(query).get("versionId", [None])
    return _key_of(call, bucket, name, version)


def _key_to_be(call: Call) -> str | None:
    """The key under which an object is going to be stored: the request's, else the bucket's."""
    named = call.parameters.get("ServerSideEncryption")
    if named == "AES256":
        return None
    given: str | None = call.parameters.get("SSEKMSKeyId")
    return given if named else _default_key(_bucket(call, call.parameters["Bucket"]))


def _default_key(bucket: Any) -> str | None:
    if bucket is None or bucket.encryption is None:
        return None
    key: str | None = bucket.encryption["Rule"]["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
    return key


def _key_of_queue(call: Call) -> str | None:
    name = str(call.parameters.get("QueueUrl", "")).rsplit("/", 1)[-1]
    queue = sqs_backends[call.account_id][call.region].queues.get(name)
    return getattr(queue, "kms_master_key_id", None)
