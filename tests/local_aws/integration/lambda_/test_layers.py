"""A layer's ARN stands for its name, as `sam sync` takes it."""

from __future__ import annotations

import uuid

import pytest

from local_aws.core.instance import Instance
from tests.local_aws.integration.lambda_.conftest import zipped


@pytest.fixture
def name() -> str:
    return f"layer-{uuid.uuid4().hex[:8]}"


def test_a_layer_is_published_listed_and_deleted_by_its_arn(instance: Instance, name: str) -> None:
    client = instance.client("lambda")
    arn = client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped({"a.txt": "1"})})[
        "LayerArn"
    ]

    second = client.publish_layer_version(LayerName=arn, Content={"ZipFile": zipped({"a.txt": "2"})})

    assert second["LayerVersionArn"] == f"{arn}:2"
    for known in (arn, name):
        listed = client.list_layer_versions(LayerName=known)["LayerVersions"]
        assert [each["Version"] for each in listed] == [2, 1]
    assert arn not in {each["LayerName"] for each in client.list_layers()["Layers"]}

    client.delete_layer_version(LayerName=arn, VersionNumber=1)
    [left] = client.list_layer_versions(LayerName=arn)["LayerVersions"]
    assert left["LayerVersionArn"] == f"{arn}:2"


def test_an_unknown_layer_has_no_versions(instance: Instance, name: str) -> None:
    listed = instance.client("lambda").list_layer_versions(LayerName=name)

    assert listed["LayerVersions"] == []
