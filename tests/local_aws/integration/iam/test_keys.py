"""What is kept under a customer's key can be used only by who may use the key, too."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from local_aws.core.instance import Instance
from tests.local_aws.integration.iam.conftest import ActAs, Statement, allow, document, refused
from tests.local_aws.integration.sagemaker.support import wait_while

PART = b"x" * 5 * 1024**2


@pytest.fixture
def key(instance: Instance) -> str:
    return make_key(instance)


def make_key(instance: Instance, *statements: Statement) -> str:
    """The ARN of a key whose policy has these statements; without any it leaves everything to IAM."""
    policy = {"Policy": document(*statements)} if statements else {}
    return str(instance.client("kms").create_key(**policy)["KeyMetadata"]["Arn"])


@pytest.fixture
def encrypted(instance: Instance, key: str) -> str:
    """A bucket that encrypts under `key`, with an object of its administrator's."""
    client, name = instance.client("s3"), f"bucket-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
    client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    client.put_object(Bucket=name, Key="here", Body=b"secret")
    return name


def test_reading_needs_the_key(act_as: ActAs, encrypted: str, key: str) -> None:
    without, with_key = act_as("s3", allow("s3:*")), act_as("s3", allow("s3:*"), allow("kms:Decrypt", key))

    code, status, message = refused(without, "get_object", Bucket=encrypted, Key="here")
    assert (code, status) == ("AccessDenied", 403)
    assert f'kms:Decrypt on resource: "{key}" because no identity-based policy allows' in message
    assert with_key.get_object(Bucket=encrypted, Key="here")["Body"].read() == b"secret"
    # What says nothing of the content needs no key.
    assert without.head_object(Bucket=encrypted, Key="here")["ServerSideEncryption"] == "aws:kms"
    without.delete_object(Bucket=encrypted, Key="here")


def test_writing_needs_the_key(act_as: ActAs, encrypted: str, key: str) -> None:
    reader = act_as("s3", allow("s3:*"), allow("kms:Decrypt", key))
    writer = act_as("s3", allow("s3:*"), allow("kms:GenerateDataKey", key))

    assert "kms:GenerateDataKey" in refused(reader, "put_object", Bucket=encrypted, Key="new", Body=b"")[2]
    assert writer.put_object(Bucket=encrypted, Key="new", Body=b"")["SSEKMSKeyId"] == key
    # Whoever asks for S3's own keys needs none.
    reader.put_object(Bucket=encrypted, Key="open", Body=b"", ServerSideEncryption="AES256")


def test_a_copy_reads_and_writes(act_as: ActAs, encrypted: str, bucket: str, key: str) -> None:
    reader = act_as("s3", allow("s3:*"), allow("kms:Decrypt", key))
    writer = act_as("s3", allow("s3:*"), allow("kms:GenerateDataKey", key))
    secret, open_one = {"Bucket": encrypted, "Key": "here"}, {"Bucket": bucket, "Key": "runs/1"}

    reader.copy_object(Bucket=bucket, Key="copy", CopySource=secret)
    writer.copy_object(Bucket=encrypted, Key="copy", CopySource=open_one)
    assert "kms:Decrypt" in refused(writer, "copy_object", Bucket=bucket, Key="x", CopySource=secret)[2]
    message = refused(reader, "copy_object", Bucket=encrypted, Key="x", CopySource=open_one)[2]
    assert "kms:GenerateDataKey" in message


def test_an_upload_in_parts_decrypts_its_data_key(act_as: ActAs, encrypted: str, key: str) -> None:
    def upload(client: Any) -> dict[str, Any]:
        started = client.create_multipart_upload(Bucket=encrypted, Key="large")
        return {"Bucket": encrypted, "Key": "large", "UploadId": started["UploadId"]}

    writer = act_as("s3", allow("s3:*"), allow("kms:GenerateDataKey", key))
    both = act_as("s3", allow("s3:*"), allow(["kms:GenerateDataKey", "kms:Decrypt"], key))

    assert "kms:Decrypt" in refused(writer, "upload_part", **upload(writer), PartNumber=1, Body=PART)[2]
    request = upload(both)
    part = {"PartNumber": 1, "ETag": both.upload_part(**request, PartNumber=1, Body=PART)["ETag"]}
    done = both.complete_multipart_upload(**request, MultipartUpload={"Parts": [part]})
    assert done["SSEKMSKeyId"] == key or done["ServerSideEncryption"] == "aws:kms"


@pytest.mark.parametrize(("service", "served"), [("s3", True), ("sqs", False)])
def test_a_statement_may_be_for_one_service(
    act_as: ActAs, encrypted: str, key: str, service: str, served: bool
) -> None:
    condition = {"StringEquals": {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}}
    s3 = act_as("s3", allow("s3:*"), allow("kms:Decrypt", key, Condition=condition))

    if served:
        s3.get_object(Bucket=encrypted, Key="here")
    else:
        assert refused(s3, "get_object", Bucket=encrypted, Key="here")[0] == "AccessDenied"


