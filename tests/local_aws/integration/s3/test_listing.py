from __future__ import annotations

import pytest

from local_aws.core.instance import Instance

BUCKET = "listing-tests"


@pytest.fixture(scope="module", autouse=True)
def bucket(instance: Instance) -> None:
    s3 = instance.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in ("run/gone/part", "run/kept/part", "run/file"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"row")
    s3.delete_object(Bucket=BUCKET, Key="run/gone/part")


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
def test_the_folder_of_a_deleted_object_is_gone(instance: Instance, operation: str) -> None:
    listed = getattr(instance.client("s3"), operation)(Bucket=BUCKET, Prefix="run/", Delimiter="/")

    assert [item["Prefix"] for item in listed["CommonPrefixes"]] == ["run/kept/"]
    assert [item["Key"] for item in listed["Contents"]] == ["run/file"]


def test_pages_hold_only_what_is_there(instance: Instance) -> None:
    pages = (
        instance.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=BUCKET, Prefix="run/", PaginationConfig={"PageSize": 1})
    )

    assert [item["Key"] for page in pages for item in page["Contents"]] == ["run/file", "run/kept/part"]


@pytest.mark.parametrize(
    "name",
    ["\x01.csv", "\ufffe", "a b+c%2e.csv", "../x", "<script>&amp;", "=1+1", "😀", "é" * 500, "a//b", "?#"],
)
def test_any_key_is_listed_as_it_is(instance: Instance, name: str) -> None:
    s3, key = instance.client("s3"), f"odd/{name}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"row")
    s3.delete_object(Bucket=BUCKET, Key=key)
    version = s3.put_object(Bucket=BUCKET, Key=key, Body=b"row")["VersionId"]

    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, Prefix=key, PaginationConfig={"PageSize": 1}
    )
    found = [item for page in pages for item in page.get("Versions", []) if item["IsLatest"]]
    assert [(item["Key"], item["VersionId"]) for item in found] == [(key, version)]
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=key)["Contents"]] == [key]
