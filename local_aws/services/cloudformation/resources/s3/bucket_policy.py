"""AWS::S3::BucketPolicy, which moto 5.2.5 does not know in templates."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import json_text
from local_aws.services.cloudformation.text import names


def _put(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    bucket = request.properties["Bucket"]
    request.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json_text(request.properties["PolicyDocument"])
    )
    return CreatedResource(bucket)


def _delete(request: Request, made: CreatedResource) -> None:
    client = request.client("s3")
    try:
        client.delete_bucket_policy(Bucket=made.physical_id)
    except client.exceptions.NoSuchBucket:
        return


BUCKET_POLICY = ResourceType(
    "AWS::S3::BucketPolicy",
    _put,
    _delete,
    _put,
    properties=names("Bucket PolicyDocument"),
    required=names("Bucket PolicyDocument"),
    fixed=names("Bucket"),
)
