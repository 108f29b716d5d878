"""What services ask of KMS in a caller's name when they keep something under a customer's key.

moto 5.2.5 notes the key of an object, topic, queue or disk and asks nobody whether it may be used.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, .../mpuoverview.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local_aws.services.iam.actions.checks import Check
from local_aws.services.iam.calls import Call
from local_aws.services.iam.key_policies import find_key
from local_aws.services.iam.matching import Context

_SEND = ("GenerateDataKey", "Decrypt")


def key_checks(call: Call) -> list[Check]:
    """The uses of customers' keys that `call` brings with it."""
    find = _FINDERS.get((call.service, call.operation))
    if find is None:
        return []
    return [
        Check(f"kms:{action}", key, _context_of(call, action))
        for action, key in find(call)
        if key and _is_customers(key)
    ]


def via(service: str, region: str) -> Context:
    """What KMS sees of a request that a service makes in its caller's name."""
    return {"kms:viaservice": f"{service}.{region}.amazonaws.com"}


def _is_customers(key: str) -> bool:
    """AWS's own keys (alias/aws/s3) are open to the account through their service."""
    return ":key/" in key


def _context_of(call: Call, action: str) -> Context:
    if call.service == "sagemaker":
        return {"kms:grantisforawsresource": "true"}
    # DescribeKey encrypts nothing, so that there is nothing to say of it.
    is_workflow_s = call.service == "states" and action != "DescribeKey"
    said = encryption_context(_state_machine_arn(call)) if is_workflow_s else {}
    return {**via(call.service, call.region), **said}


def encryption_context(state_machine_arn: str) -> Context:
    """What KMS sees of whatever Step Functions does with the key of a state machine."""
    return {"kms:encryptioncontext:aws:states:statemachinearn": state_machine_arn}


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


def _defining(call: Call) -> Uses:
    given = call.parameters.get("encryptionConfiguration")
    key = _arn_of(call, given.get("kmsKeyId")) if given else _key_of_machine(call)
    yield from ((action, key) for action in ("DescribeKey", "GenerateDataKey"))


def _reading_workflow(call: Call) -> Uses:
    if call.parameters.get("includedData") != "METADATA_ONLY":
        yield "Decrypt", _key_of_machine(call)


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
    ("states", "CreateStateMachine"): _defining,
    ("states", "UpdateStateMachine"): _defining,
    ("states", "DescribeStateMachine"): _reading_workflow,
    ("states", "DescribeStateMachineForExecution"): _reading_workflow,
    ("states", "DescribeExecution"): _reading_workflow,
    ("states", "GetExecutionHistory"): _reading_workflow,
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


def _state_machine_arn(call: Call) -> str:
    """Of the state machine, without a version, that a call defines, or that it or its execution is about."""
    parameters = call.parameters
    made = f"arn:aws:states:{call.region}:{call.account_id}:stateMachine:{parameters.get('name')}"
    given = str(parameters.get("executionArn") or parameters.get("stateMachineArn") or made)
    # A child execution of a Map Run has its label behind the state machine's name.
    return ":".join(given.replace(":execution:", ":stateMachine:", 1).split(":")[:7]).split("/")[0]


def _key_of_machine(call: Call) -> str | None:
    """The key that a state machine has now, or that an execution had when it started."""
    backend, parameters = stepfunctions_parser_backends[call.account_id][call.region], call.parameters
    arn = _state_machine_arn(call)
    for machine in (each for each in backend.state_machines if each.arn == arn):
        started = {each.exec_arn: each.encryption for each in machine.executions}
        encryption = started.get(parameters.get("executionArn"), machine.encryptionConfiguration)
        return _arn_of(call, encryption.get("kmsKeyId"))
    return None


def _arn_of(call: Call, identifier: str | None) -> str | None:
    key = find_key(identifier, call.region, call.account_id) if identifier else None
    return key.arn if key else None
