from __future__ import annotations

import pytest

from bakeoff.adapters.emptying import ATTEMPTS, delete_bucket, empty_bucket
from bakeoff.domain.errors import AccessDenied, ServiceError
from tests.integration.bakeoff.adapters.conftest import S3Bench, Stubbed

SERVICE = "s3"


def test_every_version_and_marker_is_deleted(bench: S3Bench) -> None:
    # Given objects of several versions, deleted ones, and odd keys
    for key in ("Inputs/a.csv", "runs/r/plan.json", "Inputs/größe + 1.csv"):
        bench.put(key, b"1")
        bench.put(key, b"2")
    bench.delete("Inputs/a.csv")
    bench.delete("never-there")

    # When the bucket is emptied
    empty_bucket(bench.bucket, bench.s3)

    # Then nothing keeps it from being deleted
    assert bench.s3.list_object_versions(Bucket=bench.bucket).get("Versions") is None
    bench.s3.delete_bucket(Bucket=bench.bucket)


def test_an_empty_bucket_is_left_as_it_is(bench: S3Bench) -> None:
    empty_bucket(bench.bucket, bench.s3)

    bench.s3.delete_bucket(Bucket=bench.bucket)


def test_another_bucket_is_not_touched(bench: S3Bench) -> None:
    other = f"{bench.bucket}-other"
    bench.s3.create_bucket(Bucket=other)
    bench.s3.put_object(Bucket=other, Key="k", Body=b"1")

    empty_bucket(bench.bucket, bench.s3)

    assert bench.s3.list_objects_v2(Bucket=other)["KeyCount"] == 1


def test_a_bucket_is_deleted_with_all_that_is_in_it(bench: S3Bench) -> None:
    bench.put("Inputs/a.csv", b"1")
    bench.put("Inputs/a.csv", b"2")
    bench.delete("Inputs/a.csv")

    delete_bucket(bench.bucket, bench.s3)

    assert bench.bucket not in [each["Name"] for each in bench.s3.list_buckets()["Buckets"]]


def test_a_bucket_that_is_gone_is_well(bench: S3Bench) -> None:
    """CloudFormation asks again when an answer was lost on its way."""
    delete_bucket(f"{bench.bucket}-never-made", bench.s3)


def test_what_is_written_while_the_bucket_is_emptied_goes_too(stubbed: Stubbed) -> None:
    """Such as the receipt of a run that was stopped just before its stack went."""
    stub, late = stubbed.stubber, {"Key": "runs/r/receipt.json", "VersionId": "v1"}
    stub.add_response("list_object_versions", {"IsTruncated": False}, {"Bucket": "b"})
    stub.add_client_error("delete_bucket", "BucketNotEmpty", "The bucket is not empty")
    stub.add_response("list_object_versions", {"Versions": [late], "IsTruncated": False}, {"Bucket": "b"})
    stub.add_response("delete_objects", {}, {"Bucket": "b", "Delete": {"Objects": [late], "Quiet": True}})
    stub.add_response("delete_bucket", {}, {"Bucket": "b"})

    delete_bucket("b", stubbed.client, pause=0)

    stub.assert_no_pending_responses()


def test_a_bucket_that_s3_keeps_is_told(stubbed: Stubbed) -> None:
    for _ in range(ATTEMPTS):
        stubbed.stubber.add_response("list_object_versions", {"IsTruncated": False}, {"Bucket": "b"})
        stubbed.stubber.add_client_error("delete_bucket", "BucketNotEmpty", "The bucket is not empty")

    with pytest.raises(ServiceError, match=r"^Deleting s3://b failed: The bucket is not empty"):
        delete_bucket("b", stubbed.client, pause=0)


def test_a_bucket_that_may_not_be_deleted_is_told_at_once(stubbed: Stubbed) -> None:
    stubbed.stubber.add_response("list_object_versions", {"IsTruncated": False}, {"Bucket": "b"})
    stubbed.stubber.add_client_error("delete_bucket", "AccessDenied", "no")

    with pytest.raises(AccessDenied, match=r"^Deleting s3://b failed: no"):
        delete_bucket("b", stubbed.client)


def test_an_object_that_s3_keeps_is_told(stubbed: Stubbed) -> None:
    versions = {"Versions": [{"Key": "locked", "VersionId": "v1"}], "IsTruncated": False}
    kept = {"Errors": [{"Key": "locked", "VersionId": "v1", "Code": "AccessDenied", "Message": "no"}]}
    deletion = {"Objects": [{"Key": "locked", "VersionId": "v1"}], "Quiet": True}
    stubbed.stubber.add_response("list_object_versions", versions, {"Bucket": "b"})
    stubbed.stubber.add_response("delete_objects", kept, {"Bucket": "b", "Delete": deletion})

    with pytest.raises(ServiceError, match=r"^S3 keeps 1 objects of s3://b, the first is locked"):
        empty_bucket("b", stubbed.client)


def test_a_bucket_that_may_not_be_listed_is_told(stubbed: Stubbed) -> None:
    stubbed.stubber.add_client_error("list_object_versions", "AccessDenied", "no")

    with pytest.raises(AccessDenied, match=r"^Emptying s3://b failed: no"):
        empty_bucket("b", stubbed.client)
