"""A role's S3 calls, held to actions, keys and conditions."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from local_aws.core.instance import Instance
from tests.local_aws.integration.iam.conftest import ActAs, allow, deny, refused


def test_s3_is_allowed_by_action_and_key(act_as: ActAs, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:GetObject", f"arn:aws:s3:::{bucket}/runs/*"))

    assert s3.get_object(Bucket=bucket, Key="runs/1")["Body"].read() == b"runs/1"
    assert s3.head_object(Bucket=bucket, Key="runs/1")["ContentLength"] == 6
    code, status, message = refused(s3, "get_object", Bucket=bucket, Key="Inputs/1")
    assert (code, status) == ("AccessDenied", 403)
    assert message.startswith("User: arn:aws:sts::123456789012:assumed-role/role-")
    assert message.endswith(
        f'/session is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::{bucket}/Inputs/1" '
        "because no identity-based policy allows the s3:GetObject action"
    )
    assert refused(s3, "put_object", Bucket=bucket, Key="runs/1", Body=b"")[0] == "AccessDenied"
    assert refused(s3, "head_object", Bucket=bucket, Key="Inputs/1")[:2] == ("403", 403)


def test_an_explicit_deny_is_named(act_as: ActAs, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:*"), deny("s3:DeleteObject"))

    message = refused(s3, "delete_object", Bucket=bucket, Key="runs/1")[2]

    assert message.endswith("with an explicit deny in an identity-based policy")


def test_a_missing_object_is_hidden_from_who_may_not_list(act_as: ActAs, bucket: str) -> None:
    reader = act_as("s3", allow("s3:GetObject"))
    lister = act_as("s3", allow(["s3:GetObject", "s3:ListBucket"]))

    assert refused(reader, "get_object", Bucket=bucket, Key="none")[:2] == ("AccessDenied", 403)
    assert refused(lister, "get_object", Bucket=bucket, Key="none")[:2] == ("NoSuchKey", 404)


def test_listing_is_held_to_its_prefix(act_as: ActAs, bucket: str) -> None:
    condition = {"StringLike": {"s3:prefix": "runs/*"}}
    s3 = act_as("s3", allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=condition))

    assert s3.list_objects_v2(Bucket=bucket, Prefix="runs/")["KeyCount"] == 1
    assert refused(s3, "list_objects_v2", Bucket=bucket, Prefix="Inputs/")[0] == "AccessDenied"
    assert refused(s3, "list_objects_v2", Bucket=bucket)[0] == "AccessDenied"
    assert refused(s3, "list_object_versions", Bucket=bucket, Prefix="runs/")[0] == "AccessDenied"


def test_a_copy_needs_the_source_and_the_target(act_as: ActAs, bucket: str) -> None:
    s3 = act_as(
        "s3",
        allow("s3:PutObject", f"arn:aws:s3:::{bucket}/runs/*"),
        allow("s3:GetObject", f"arn:aws:s3:::{bucket}/Inputs/*"),
    )

    s3.copy_object(Bucket=bucket, Key="runs/copy", CopySource={"Bucket": bucket, "Key": "Inputs/1"})
    source = {"Bucket": bucket, "Key": "runs/1"}
    assert "s3:GetObject" in refused(s3, "copy_object", Bucket=bucket, Key="runs/x", CopySource=source)[2]


def test_a_multipart_upload_is_a_put(act_as: ActAs, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:PutObject", f"arn:aws:s3:::{bucket}/runs/*"))
    target = {"Bucket": bucket, "Key": "runs/large"}

    upload = s3.create_multipart_upload(**target)["UploadId"]
    part = s3.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=parts)

    assert refused(s3, "abort_multipart_upload", **target, UploadId=upload)[0] == "AccessDenied"


def test_deleting_many_reports_each_refused_key(act_as: ActAs, instance: Instance, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/runs/*"))

    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "runs/1"}, {"Key": "Inputs/1"}]})

    assert [item["Key"] for item in answer["Deleted"]] == ["runs/1"]
    assert [(item["Key"], item["Code"]) for item in answer["Errors"]] == [("Inputs/1", "AccessDenied")]
    # And naming a key twice does not delete it, nor does its refusal outlive the request.
    twice = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "Inputs/1"}, {"Key": "Inputs/1"}]})
    assert len(twice["Errors"]) == 2
    admin = instance.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "Inputs/1"}]})
    assert [item["Key"] for item in admin["Deleted"]] == ["Inputs/1"]


def test_a_presigned_url_carries_its_signers_permissions(act_as: ActAs, bucket: str) -> None:
    s3 = act_as("s3", allow("s3:GetObject", f"arn:aws:s3:::{bucket}/runs/*"))

    def fetch(key: str) -> bytes:
        url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
        with urllib.request.urlopen(url) as answer:
            return bytes(answer.read())

    assert fetch("runs/1") == b"runs/1"
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch("Inputs/1")
    with caught.value as error:
        assert error.code == 403
