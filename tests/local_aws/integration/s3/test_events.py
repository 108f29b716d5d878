"""S3 tells functions, queues and topics about objects as it does on AWS."""

from __future__ import annotations

import io
import json
import logging
import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.patience import PATIENCE_SECONDS, eventually

# Passes every event on to a queue, where a test can read it.
CODE = """
import json, os

import boto3


def handle(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""


@pytest.fixture
def bucket(instance: Instance) -> str:
    name = f"events-{uuid.uuid4().hex[:8]}"
    instance.client("s3").create_bucket(Bucket=name)
    instance.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def queue(instance: Instance) -> str:
    url: str = instance.client("sqs").create_queue(QueueName=f"events-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    return url


def _queue_arn(instance: Instance, url: str) -> str:
    found = instance.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def _notify_queue(instance: Instance, bucket: str, queue: str, *events: str, **rules: str) -> None:
    """Send the events of objects to the queue, and take away the test event that S3 sends first."""
    filters = [{"Name": name, "Value": value} for name, value in rules.items()]
    chosen = {"Filter": {"Key": {"FilterRules": filters}}} if filters else {}
    instance.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "Id": "to-queue",
                    "QueueArn": _queue_arn(instance, queue),
                    "Events": list(events),
                    **chosen,
                }
            ]
        },
    )
    _received(instance, queue, lambda message: message.get("Event") == "s3:TestEvent")


def _received(
    instance: Instance, queue: str, wanted: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """Messages up to the first wanted one."""
    sqs = instance.client("sqs")
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(wanted(message) for message in found):
        assert time.monotonic() < deadline, found
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


def _records(instance: Instance, bucket: str, queue: str) -> list[dict[str, Any]]:
    """Every record so far: a last object marks the end."""
    marker = uuid.uuid4().hex
    instance.client("s3").put_object(Bucket=bucket, Key=f"Inputs/{marker}.csv", Body=b"end")

    def is_end(message: dict[str, Any]) -> bool:
        return bool(marker in message["Records"][0]["s3"]["object"]["key"])

    messages = _received(instance, queue, is_end)
    records = [record for message in messages for record in message["Records"]]
    # Deliveries run at the same time, so that only the sequencer tells the order.
    records.sort(key=lambda record: str(record["s3"]["object"]["sequencer"]))
    return records[:-1]


def test_a_record_has_every_member_that_aws_sends(instance: Instance, bucket: str, queue: str) -> None:
    _notify_queue(instance, bucket, queue, "s3:ObjectCreated:*")

    put = instance.client("s3").put_object(Bucket=bucket, Key="Inputs/a b+ü.csv", Body=b"12345")

    (record,) = _records(instance, bucket, queue)
    assert (record["eventVersion"], record["eventSource"], record["awsRegion"]) == (
        "2.1",
        "aws:s3",
        instance.region,
    )
    assert record["eventName"] == "ObjectCreated:Put"
    assert datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%S.%fZ") is not None
    assert len(record["eventTime"]) == len("1970-01-01T00:00:00.000Z")
    assert record["userIdentity"]["principalId"]
    assert record["requestParameters"] == {"sourceIPAddress": "127.0.0.1"}
    assert set(record["responseElements"]) == {"x-amz-request-id", "x-amz-id-2"}
    described = record["s3"]
    assert (described["s3SchemaVersion"], described["configurationId"]) == ("1.0", "to-queue")
    assert (described["bucket"]["name"], described["bucket"]["arn"]) == (bucket, f"arn:aws:s3:::{bucket}")
    item = described["object"]
    assert item["key"] == "Inputs/a+b%2B%C3%BC.csv"
    assert unquote_plus(item["key"]) == "Inputs/a b+ü.csv"
    assert (item["size"], item["eTag"], item["versionId"]) == (5, put["ETag"].strip('"'), put["VersionId"])


def test_sequencers_tell_the_order_of_the_versions_of_an_object(
    instance: Instance, bucket: str, queue: str
) -> None:
    _notify_queue(instance, bucket, queue, "s3:ObjectCreated:*")
    s3 = instance.client("s3")

    versions = [s3.put_object(Bucket=bucket, Key="Inputs/x", Body=b"x")["VersionId"] for _ in range(5)]

    items = [record["s3"]["object"] for record in _records(instance, bucket, queue)]
    assert [item["versionId"] for item in items] == versions
    assert len({len(item["sequencer"]) for item in items}) == 1
    assert all(int(item["sequencer"], 16) > 0 for item in items)


def test_a_multipart_upload_a_copy_and_a_deletion_are_one_event_each(
    instance: Instance, bucket: str, queue: str
) -> None:
    _notify_queue(instance, bucket, queue, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    s3 = instance.client("s3")

    upload = s3.create_multipart_upload(Bucket=bucket, Key="Inputs/big")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="Inputs/big", UploadId=upload, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="Inputs/big", UploadId=upload, MultipartUpload=parts)
    s3.copy_object(Bucket=bucket, Key="Inputs/copy", CopySource={"Bucket": bucket, "Key": "Inputs/big"})
    s3.copy_object(Bucket=bucket, Key="Inputs/copy2", CopySource={"Bucket": bucket, "Key": "Inputs/copy"})
    deleted = s3.delete_object(Bucket=bucket, Key="Inputs/copy")

    records = _records(instance, bucket, queue)
    assert [(record["eventName"], record["s3"]["object"]["key"]) for record in records] == [
        ("ObjectCreated:CompleteMultipartUpload", "Inputs/big"),
        ("ObjectCreated:Copy", "Inputs/copy"),
        ("ObjectCreated:Copy", "Inputs/copy2"),
        ("ObjectRemoved:DeleteMarkerCreated", "Inputs/copy"),
    ]
    assert records[-1]["s3"]["object"]["versionId"] == deleted["VersionId"]
    assert "size" not in records[-1]["s3"]["object"]


def test_only_the_prefix_suffix_and_kind_that_were_asked_for_are_told(
    instance: Instance, bucket: str, queue: str
) -> None:
    _notify_queue(instance, bucket, queue, "s3:ObjectCreated:Put", prefix="Inputs/", suffix=".csv")
    s3 = instance.client("s3")

    for key in ("Inputs/a.txt", "Outputs/a.csv", "inputs/a.csv", "Inputs/a.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.copy_object(Bucket=bucket, Key="Inputs/c.csv", CopySource={"Bucket": bucket, "Key": "Inputs/a.csv"})

    assert [record["s3"]["object"]["key"] for record in _records(instance, bucket, queue)] == ["Inputs/a.csv"]


def test_a_topic_hears_of_objects_too(instance: Instance, bucket: str, queue: str) -> None:
    sns = instance.client("sns")
    topic = sns.create_topic(Name=f"events-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=_queue_arn(instance, queue))
    instance.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]
        },
    )

    instance.client("s3").put_object(Bucket=bucket, Key="x", Body=b"x")

    (_, message) = _received(instance, queue, lambda message: "Records" in message["Message"])
    assert message["Subject"] == "Amazon S3 Notification"


@pytest.fixture
def function(instance: Instance, queue: str) -> str:
    role = f"events-{uuid.uuid4().hex[:8]}"
    iam = instance.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    iam.put_role_policy(RoleName=role, PolicyName="send", PolicyDocument=_policy(send))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("index.py", CODE)
    created: str = instance.client("lambda").create_function(
        FunctionName=role,
        Handler="index.handle",
        Runtime="python3.13",
        Role=arn,
        Timeout=60,
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"QUEUE": queue}},
    )["FunctionArn"]
    return created


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _notify_function(instance: Instance, bucket: str, function: str) -> None:
    instance.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )


def test_a_function_is_invoked_with_the_event(
    instance: Instance, bucket: str, queue: str, function: str
) -> None:
    instance.client("lambda").add_permission(
        FunctionName=function,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
        SourceAccount=instance.account_id,
    )
    _notify_function(instance, bucket, function)

    instance.client("s3").put_object(Bucket=bucket, Key="Inputs/data set.csv", Body=b"x")

    (event,) = _received(instance, queue, lambda message: True)
    assert event["Records"][0]["s3"]["object"]["key"] == "Inputs/data+set.csv"


@pytest.mark.parametrize(
    "permission",
    [
        None,
        {"Principal": "events.amazonaws.com"},
        {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::another-bucket"},
        {"Principal": "s3.amazonaws.com", "SourceAccount": "999999999999"},
        {"Principal": "s3.amazonaws.com", "Action": "lambda:GetFunction"},
    ],
)
def test_a_function_that_the_bucket_may_not_invoke_is_refused(
    instance: Instance, bucket: str, function: str, permission: dict[str, str] | None
) -> None:
    if permission is not None:
        request = {"Action": "lambda:InvokeFunction", **permission}
        instance.client("lambda").add_permission(FunctionName=function, StatementId="one", **request)

    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        _notify_function(instance, bucket, function)


def test_a_function_that_does_not_exist_is_refused(instance: Instance, bucket: str) -> None:
    missing = f"arn:aws:lambda:{instance.region}:{instance.account_id}:function:missing"

    with pytest.raises(ClientError, match="Unable to validate"):
        _notify_function(instance, bucket, missing)


def test_an_event_that_cannot_be_delivered_is_logged_and_harms_nobody(
    instance: Instance, bucket: str, queue: str, caplog: pytest.LogCaptureFixture
) -> None:
    _notify_queue(instance, bucket, queue, "s3:ObjectCreated:*")
    instance.client("sqs").delete_queue(QueueUrl=queue)

    with caplog.at_level(logging.ERROR, "local_aws.core.instance"):
        instance.client("s3").put_object(Bucket=bucket, Key="x", Body=b"x")
        eventually(lambda: caplog.records, "the record")

    assert "background work of the embedded AWS failed" in caplog.text
