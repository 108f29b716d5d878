"""What moto has no answer for is refused at once, in a sentence, in each protocol of AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance

# One of each protocol and of each way in which moto misses: no such method, no such path, no such service.
MISSING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "json": ("sagemaker", "ListApps", {}),
    "json with compatible errors": ("sqs", "ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:::a"}),
    "cbor": ("cloudwatch", "ListManagedInsightRules", {"ResourceARN": "arn:aws:elasticmapreduce:::a"}),
    "rest-json": ("lambda", "GetAccountSettings", {}),
    "rest-xml": ("route53", "ListGeoLocations", {}),
    "query": ("cloudformation", "ListTypes", {}),
    "ec2": ("ec2", "DescribeFleetHistory", {"FleetId": "fleet-1", "StartTime": "2026-01-01T00:00:00Z"}),
    "part of a bucket": ("s3", "GetBucketRequestPayment", {"Bucket": "unimplemented"}),
    "part of an object": ("s3", "GetObjectTorrent", {"Bucket": "unimplemented", "Key": "a"}),
    "inventory": ("s3", "DeleteBucketInventoryConfiguration", {"Bucket": "unimplemented", "Id": "a"}),
    "metrics": ("s3", "DeleteBucketMetricsConfiguration", {"Bucket": "unimplemented", "Id": "a"}),
}


@pytest.mark.parametrize("kind", MISSING)
def test_a_missing_operation_is_refused_at_once(instance: Instance, kind: str) -> None:
    service, operation, request = MISSING[kind]

    refused = _refused(instance, service, operation, request)

    assert refused["Error"]["Code"] == "UnknownOperationException"
    assert refused["Error"]["Message"] == f"The embedded AWS does not implement {service}.{operation}."
    assert (refused["ResponseMetadata"]["HTTPStatusCode"], refused["ResponseMetadata"]["RetryAttempts"]) == (
        400,
        0,
    )


def test_a_part_of_a_bucket_is_never_taken_for_the_bucket(instance: Instance) -> None:
    s3 = instance.client("s3")
    s3.create_bucket(Bucket="unimplemented-parts")

    for operation in ("DeleteBucketMetricsConfiguration", "DeleteBucketInventoryConfiguration"):
        _refused(instance, "s3", operation, {"Bucket": "unimplemented-parts", "Id": "a"})

    assert s3.head_bucket(Bucket="unimplemented-parts")
    s3.delete_bucket(Bucket="unimplemented-parts")


def test_a_missing_thing_is_still_told_by_the_operation_that_misses_it(instance: Instance) -> None:
    assert _refused(instance, "lambda", "GetFunction", {"FunctionName": "none"})["Error"]["Code"] == (
        "ResourceNotFoundException"
    )


def _refused(instance: Instance, service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    client = instance.client(service)
    [method] = [name for name, api in client.meta.method_to_api_mapping.items() if api == operation]
    with pytest.raises(ClientError) as refused:
        getattr(client, method)(**request)
    return dict(refused.value.response)