def test_a_key_is_governed_by_its_own_policy_first(instance: Instance, act_as: ActAs, make_role: Any) -> None:
    # Given a key that leaves nothing to IAM, and names one role
    named = make_role(allow("s3:*"))
    only = {"Principal": {"AWS": named}, "Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    key = make_key(instance, only)
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    instance.client("s3").create_bucket(Bucket=bucket)
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    instance.client("s3").put_object(Bucket=bucket, Key="k", Body=b"", **encryption)
    # When another role has every permission of its own, it is refused
    message = refused(act_as("s3", allow(["s3:*", "kms:*"])), "get_object", Bucket=bucket, Key="k")[2]
    assert "because no resource-based policy allows the kms:Decrypt action" in message
    # And the named one needs no permission of its own
    instance.client("s3", instance.assume(named, "session")).get_object(Bucket=bucket, Key="k")


def test_messages_need_the_key(instance: Instance, act_as: ActAs, key: str) -> None:
    name = f"m-{uuid.uuid4().hex[:8]}"
    topic = instance.client("sns").create_topic(Name=name, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    queue = instance.client("sqs").create_queue(QueueName=name, Attributes={"KmsMasterKeyId": key})[
        "QueueUrl"
    ]
    both = allow(["kms:GenerateDataKey", "kms:Decrypt"], key)
    half = allow("kms:GenerateDataKey", key)

    publish = {"TopicArn": topic, "Message": "m"}
    send = {"QueueUrl": queue, "MessageBody": "m"}
    code, status, message = refused(act_as("sns", allow("sns:*"), half), "publish", **publish)
    assert (code, status) == ("KMSAccessDenied", 400) and "kms:Decrypt" in message
    act_as("sns", allow("sns:*"), both).publish(**publish)
    assert (
        refused(act_as("sqs", allow("sqs:*"), half), "send_message", **send)[0] == "KMS.AccessDeniedException"
    )
    act_as("sqs", allow("sqs:*"), both).send_message(**send)
    reader = act_as("sqs", allow("sqs:*"))
    assert refused(reader, "receive_message", QueueUrl=queue)[0] == "KMS.AccessDeniedException"


def test_a_log_group_needs_a_key_that_lets_cloudwatch_in(instance: Instance, key: str) -> None:
    # Given a key for the log groups of the account, as AWS documents it
    where = {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:*"}
    }
    logs = {
        **{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": "*"},
        **{"Action": ["kms:*crypt*", "kms:GenerateDataKey*", "kms:Describe*"], "Condition": where},
    }
    fit, client, name = make_key(instance, logs), instance.client("logs"), f"/g/{uuid.uuid4().hex[:8]}"
    # When a group is made with a key that does not let CloudWatch Logs in, it is refused
    code, _, message = refused(client, "create_log_group", logGroupName=name, kmsKeyId=key)
    assert code == "InvalidParameterException" and "is not allowed to be used with Arn" in message
    # And with the other one it is made; the key may change
    client.create_log_group(logGroupName=name)
    assert refused(client, "associate_kms_key", logGroupName=name, kmsKeyId=key)[0] == code
    client.associate_kms_key(logGroupName=name, kmsKeyId=fit)
    assert key_of(client, name) == fit
    client.disassociate_kms_key(logGroupName=name)
    assert key_of(client, name) is None


def key_of(client: Any, group: str) -> str | None:
    [found] = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    key: str | None = found.get("kmsKeyId")
    return key


def test_an_endpoint_s_disk_is_encrypted_in_the_creator_s_name(
    instance: Instance, act_as: ActAs, key: str
) -> None:
    name, admin = f"e-{uuid.uuid4().hex[:8]}", instance.client("sagemaker")
    role = make_endpoint_config(instance, name, key)
    condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    create = {"EndpointName": name, "EndpointConfigName": name}

    code, _, message = refused(act_as("sagemaker", allow("sagemaker:*")), "create_endpoint", **create)
    assert code == "AccessDeniedException" and f"kms:CreateGrant on resource: {key}" in message
    creator = act_as("sagemaker", allow("sagemaker:*"), allow("kms:CreateGrant", key, Condition=condition))
    creator.create_endpoint(**create)
    # It fails without a local image, in a thread that must not outlive the test.
    ended = wait_while(lambda: admin.describe_endpoint(EndpointName=name), "EndpointStatus", ("Creating",))
    assert ended["EndpointStatus"] == "Failed"
    assert role and admin.describe_endpoint_config(EndpointConfigName=name)["KmsKeyId"] == key


def make_endpoint_config(instance: Instance, name: str, key: str) -> str:
    trust = {
        **{"Effect": "Allow", "Action": "sts:AssumeRole"},
        "Principal": {"Service": "sagemaker.amazonaws.com"},
    }
    role = instance.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]
    sagemaker = instance.client("sagemaker")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/none:1"
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role["Arn"], PrimaryContainer={"Image": image})
    variant: Any = {
        **{"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], KmsKeyId=key)
    return str(role["Arn"])
